import { useState } from 'react'
import { CircleDashed, KeyRound, Terminal, Timer } from 'lucide-react'
import { Badge, type Tone } from '../../design/components/Badge'
import { Button } from '../../design/components/Button'
import { Field, Input } from '../../design/components/Form'
import { ErrorNotice, sentence } from '../../design/components/Notice'
import { useToasts } from '../../design/components/Toast'
import { useKeyCommands, useKeys } from '../../ipc/hooks'
import type { KeySource, KeyStatus } from '../../ipc/types'
import { keySource } from './words'

const looks: Record<KeySource, { tone: Tone; Icon: typeof KeyRound }> = {
  none: { tone: 'mute', Icon: CircleDashed },
  environment: { tone: 'ok', Icon: Terminal },
  keyring: { tone: 'ok', Icon: KeyRound },
  session: { tone: 'warn', Icon: Timer },
}

export function KeyBadge({ source, testId }: { source: KeySource; testId?: string }) {
  const { tone, Icon } = looks[source]
  return (
    <Badge tone={tone} icon={<Icon size={12} strokeWidth={2.2} aria-hidden />} title={keySource(source).says} testId={testId}>
      {keySource(source).title}
    </Badge>
  )
}

/** One key: where it is, and how it gets there. What was entered is never shown again. */
export function KeyLine({ variable }: { variable: string }) {
  const keys = useKeys()
  // A variable that nothing has named yet has no key.
  const status: KeyStatus = keys.data?.find((k) => k.variable === variable) ?? { variable, source: 'none', in_keyring: false, detail: '', used_by: [] }
  const { set, forget, cancel } = useKeyCommands()
  const toasts = useToasts()
  const [entering, setEntering] = useState(false)
  const [key, setKey] = useState('')
  const close = () => {
    setKey('')
    setEntering(false)
    set.reset()
  }
  const kept = status.source === 'keyring' || status.source === 'session' || status.in_keyring
  const shadowed = status.source === 'environment' && status.in_keyring
  if (keys.error) return <ErrorNotice title="The keys could not be looked up" error={keys.error} />
  return (
    <div className="key" data-testid={`key-${variable}`} data-source={status.source}>
      <div className="key-line">
        <code>{variable}</code>
        <KeyBadge source={status.source} />
        <span className="grow small muted">
          {keySource(status.source).says}
          {shadowed && ' The keyring holds another, which is not used.'}
          {status.detail !== '' && <span className="faint"> {sentence(status.detail)}</span>}
        </span>
        {!entering && status.source !== 'environment' && (
          <Button size="small" onClick={() => setEntering(true)} data-testid={`key-set-${variable}`}>
            {status.source === 'none' ? 'Set the key' : 'Replace'}
          </Button>
        )}
        {kept && !entering && (
          <Button size="small" kind="quiet" busy={forget.isPending} onClick={() => forget.mutate(variable, { onSuccess: () => toasts.done(`The key ${variable} is forgotten.`), onError: toasts.failed })} aria-label={`Forget the key ${variable}`} data-testid={`key-forget-${variable}`}>
            Forget
          </Button>
        )}
      </div>
      {entering && (
        <form
          className="key-form"
          aria-label={`Key ${variable}`}
          onSubmit={(e) => {
            e.preventDefault()
            if (key.trim() !== '') set.mutate({ variable, secret: key.trim() }, { onSuccess: close })
          }}
        >
          <Field label={`Key for ${variable}`} hint="It goes to the system’s keyring, which may ask you first, and to no file, log or export. It is not shown again.">
            <Input type="password" autoFocus autoComplete="off" value={key} onChange={(e) => setKey(e.target.value)} data-testid={`key-value-${variable}`} />
          </Field>
          <div className="row">
            <Button type="submit" kind="primary" size="small" busy={set.isPending} disabled={key.trim() === ''} data-testid={`key-save-${variable}`}>
              Keep it
            </Button>
            {set.isPending ? (
              <Button size="small" onClick={() => cancel(variable)}>
                Cancel
              </Button>
            ) : (
              <Button size="small" onClick={close}>
                Close
              </Button>
            )}
          </div>
          {set.error && <ErrorNotice title="The key was not kept" error={set.error} />}
        </form>
      )}
    </div>
  )
}
