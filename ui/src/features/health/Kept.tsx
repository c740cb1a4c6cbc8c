import { useState, type FormEvent } from 'react'
import { Trash2 } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { Confirm } from '../../design/components/Dialog'
import { Field, NumberInput } from '../../design/components/Form'
import { ErrorNotice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { PartsBar } from '../../design/components/Progress'
import { Scroll } from '../../design/components/Scroll'
import { useToasts } from '../../design/components/Toast'
import { bytes, count, dollars, percent, plural } from '../../design/format'
import { useCacheCommands, useCaches } from '../../ipc/machine'
import type { CacheKind, CacheState, Caches } from '../../ipc/types'
import './Health.css'

const names: Record<CacheKind, { title: string; what: string; colour: string }> = {
  answers: { title: 'Answers', what: 'what models answered', colour: 'var(--accent)' },
  executions: { title: 'Executions', what: 'what programs came to', colour: 'var(--odd)' },
}

/** Both caches, wherever nobody else has asked for them. */
export function KeptPanel() {
  const caches = useCaches()
  return <Kept caches={caches.data} error={caches.error} />
}

/** What is known from earlier runs: how much, how often it was of use, how much it may take, and how to be rid of it. */
export function Kept({ caches, error }: { caches: Caches | undefined; error?: unknown }) {
  const [asking, setAsking] = useState<CacheKind | null>(null)
  const { clear } = useCacheCommands()
  const toasts = useToasts()
  return (
    <Panel title="What is known" note="Answers and executions that later runs take instead of asking and executing again." data-testid="caches">
      {error ? (
        <ErrorNotice title="The caches could not be read" error={error} />
      ) : !caches ? (
        <Skeleton lines={3} height="1.5rem" label="The caches are being read" />
      ) : (
        <div className="stack-m">
          <Scroll label="What is known">
            <table className="table kept" aria-label="What is known">
              <thead>
                <tr>
                  <th scope="col">Kept</th>
                  <th scope="col" className="cell-right">Entries</th>
                  <th scope="col" className="cell-right">Size</th>
                  <th scope="col" className="cell-right">Of use, %</th>
                  <th scope="col" className="cell-right">Worth</th>
                  <th scope="col">
                    <span className="sr-only">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {[caches.answers, caches.executions].map((cache) => (
                  <Row key={cache.kind} cache={cache} busy={clear.isPending && clear.variables === cache.kind} onClear={() => setAsking(cache.kind)} />
                ))}
              </tbody>
            </table>
          </Scroll>
          <Limit key={caches.limit_bytes} caches={caches} />
        </div>
      )}
      <Confirm
        open={asking !== null}
        danger
        title={asking === 'executions' ? 'Clear the executions?' : 'Clear the answers?'}
        confirm="Clear"
        testId="cache-clear-confirm"
        onClose={() => setAsking(null)}
        onConfirm={() => asking && clear.mutate(asking, { onSuccess: (gone) => toasts.done(`${plural(gone, 'entry', 'entries')} cleared.`), onError: toasts.failed })}
      >
        {asking === 'executions' ? 'Programs will be executed again when they are met again.' : 'Models will be asked again, and services will charge for it again.'} Runs keep their samples.
      </Confirm>
    </Panel>
  )
}

function Row({ cache, busy, onClear }: { cache: CacheState; busy: boolean; onClear: () => void }) {
  const { title, what, colour } = names[cache.kind]
  return (
    <tr data-testid={`cache-${cache.kind}`}>
      <th scope="row">
        <span className="swatch" style={{ background: colour }} aria-hidden /> {title} <span className="faint small">{what}</span>
      </th>
      <td className="cell-right num">{count(cache.entries)}</td>
      <td className="cell-right num">{bytes(cache.bytes)}</td>
      <td className="cell-right num" title={cache.hit_rate === null ? undefined : `${count(cache.hits)} of ${plural(cache.hits + cache.misses, 'look-up')} since it was last cleared`}>
        {cache.hit_rate === null ? '–' : (cache.hit_rate * 100).toFixed(1)}
        {cache.hit_rate !== null && <span className="faint small"> of {count(cache.hits + cache.misses)}</span>}
      </td>
      <td className="cell-right num" title="What the answers in it cost the first time">
        {cache.cost_usd === null ? '–' : dollars(cache.cost_usd)}
      </td>
      <td className="cell-right">
        <Button kind="quiet" size="small" icon={<Trash2 size={14} aria-hidden />} busy={busy} disabled={cache.entries === 0} onClick={onClear} aria-label={`Clear the ${title.toLowerCase()}`} data-testid={`cache-clear-${cache.kind}`}>
          Clear
        </Button>
      </td>
    </tr>
  )
}

const MEGABYTE = 1_000_000
const MOST_MB = 1_000_000

function Limit({ caches }: { caches: Caches }) {
  const { limit } = useCacheCommands()
  const toasts = useToasts()
  const now = Math.round(caches.limit_bytes / MEGABYTE)
  const [wanted, setWanted] = useState(now)
  const used = caches.answers.bytes + caches.executions.bytes
  const wrong = !(Number.isInteger(wanted) && wanted >= 0 && wanted <= MOST_MB)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wrong) return
    limit.mutate(wanted, {
      onSuccess: (gone) => toasts.done(`Both may take ${bytes(wanted * MEGABYTE)} together.${gone > 0 ? ` ${plural(gone, 'entry', 'entries')} went.` : ''}`),
      onError: toasts.failed,
    })
  }
  return (
    <div className="kept-limit">
      <div className="grow">
        <p className="small num">
          {bytes(used)} of {bytes(caches.limit_bytes)}{' '}
          <span className="faint">
            ({percent(caches.limit_bytes > 0 ? used / caches.limit_bytes : 0, 0)}). Beyond it the longest unused go, executions first.
          </span>
        </p>
        <PartsBar
          label="Space used"
          total={Math.max(caches.limit_bytes, used)}
          parts={[caches.answers, caches.executions].map((c) => ({ key: c.kind, label: names[c.kind].title, value: c.bytes, colour: names[c.kind].colour }))}
        />
      </div>
      <form className="kept-form" onSubmit={submit} noValidate>
        <Field label="Both may take" aside="MB" error={wrong ? 'A whole number of megabytes.' : null}>
          <NumberInput value={now} min={0} max={MOST_MB} step={100} onChange={setWanted} data-testid="cache-limit" />
        </Field>
        <Button type="submit" busy={limit.isPending} disabled={wrong || wanted === now} data-testid="cache-limit-set">
          Change
        </Button>
      </form>
    </div>
  )
}
