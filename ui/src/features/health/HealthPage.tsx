import { memo, type ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { StatusBadge } from '../../design/components/Badge'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { CopyButton } from '../../design/components/Code'
import { ModelLabel } from '../../design/components/Model'
import { ErrorNotice, Notice, sentence } from '../../design/components/Notice'
import { Facts, Page, Panel } from '../../design/components/Panel'
import { Progress } from '../../design/components/Progress'
import { bytes, count, milliseconds, plural } from '../../design/format'
import { useHealth } from '../../ipc/machine'
import type { HealthReport, LanguageStatus, MemoryHealth, ProviderGauges, RunGauges, SandboxGauges, StoreHealth } from '../../ipc/types'
import { Gauge, trouble } from '../run/Executor'
import { timeLeft } from '../run/timeLeft'
import { Kept } from './Kept'
import '../run/Run.css'
import './Health.css'

/** How the program is, and the machine it runs on; asked anew every two seconds. */
export function HealthPage() {
  const health = useHealth()
  return (
    <Page title="Health" testId="page-health" lead="What runs at the moment, and what it runs on. Looked at every two seconds.">
      {health.error && <ErrorNotice title="The state of the program could not be read" error={health.error} action={<Button onClick={() => void health.refetch()}>Try again</Button>} />}
      {health.data ? (
        <Report report={health.data} />
      ) : (
        !health.error && (
          <Panel>
            <Skeleton lines={6} height="1.5rem" label="The program is being looked at" />
          </Panel>
        )
      )}
    </Page>
  )
}

// What did not change between two looks keeps its identity, and its part of the page is not drawn again.
function Report({ report }: { report: HealthReport }) {
  return (
    <>
      <div className="health-grid">
        <Engine engine={report.engine} languages={report.languages} sandbox={report.sandbox} />
        <div className="stack">
          <Runs runs={report.runs} />
          <Requests providers={report.providers} />
        </div>
      </div>
      <Kept caches={report.caches} />
      <div className="health-three">
        <Memory memory={report.memory} />
        <Disk store={report.store} />
        <Metrics address={report.metrics} />
      </div>
    </>
  )
}

const Engine = memo(function Engine({ engine, languages, sandbox }: { engine: HealthReport['engine']; languages: readonly LanguageStatus[]; sandbox: SandboxGauges | null }) {
  return (
    <Panel
      title="Containers"
      data-testid="health-engine"
      note={
        engine.ok && (
          <span className="health-engine-ok">
            <span className="dot dot-ok" role="img" aria-label="ready" />
            {engine.detail}
          </span>
        )
      }
      actions={
        <Link to="/library" search={{ tab: 'sandbox' }} className="btn btn-quiet btn-small">
          Images
        </Link>
      }
    >
      <div className="stack-m">
        {!engine.ok && (
          <Notice tone="warn" testId="health-engine-trouble">
            {sentence(engine.detail)} {engine.hint && sentence(engine.hint)}
          </Notice>
        )}
        {sandbox ? (
          <>
            <ol className="stages" aria-label="The executor at the moment">
              <Gauge value={`${count(sandbox.running)} of ${count(sandbox.concurrency)}`} label="Running" live={sandbox.running > 0} />
              <Gauge value={count(sandbox.waiting)} label="Waiting" live={sandbox.waiting > 0} />
              <Gauge value={count(sandbox.containers)} label="Containers" />
              <Gauge value={count(sandbox.executed)} label="Executed" />
            </ol>
            <p className="small faint">{trouble(sandbox)}</p>
          </>
        ) : (
          <p className="small faint">Nothing was executed since Assay was started.</p>
        )}
        {languages.length > 0 && <Languages languages={languages} sandbox={sandbox} />}
      </div>
    </Panel>
  )
})

function Languages({ languages, sandbox }: { languages: readonly LanguageStatus[]; sandbox: SandboxGauges | null }) {
  return (
    <table className="executor-languages small" aria-label="Languages">
      <thead>
        <tr>
          <th scope="col">Language</th>
          <th scope="col">Image</th>
          <th scope="col">Containers</th>
          <th scope="col">Running</th>
          <th scope="col">Executed</th>
          <th scope="col">One takes</th>
        </tr>
      </thead>
      <tbody className="num">
        {languages.map((l) => {
          const gauges = sandbox?.languages.find((g) => g.language === l.language)
          return (
            <tr key={l.language} data-testid={`health-language-${l.language}`}>
              <th scope="row">{l.title}</th>
              <td className={l.ready ? '' : 'faint'}>{l.ready ? (l.size_bytes === null ? 'built' : bytes(l.size_bytes)) : 'not built'}</td>
              <td>{gauges ? count(gauges.containers) : '–'}</td>
              <td>{gauges ? count(gauges.running) : '–'}</td>
              <td>{gauges ? count(gauges.executed) : '–'}</td>
              <td>{gauges?.mean_ms != null ? milliseconds(gauges.mean_ms) : '–'}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

const Runs = memo(function Runs({ runs }: { runs: readonly RunGauges[] }) {
  return (
    <Panel title="Runs that are on" data-testid="health-runs">
      {runs.length === 0 ? (
        <p className="small faint">None in this program.</p>
      ) : (
        <ul className="health-runs">
          {runs.map(({ run, name, progress }) => {
            const left = timeLeft(progress)
            return (
              <li key={run}>
                <div className="health-run">
                  <Link to="/runs/$runId" params={{ runId: run }} className="grow clip runs-link">
                    {name}
                  </Link>
                  <StatusBadge status="running" paused={progress.paused} />
                </div>
                <Progress label={`${name}, progress`} value={progress.done / Math.max(1, progress.total)} thin />
                <p className="small faint num">
                  {count(progress.done)} of {plural(progress.total, 'sample')}
                  {progress.rate_per_s !== null && !progress.paused && `, ${(progress.rate_per_s * 60).toFixed(1)} a minute`}
                  {left.about !== null && `, ${left.about} left${left.range ? `, ${left.range}` : ''}`}
                </p>
              </li>
            )
          })}
        </ul>
      )}
    </Panel>
  )
})

const Requests = memo(function Requests({ providers }: { providers: readonly ProviderGauges[] }) {
  return (
    <Panel title="Requests" note="How many at once are worth having is found out: fewer when a server slows down or refuses." data-testid="health-requests">
      {providers.length === 0 ? (
        <p className="small faint">No model is being asked.</p>
      ) : (
        <table className="executor-languages health-requests small">
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">In flight</th>
              <th scope="col">Worth having</th>
              <th scope="col">At most</th>
            </tr>
          </thead>
          <tbody className="num">
            {providers.map((p) => (
              <tr key={p.model}>
                <th scope="row">
                  <ModelLabel model={p.model} withHost />
                </th>
                <td>{count(p.in_flight)}</td>
                <td>{count(p.limit)}</td>
                <td>{count(p.most)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
})

const known = (n: number | null): ReactNode => (n === null ? 'not known' : bytes(n))

const Memory = memo(function Memory({ memory: { resident_bytes, available_bytes, floor_bytes } }: { memory: MemoryHealth }) {
  const short = available_bytes !== null && floor_bytes !== null && available_bytes < floor_bytes
  return (
    <Panel title="Memory" data-testid="health-memory">
      <Facts
        className="num"
        facts={[
          ['This program', known(resident_bytes)],
          ['Available', known(available_bytes)],
          ['Floor', known(floor_bytes)],
        ]}
      />
      <p className={`small health-says ${short ? 'tone-warn' : 'faint'}`}>{short ? 'Memory is short: runs take nothing new in until there is some again.' : 'With less than the floor available, runs take nothing new in.'}</p>
    </Panel>
  )
})

const Disk = memo(function Disk({ store }: { store: StoreHealth }) {
  return (
    <Panel title="Store" data-testid="health-store">
      <Facts
        className="num"
        facts={[
          ['Size', bytes(store.bytes)],
          ['Runs', count(store.runs)],
          ['Free on disk', known(store.free_bytes)],
        ]}
      />
      <p className="small faint mono health-says health-path">{store.path}</p>
    </Panel>
  )
})

const Metrics = memo(function Metrics({ address }: { address: string | null }) {
  const setting = 'ASSAY_METRICS=127.0.0.1:9464'
  return (
    <Panel title="Metrics" data-testid="health-metrics">
      <p className="small muted">{address === null ? 'Switched off. To let Prometheus or OpenTelemetry read them, start Assay with this in its environment:' : 'Told in the text format that Prometheus and OpenTelemetry read, at:'}</p>
      <div className="health-address">
        <code className="mono small">{address ?? setting}</code>
        <CopyButton text={address ?? setting} what={address === null ? 'Setting' : 'Address'} />
      </div>
    </Panel>
  )
})
