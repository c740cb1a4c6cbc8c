import { Panel } from '../../design/components/Panel'
import { count, milliseconds, plural } from '../../design/format'
import { languageName } from '../../design/names'
import { useGauges } from '../../ipc/hooks'
import type { SandboxGauges } from '../../ipc/types'
import { gauged, programsPerSecond } from './gauges'

/** What the sandbox does while a run goes on. It is the program's: other runs' programs count too. */
export function Executor() {
  const seen = useGauges(true, gauged)
  if (!seen?.gauges) return null
  const { gauges } = seen
  const rate = programsPerSecond(seen)
  return (
    <Panel title="Executor" note={`At most ${plural(gauges.concurrency, 'program')} at once, each in a container of its own`} data-testid="run-executor">
      <div className="stack-s">
        <ol className="stages" aria-label="The executor at the moment">
          <Gauge value={count(gauges.running)} label="Running" live={gauges.running > 0} testId="executor-running" />
          <Gauge value={count(gauges.waiting)} label="Waiting" live={gauges.waiting > 0} />
          <Gauge value={count(gauges.containers)} label="Warm containers" />
          <Gauge value={rate === null ? '–' : rate.toFixed(1)} label="Programs a second" testId="executor-rate" />
        </ol>
        {gauges.languages.length > 0 && <ByLanguage gauges={gauges} />}
        <p className="small faint">{trouble(gauges)}</p>
      </div>
    </Panel>
  )
}

export function Gauge({ value, label, live = false, testId }: { value: string; label: string; live?: boolean; testId?: string }) {
  return (
    <li className={live ? 'stage-live' : ''}>
      <span className="num" data-testid={testId}>
        {value}
      </span>
      <span className="small">{label}</span>
    </li>
  )
}

/** Each language's share of the executor. */
export function ByLanguage({ gauges }: { gauges: SandboxGauges }) {
  return (
    <table className="executor-languages small">
      <thead>
        <tr>
          <th scope="col">Language</th>
          <th scope="col">Containers</th>
          <th scope="col">Running</th>
          <th scope="col">Executed</th>
          <th scope="col">One takes</th>
        </tr>
      </thead>
      <tbody className="num">
        {gauges.languages.map((l) => (
          <tr key={l.language}>
            <th scope="row">{languageName(l.language)}</th>
            <td>{count(l.containers)}</td>
            <td>{count(l.running)}</td>
            <td>{count(l.executed)}</td>
            <td>{l.mean_ms === null ? '–' : milliseconds(l.mean_ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What went other than planned, none of which is a wrong verdict. */
export function trouble({ executed, recycled, retried, overturned }: SandboxGauges): string {
  const parts = [
    recycled > 0 ? `${plural(recycled, 'container')} replaced` : null,
    retried > 0 ? `${plural(retried, 'program')} executed again after a lost container` : null,
    overturned > 0 ? `${plural(overturned, 'timeout or kill', 'timeouts or kills')} not confirmed when executed alone` : null,
  ].filter((part) => part !== null)
  return `${plural(executed, 'program')} since Assay was started${parts.length > 0 ? `; ${parts.join('; ')}` : ''}.`
}
