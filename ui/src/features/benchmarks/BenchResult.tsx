import { memo } from 'react'
import { Check, TriangleAlert } from 'lucide-react'
import { Badge } from '../../design/components/Badge'
import { Panel } from '../../design/components/Panel'
import { count, duration, milliseconds, percent, plural, when } from '../../design/format'
import type { BenchPass, BenchRecord } from '../../ipc/types'
import { times, workInWords } from './work'

const share = (x: number | null): string => (x === null ? '–' : percent(x, 0))

const rows: readonly [label: string, value: (pass: BenchPass) => string, title?: string][] = [
  ['Samples', (p) => count(p.samples)],
  ['Passed', (p) => count(p.passed)],
  ['Time', (p) => (p.seconds < 60 ? `${p.seconds.toFixed(1)} s` : duration(p.seconds))],
  ['Samples a second', (p) => (p.per_s < 10 ? p.per_s.toFixed(2) : p.per_s.toFixed(1))],
  ['An answer took', (p) => milliseconds(p.generation_ms), 'Mean time from request to answer'],
  ['A program took', (p) => milliseconds(p.execution_ms), 'Mean time of a program with its tests'],
  ['Own processor time', (p) => (p.own_cpu_ms === null ? '–' : milliseconds(p.own_cpu_ms)), 'Of this program for one sample, stand-in and containers not counted'],
  ['Machine busy', (p) => share(p.machine_busy), 'Share of all processors’ time, whatever used it'],
  ['Busy while programs waited', (p) => share(p.machine_busy_when_full), 'The same while programs waited for a container: near 100 % the processors are what limits'],
]

/** What a measurement came to. */
export const BenchResult = memo(function BenchResult({ record, isNew }: { record: BenchRecord; isNew: boolean }) {
  const same = record.same_verdicts === record.compared
  return (
    <Panel
      title={isNew ? 'What it came to' : 'The newest measurement'}
      note={
        <>
          <time dateTime={record.at} title={record.at}>
            {when(record.at)}
          </time>
          , {workInWords(record)}; {record.machine}
        </>
      }
      data-testid="bench-result"
    >
      <div className="bench-result">
        <div className="bench-headline">
          <p className="headline-value num" data-testid="bench-speedup">
            {times(record.speedup)}
            <span>as fast</span>
          </p>
          <p className="small faint num">
            95 % interval {record.speedup_low.toFixed(1)}&thinsp;–&thinsp;{record.speedup_high.toFixed(1)}
          </p>
          <p className="bench-same" data-testid="bench-same">
            <Badge tone={same ? 'ok' : 'warn'} icon={same ? <Check size={13} strokeWidth={2.4} aria-hidden /> : <TriangleAlert size={13} strokeWidth={2.4} aria-hidden />}>
              {same ? 'Same verdicts' : 'Verdicts differ'}
            </Badge>
            <span className="small faint num">
              {count(record.same_verdicts)} of {plural(record.compared, 'sample')} done both ways
            </span>
          </p>
          {record.peak_memory_mb !== null && <p className="small faint num">At most {count(Math.round(record.peak_memory_mb))} MB of memory, stand-in included</p>}
        </div>
        <table className="executor-languages bench-passes small" aria-label="Both ways">
          <thead>
            <tr>
              <th scope="col">
                <span className="sr-only">What</span>
              </th>
              <th scope="col">One after another</th>
              <th scope="col">All at once</th>
            </tr>
          </thead>
          <tbody className="num">
            {rows.map(([label, value, title]) => (
              <tr key={label} title={title}>
                <th scope="row">{label}</th>
                <td>{value(record.sequential)}</td>
                <td>{value(record.optimised)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
})
