import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { CircleCheck, Plus, Trash2 } from 'lucide-react'
import { Badge } from '../../design/components/Badge'
import { Button, IconButton } from '../../design/components/Button'
import { Checkbox, Field, Input } from '../../design/components/Form'
import { ErrorNotice } from '../../design/components/Notice'
import { useToasts } from '../../design/components/Toast'
import { bytes, count } from '../../design/format'
import { useKeyVariable, useModelCommands, useTask } from '../../ipc/hooks'
import type { ModelCheck, ModelStatus } from '../../ipc/types'
import { openAiReference, type ModelChoice } from './spec'

interface ModelPickerProps {
  choices: readonly ModelChoice[]
  chosen: readonly string[]
  onChange: (models: string[]) => void
}

export function ModelPicker({ choices, chosen, onChange }: ModelPickerProps) {
  const [adding, setAdding] = useState(false)
  const { remove } = useModelCommands()
  const toasts = useToasts()
  const toggle = (reference: string, on: boolean) => onChange(on ? [...chosen, reference] : chosen.filter((m) => m !== reference))
  // Chosen by address, but neither in the catalogue nor added.
  const strangers = chosen.filter((m) => !choices.some((c) => c.reference === m))
  return (
    <div className="models">
      <ul className="model-list">
        {choices.map((choice) => (
          <li key={choice.reference} className="model-row">
            <Checkbox
              className="grow"
              label={choice.title}
              detail={choice.detail}
              checked={chosen.includes(choice.reference)}
              disabled={!choice.ready}
              data-testid={`evaluate-model-${choice.id}`}
              onChange={(on) => toggle(choice.reference, on)}
            />
            {choice.completionOnly && <Badge title="It has no chat template">completion only</Badge>}
            {choice.installed && !choice.ready && <Install model={choice.installed} />}
            {!choice.installed && (
              <IconButton
                label={`Forget ${choice.title}`}
                size="small"
                icon={<Trash2 size={14} />}
                onClick={() => {
                  toggle(choice.reference, false)
                  remove.mutate(choice.reference, { onError: toasts.failed })
                }}
              />
            )}
          </li>
        ))}
        {strangers.map((reference) => (
          <li key={reference} className="model-row">
            <Checkbox className="grow" label={reference} checked onChange={() => toggle(reference, false)} />
          </li>
        ))}
      </ul>
      {choices.length === 0 && (
        <p className="small muted">
          No model is known yet. <Link to="/library">The library</Link> installs one.
        </p>
      )}
      {adding ? (
        <AddModel
          onAdded={(reference) => {
            onChange([...new Set([...chosen, reference])])
            setAdding(false)
          }}
          onClose={() => setAdding(false)}
        />
      ) : (
        <Button kind="quiet" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding(true)} data-testid="evaluate-add-model">
          Add an OpenAI-compatible model
        </Button>
      )}
      {!adding && (
        <p className="small muted">
          Other servers, services and programs of your own are added in <Link to="/library">the library</Link>.
        </p>
      )}
    </div>
  )
}

function Install({ model }: { model: ModelStatus }) {
  const task = useTask('model', model.id)
  const toasts = useToasts()
  return (
    <Button size="small" busy={task.running} onClick={() => void task.startAsync().catch(toasts.failed)} data-testid={`evaluate-pull-${model.id}`}>
      {task.progress?.fraction != null ? `${Math.round(task.progress.fraction * 100)}\u202f%` : `Install, ${bytes(model.bytes)}`}
    </Button>
  )
}

function AddModel({ onAdded, onClose }: { onAdded: (reference: string) => void; onClose: () => void }) {
  const [name, setName] = useState('')
  const [url, setUrl] = useState('http://127.0.0.1:8080/v1')
  const [wrong, setWrong] = useState<{ field: 'name' | 'url'; error: string } | null>(null)
  const [checked, setChecked] = useState<ModelCheck | null>(null)
  const { check, add } = useModelCommands()

  const reference = (): string | null => {
    const made = openAiReference(name, url)
    if ('error' in made) {
      setWrong(made)
      return null
    }
    setWrong(null)
    return made.reference
  }
  const error = check.error ?? add.error
  const variable = useKeyVariable(url)
  return (
    <form
      className="add-model"
      aria-label="Add a model"
      onSubmit={(e) => {
        e.preventDefault()
        const ref = reference()
        if (ref) add.mutate(ref, { onSuccess: () => onAdded(ref) })
      }}
    >
      <div className="evaluate-pair">
        <Field label="Model name" error={wrong?.field === 'name' ? wrong.error : null}>
          <Input autoFocus value={name} onChange={(e) => setName(e.target.value)} placeholder="qwen2.5-coder-7b" data-testid="add-model-name" />
        </Field>
        <Field
          label="Address of the server"
          error={wrong?.field === 'url' ? wrong.error : null}
          hint={variable !== null && <>Needs a key? Set <code>{variable}</code> in <Link to="/library">the library</Link>.</>}
        >
          <Input type="url" value={url} onChange={(e) => setUrl(e.target.value)} data-testid="add-model-url" />
        </Field>
      </div>
      {checked && !error && (
        <p className="small add-model-ok" role="status" data-testid="add-model-checked">
          <CircleCheck size={15} aria-hidden />
          It answers: {[checked.chat && 'chat', checked.completion && 'completion'].filter(Boolean).join(' and ') || 'neither chat nor completion'}
          {checked.context_length !== null && `, ${count(checked.context_length)} tokens of context`}. {checked.detail}
        </p>
      )}
      {error && <ErrorNotice title="The server did not answer as it should" error={error} />}
      <div className="row">
        <Button type="submit" kind="primary" busy={add.isPending} data-testid="add-model-add">
          Add
        </Button>
        <Button
          busy={check.isPending}
          data-testid="add-model-check"
          onClick={() => {
            const ref = reference()
            add.reset()
            setChecked(null)
            if (ref) check.mutate(ref, { onSuccess: setChecked })
          }}
        >
          Check
        </Button>
        <Button kind="quiet" onClick={onClose}>
          Close
        </Button>
      </div>
    </form>
  )
}
