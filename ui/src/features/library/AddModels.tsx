import { useMemo, useState } from 'react'
import { CircleCheck, CircleX, Download, ListFilter, X } from 'lucide-react'
import { Badge } from '../../design/components/Badge'
import { Button } from '../../design/components/Button'
import { Checkbox, Field, Input, RadioCards, Segmented } from '../../design/components/Form'
import { ErrorNotice, sentence } from '../../design/components/Notice'
import { useToasts } from '../../design/components/Toast'
import { count, plural } from '../../design/format'
import { providerKindName } from '../../design/names'
import { toErrorInfo } from '../../ipc/error'
import { useKeyVariable, useModelCommands, useOffers, useTask } from '../../ipc/hooks'
import type { ErrorInfo, ModelOffer, ProviderInfo } from '../../ipc/types'
import { KeyLine } from './KeyLine'
import { CheckTable } from './ModelDetails'
import { TaskLine } from '../../design/components/TaskLine'
import { canBePulled, mayBeMissing } from './words'

interface AddModelsProps {
  providers: readonly ProviderInfo[]
  /** References that are in the list already. */
  known: readonly string[]
}

/** Two ways to a model: what a provider's server offers, or its name. */
export function AddModels({ providers, known }: AddModelsProps) {
  const [way, setWay] = useState<'provider' | 'reference'>('provider')
  return (
    <div className="stack" data-testid="add-models">
      <Segmented
        label="How to add"
        value={way}
        options={[
          { value: 'provider', label: 'From a provider', testId: 'add-from-provider' },
          { value: 'reference', label: 'By name', testId: 'add-by-reference' },
        ]}
        onChange={setWay}
      />
      {way === 'provider' ? <FromProvider providers={providers} known={known} /> : <ByReference providers={providers} known={known} />}
    </div>
  )
}

function FromProvider({ providers, known }: AddModelsProps) {
  // The catalogue has the models of this program, and custom ones stand in a panel of their own.
  const offered = providers.filter((p) => p.id !== 'local' && p.kind !== 'program' && p.kind !== 'template')
  const [id, setId] = useState<string | null>(null)
  const provider = offered.find((p) => p.id === id)
  return (
    <>
      <RadioCards label="Provider" value={id} options={offered.map((p) => ({ value: p.id, title: p.title, detail: providerKindName(p.kind), testId: `provider-${p.id}` }))} onChange={setId} />
      {provider && <Offers key={provider.id} provider={provider} known={known} />}
    </>
  )
}

function Offers({ provider, known }: { provider: ProviderInfo; known: readonly string[] }) {
  const [url, setUrl] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const { ask, asking, offers, error, cancel } = useOffers()
  const address = url.trim().replace(/\/+$/, '')
  const ofAddress = useKeyVariable(address)
  const variable = address === '' ? provider.key_variable : ofAddress
  const cancelled = error !== null && toErrorInfo(error).code === 'cancelled'
  return (
    <section className="stack" aria-label={provider.title}>
      <p className="small muted" data-testid="provider-note">
        {sentence(provider.note)} A model of it is called, for example, <code>{provider.example}</code>.
      </p>
      <form
        className="offer-ask"
        onSubmit={(e) => {
          e.preventDefault()
          const fine = address === '' || /^https?:\/\/[^\s@]+$/.test(address)
          setWrong(fine ? null : 'Write a whole address, beginning with http:// or https://, without credentials.')
          if (fine) ask({ provider: provider.id, url: address === '' ? null : address })
        }}
      >
        <Field label="Address" aside={provider.default_url !== null ? 'optional' : undefined} error={wrong} hint={provider.default_url !== null ? `Without one: ${provider.default_url}` : undefined}>
          <Input type="url" value={url} placeholder={provider.default_url ?? ''} onChange={(e) => setUrl(e.target.value)} data-testid="provider-url" />
        </Field>
        <div className="row">
          <Button type="submit" kind="primary" busy={asking} data-testid="provider-offers">
            See what it offers
          </Button>
          {asking && (
            <Button icon={<X size={14} aria-hidden />} onClick={cancel}>
              Cancel
            </Button>
          )}
        </div>
      </form>
      {variable !== null && <KeyLine variable={variable} />}
      {error !== null && !cancelled && <ErrorNotice title="What it offers could not be read" error={error} />}
      {offers && <OfferList offers={offers} known={known} />}
    </section>
  )
}

const MOST = 200

type Outcome = { reference: string; error: ErrorInfo | null }

function OfferList({ offers, known }: { offers: readonly ModelOffer[]; known: readonly string[] }) {
  const { add } = useModelCommands()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [adding, setAdding] = useState(false)
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([])
  const hits = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean)
    return offers.filter((o) => words.every((w) => o.name.toLowerCase().includes(w)))
  }, [offers, text])
  const addAll = async () => {
    setAdding(true)
    setOutcomes([])
    // One after the other: each is asked whether it is there.
    for (const reference of chosen) {
      let error: ErrorInfo | null = null
      try {
        await add.mutateAsync(reference)
      } catch (thrown) {
        error = toErrorInfo(thrown)
      }
      setOutcomes((all) => [...all, { reference, error }])
      if (error === null) setChosen((all) => all.filter((r) => r !== reference))
    }
    setAdding(false)
  }
  if (offers.length === 0) return <p className="small muted">It answers, and has no models.</p>
  return (
    <div className="offers">
      <Field label={`${plural(offers.length, 'model')} offered`} aside={text !== '' ? `${count(hits.length)} found` : undefined}>
        <div className="offers-filter">
          <ListFilter size={14} aria-hidden />
          <Input value={text} placeholder="Type to filter" onChange={(e) => setText(e.target.value)} data-testid="offers-filter" />
        </div>
      </Field>
      <ul className="offer-list" tabIndex={0} aria-label="Models offered">
        {hits.slice(0, MOST).map((o) => {
          const there = known.includes(o.reference)
          return (
            <li key={o.reference}>
              <Checkbox
                label={o.name}
                checked={there || chosen.includes(o.reference)}
                disabled={there || adding}
                onChange={(on) => setChosen(on ? [...chosen, o.reference] : chosen.filter((r) => r !== o.reference))}
                data-testid="offer"
                data-reference={o.reference}
              />
              <span className="small faint num">{there ? <Badge>in the list</Badge> : o.context_length !== null && `${count(o.context_length)} tokens`}</span>
            </li>
          )
        })}
        {hits.length === 0 && <li className="small muted">None is called so.</li>}
        {hits.length > MOST && <li className="small muted">And {count(hits.length - MOST)} more: type to see them.</li>}
      </ul>
      <div className="row">
        <Button kind="primary" busy={adding} disabled={chosen.length === 0} onClick={() => void addAll()} data-testid="offers-add">
          {chosen.length === 0 ? 'Choose some to add' : `Add ${plural(chosen.length, 'model')}`}
        </Button>
      </div>
      {outcomes.length > 0 && (
        <ul className="offer-outcomes small" role="status">
          {outcomes.map(({ reference, error }) => (
            <li key={reference} className={error ? 'tone-bad' : 'tone-ok'}>
              {error ? <CircleX size={14} aria-hidden /> : <CircleCheck size={14} aria-hidden />}
              <span>
                <code>{reference}</code> {error ? `was not added: ${sentence(error.message)}${error.hint ? ` ${sentence(error.hint)}` : ''}` : 'is added.'}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function ByReference({ providers, known }: AddModelsProps) {
  const [typed, setTyped] = useState('')
  const reference = typed.trim()
  const { check, add } = useModelCommands()
  const toasts = useToasts()
  const pull = useTask('model', reference)
  const there = known.includes(reference)
  const error = add.error ?? check.error
  const found = error ? undefined : (add.data ?? check.data)
  const forget = () => {
    check.reset()
    add.reset()
    pull.reset()
  }
  const pullable = error !== null && canBePulled(reference) && mayBeMissing(toErrorInfo(error).code)
  return (
    <form
      className="stack"
      aria-label="Add a model by its name"
      onSubmit={(e) => {
        e.preventDefault()
        forget()
        if (reference !== '') add.mutate(reference, { onSuccess: () => toasts.done(`${reference} is in the list.`) })
      }}
    >
      <Field
        label="Model"
        hint={
          <>
            PROVIDER:NAME, and @ADDRESS where it is elsewhere: {providers.filter((p) => ['ollama', 'hf', 'openai'].includes(p.id)).map((p, i) => (
              <span key={p.id}>
                {i > 0 && ', '}
                <code>{p.example}</code>
              </span>
            ))}
          </>
        }
      >
        <Input
          value={typed}
          placeholder={providers.find((p) => p.id === 'ollama')?.example ?? 'openai:NAME@http://127.0.0.1:8080/v1'}
          onChange={(e) => {
            setTyped(e.target.value)
            forget()
          }}
          data-testid="add-reference"
        />
      </Field>
      <div className="row">
        <Button type="submit" kind="primary" busy={add.isPending} disabled={reference === '' || there || pull.running} data-testid="add-reference-add">
          {there ? 'It is in the list' : 'Add'}
        </Button>
        <Button
          busy={check.isPending}
          disabled={reference === '' || pull.running}
          onClick={() => {
            forget()
            check.mutate(reference)
          }}
          data-testid="add-reference-check"
        >
          Check
        </Button>
      </div>
      {found && (
        <>
          <p className="small tone-ok" role="status">
            It is there: {found.detail}
          </p>
          <CheckTable check={found} />
        </>
      )}
      {error && !pull.running && (
        <ErrorNotice
          error={error}
          action={
            pullable && (
              <Button
                icon={<Download size={15} aria-hidden />}
                onClick={() => {
                  void pull.startAsync().then(
                    () => {
                      forget()
                      check.mutate(reference)
                    },
                    () => undefined,
                  )
                }}
                data-testid="add-reference-pull"
              >
                Pull it
              </Button>
            )
          }
        />
      )}
      <TaskLine task={pull} label={`Pulling ${reference}`} />
    </form>
  )
}
