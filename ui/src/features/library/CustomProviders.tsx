import { useState } from 'react'
import { Globe, Pencil, Plus, Send, SquareTerminal, Trash2 } from 'lucide-react'
import { Button, IconButton } from '../../design/components/Button'
import { Confirm } from '../../design/components/Dialog'
import { ErrorNotice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { useToasts } from '../../design/components/Toast'
import { useCustomProviderCommands, useCustomProviders, useModelCommands } from '../../ipc/hooks'
import type { CustomProvider } from '../../ipc/types'
import { CustomForm } from './CustomForm'
import { TestPrompt } from './TestPrompt'
import { NEW_PROGRAM, NEW_TEMPLATE, draftOf, joinCommand, referenceOf, type CustomDraft } from './custom'

type Editing = { id: string | null; draft: CustomDraft }

/** Programs and addresses of one's own, each a model that can be chosen. */
export function CustomProviders({ known }: { known: readonly string[] }) {
  const custom = useCustomProviders()
  const all = custom.data ?? []
  const [editing, setEditing] = useState<Editing | null>(null)
  const taken = all.map(referenceOf).filter((id) => id !== editing?.id)
  const form = editing && <CustomForm key={`${editing.draft.kind}:${editing.draft.name}`} start={editing.draft} id={editing.id} taken={taken} onSaved={(id) => setEditing((e) => e && { ...e, id })} onClose={() => setEditing(null)} />
  return (
    <Panel
      title="Your own"
      note="A program that answers JSON lines, or an address with a template for its requests."
      flush
      data-testid="library-custom"
      actions={
        <>
          <Button icon={<Plus size={15} aria-hidden />} onClick={() => setEditing({ id: null, draft: NEW_PROGRAM })} data-testid="custom-add-program">
            Add a program
          </Button>
          <Button icon={<Plus size={15} aria-hidden />} onClick={() => setEditing({ id: null, draft: NEW_TEMPLATE })} data-testid="custom-add-template">
            Add an address
          </Button>
        </>
      }
    >
      {custom.error && <ErrorNotice title="providers.toml could not be read" error={custom.error} />}
      {editing && !all.some((c) => referenceOf(c) === editing.id && draftIsOf(editing, c)) && <div className="adding">{form}</div>}
      <ul className="things">
        {all.map((c) => {
          const id = referenceOf(c)
          return editing?.id === id && draftIsOf(editing, c) ? (
            <li key={id} className="adding">
              {form}
            </li>
          ) : (
            <One key={id} custom={c} listed={known.includes(id)} onEdit={() => setEditing({ id, draft: draftOf(c) })} />
          )
        })}
        {all.length === 0 && !editing && custom.data && <li className="thing small muted">None yet.</li>}
      </ul>
    </Panel>
  )
}

/** Whether what is being edited began as this one, rather than as a new one that was saved since. */
const draftIsOf = (editing: Editing, custom: CustomProvider): boolean => editing.draft.name === custom.name

function One({ custom, listed, onEdit }: { custom: CustomProvider; listed: boolean; onEdit: () => void }) {
  const { remove } = useCustomProviderCommands()
  const { add } = useModelCommands()
  const toasts = useToasts()
  const [trying, setTrying] = useState(0)
  const [asking, setAsking] = useState(false)
  const id = referenceOf(custom)
  const program = custom.kind === 'program'
  const Icon = program ? SquareTerminal : Globe
  return (
    <li className="thing-block" data-testid={`custom-${id}`}>
      <div className="thing">
        <Icon size={17} aria-hidden className="faint" />
        <div className="grow">
          <p className="thing-title">
            {custom.name} <span className="mono faint small">{id}</span>
            <span className="faint small">{[custom.chat && 'chat', custom.completion && 'completion'].filter(Boolean).join(' and ')}</span>
          </p>
          <p className="small faint mono clip" title={program ? joinCommand(custom.command) : custom.url}>
            {program ? joinCommand(custom.command) : `${custom.method} ${custom.url}`}
          </p>
        </div>
        <div className="thing-actions">
        <Button icon={<Send size={14} aria-hidden />} onClick={() => setTrying(trying + 1)} data-testid={`custom-test-${id}`}>
          Send a test prompt
        </Button>
        {!listed && (
          <Button busy={add.isPending} onClick={() => add.mutate(id, { onSuccess: () => toasts.done(`${id} can be chosen for evaluations.`), onError: toasts.failed })} aria-label={`Add to models: ${id}`}>
            Add to models
          </Button>
        )}
        <IconButton label={`Edit ${custom.name}`} icon={<Pencil size={15} />} onClick={onEdit} data-testid={`custom-edit-${id}`} />
        <IconButton label={`Remove ${custom.name}`} icon={<Trash2 size={15} />} onClick={() => setAsking(true)} data-testid={`custom-remove-${id}`} />
        </div>
      </div>
      {trying > 0 && (
        <div className="model-details">
          <TestPrompt key={trying} reference={id} sendNow />
        </div>
      )}
      <Confirm
        open={asking}
        danger
        title={`Remove ${custom.name}?`}
        confirm="Remove it"
        testId="custom-remove-confirm"
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate(id, { onSuccess: () => toasts.done(`${custom.name} is removed.`), onError: toasts.failed })}
      >
        It is taken out of providers.toml. Runs that were made with it stay as they are.
      </Confirm>
    </li>
  )
}
