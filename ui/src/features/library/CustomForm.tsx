import { useState } from 'react'
import { Send } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Checkbox, Field, Input, NumberInput, Select, TextArea } from '../../design/components/Form'
import { ErrorNotice } from '../../design/components/Notice'
import { useToasts } from '../../design/components/Toast'
import { useCustomProviderCommands } from '../../ipc/hooks'
import { TestPrompt } from './TestPrompt'
import { customOf, referenceOf, wrongIn, type CustomDraft, type CustomField, type ProgramDraft, type TemplateDraft } from './custom'

interface CustomFormProps {
  start: CustomDraft
  /** Of the one that is edited; null for a new one. */
  id: string | null
  taken: readonly string[]
  onSaved: (id: string) => void
  onClose: () => void
}

/** All of a custom provider on one form. It is saved as a whole, or not at all. */
export function CustomForm({ start, id, taken, onSaved, onClose }: CustomFormProps) {
  const { save } = useCustomProviderCommands()
  const toasts = useToasts()
  const [draft, setDraft] = useState(start)
  const [tried, setTried] = useState(false)
  const [test, setTest] = useState<{ reference: string; n: number } | null>(null)
  const wrong = wrongIn(draft, taken.filter((t) => t !== id))
  const says = (field: CustomField) => (tried ? (wrong[field] ?? null) : null)
  const keep = (then: (reference: string) => void) => {
    setTried(true)
    if (Object.keys(wrong).length > 0) return
    const made = customOf(draft)
    save.mutate(made, {
      onSuccess: () => {
        onSaved(referenceOf(made))
        then(referenceOf(made))
      },
    })
  }
  const edit = <D extends CustomDraft>(part: Partial<D>) => setDraft((before) => ({ ...before, ...part }))
  return (
    <div className="stack custom-form">
      <form
        className="stack custom-fields"
        aria-label={draft.kind === 'program' ? 'A program of your own' : 'An address of your own'}
        data-testid="custom-form"
        onSubmit={(e) => {
          e.preventDefault()
          keep((reference) => {
            toasts.done(`${reference} is saved.`)
            onClose()
          })
        }}
      >
        <h3>{draft.kind === 'program' ? 'A program' : 'An address'}</h3>
        <Field label="Name" aside={`after ${draft.kind === 'program' ? 'program:' : 'http:'}`} error={says('name')}>
          <Input value={draft.name} disabled={id !== null} autoFocus={id === null} onChange={(e) => edit({ name: e.target.value })} data-testid="custom-name" />
        </Field>
        {draft.kind === 'program' ? <ProgramFields draft={draft} edit={edit} says={says} /> : <TemplateFields draft={draft} edit={edit} says={says} />}
        <fieldset className="field">
          <legend className="field-label">What it takes</legend>
          <div className="custom-can">
            <Checkbox label="Messages (chat)" checked={draft.chat} onChange={(chat) => edit({ chat })} data-testid="custom-chat" />
            <Checkbox label="Texts to continue (completion)" checked={draft.completion} onChange={(completion) => edit({ completion })} data-testid="custom-completion" />
            {draft.kind === 'program' && <Checkbox label="A seed" checked={draft.seed} onChange={(seed) => edit<ProgramDraft>({ seed })} data-testid="custom-seed" />}
          </div>
          {says('can') && <p className="field-error">{says('can')}</p>}
        </fieldset>
        <div className="custom-pair">
          <Field label="Requests at once" error={says('numbers')}>
            <NumberInput value={draft.concurrency} min={1} max={64} step={1} onChange={(concurrency) => edit({ concurrency })} />
          </Field>
          <Field label="Time limit" aside="s per request">
            <NumberInput value={draft.timeout} min={1} step={1} onChange={(timeout) => edit({ timeout })} />
          </Field>
        </div>
        {save.error && <ErrorNotice title="Nothing was saved" error={save.error} testId="custom-error" />}
        <div className="row">
          <Button type="submit" kind="primary" busy={save.isPending} data-testid="custom-save">
            Save
          </Button>
          <Button icon={<Send size={14} aria-hidden />} disabled={save.isPending} onClick={() => keep((reference) => setTest((t) => ({ reference, n: (t?.n ?? 0) + 1 })))} data-testid="custom-save-test">
            Save and send a test prompt
          </Button>
          <Button kind="quiet" onClick={onClose} data-testid="custom-close">
            Close
          </Button>
        </div>
      </form>
      {test && <TestPrompt key={test.n} reference={test.reference} sendNow />}
    </div>
  )
}

interface FieldsProps<D> {
  draft: D
  edit: (part: Partial<D>) => void
  says: (field: CustomField) => string | null
}

function ProgramFields({ draft, edit, says }: FieldsProps<ProgramDraft>) {
  return (
    <>
      <Field label="Command" error={says('command')} hint="The program and its arguments; quote what holds blanks. No shell is started.">
        <Input className="mono" value={draft.command} placeholder="python3 serve.py" onChange={(e) => edit({ command: e.target.value })} data-testid="custom-command" />
      </Field>
      <div className="custom-pair">
        <Field label="Working folder" aside="optional">
          <Input className="mono" value={draft.cwd} onChange={(e) => edit({ cwd: e.target.value })} data-testid="custom-cwd" />
        </Field>
        <Field label="Environment variables" aside="optional, names only" error={says('env')} hint="It is given their values; other variables stay out of its sight.">
          <Input className="mono" value={draft.env} placeholder="MY_MODEL_KEY, CUDA_VISIBLE_DEVICES" onChange={(e) => edit({ env: e.target.value })} data-testid="custom-env" />
        </Field>
      </div>
    </>
  )
}

const METHODS = ['POST', 'PUT', 'GET'].map((m) => ({ value: m, label: m }))

function TemplateFields({ draft, edit, says }: FieldsProps<TemplateDraft>) {
  return (
    <>
      <div className="custom-address">
        <Field label="Method">
          <Select value={draft.method} options={METHODS} onChange={(method) => edit({ method })} data-testid="custom-method" />
        </Field>
        <Field label="Address" error={says('url')}>
          <Input type="url" className="mono" value={draft.url} placeholder="https://models.example.org/v2/generate" onChange={(e) => edit({ url: e.target.value })} data-testid="custom-url" />
        </Field>
      </div>
      <Field
        label="Headers"
        aside="optional, one a line"
        error={says('headers')}
        hint={
          <>
            A key’s place is <code>{'${VARIABLE}'}</code>: it is filled in when the request is made, and only its name is kept.
          </>
        }
      >
        <TextArea className="mono" rows={2} value={draft.headers} placeholder={'Authorization: Bearer ${MY_MODEL_KEY}'} onChange={(e) => edit({ headers: e.target.value })} data-testid="custom-headers" />
      </Field>
      <Field
        label="Body"
        error={says('body')}
        hint={
          <>
            A template that makes JSON, over <code>prompt</code>, <code>messages</code>, <code>temperature</code>, <code>max_tokens</code>, <code>stop</code>, <code>seed</code> and <code>model</code>.
          </>
        }
      >
        <TextArea className="mono" rows={7} value={draft.body} onChange={(e) => edit({ body: e.target.value })} data-testid="custom-body" />
      </Field>
      <Field label="Where the text stands in the reply" aside="JSON pointer" error={says('text')}>
        <Input className="mono" value={draft.text} onChange={(e) => edit({ text: e.target.value })} data-testid="custom-text" />
      </Field>
      <details className="custom-more">
        <summary>More pointers, all optional</summary>
        <div className="custom-pair">
          <Field label="Why it ended">
            <Input className="mono" value={draft.finish} placeholder="/choices/0/finish_reason" onChange={(e) => edit({ finish: e.target.value })} />
          </Field>
          <Field label="An error’s message">
            <Input className="mono" value={draft.error} placeholder="/error/message" onChange={(e) => edit({ error: e.target.value })} />
          </Field>
          <Field label="Tokens read">
            <Input className="mono" value={draft.promptTokens} placeholder="/usage/prompt_tokens" onChange={(e) => edit({ promptTokens: e.target.value })} />
          </Field>
          <Field label="Tokens written">
            <Input className="mono" value={draft.completionTokens} placeholder="/usage/completion_tokens" onChange={(e) => edit({ completionTokens: e.target.value })} />
          </Field>
        </div>
      </details>
    </>
  )
}
