import { useCallback } from 'react'
import { Timer } from 'lucide-react'
import { PlotHost } from '../../design/components/PlotHost'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { EmptyState, ErrorNotice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { Progress } from '../../design/components/Progress'
import { Table, type ColumnDef } from '../../design/components/Table'
import type { PlotOptions } from '../../design/plot'
import { plural, when } from '../../design/format'
import { useBench, useBenchRuns } from '../../ipc/machine'
import type { AppStatus, BenchRecord } from '../../ipc/types'
import { BenchForm } from './BenchForm'
import { BenchResult } from './BenchResult'
import { inWords, plotHistory } from './historyPlot'
import { times, workInWords } from './work'
import '../run/Run.css'
import './Benchmarks.css'

/** How fast this machine does the work of runs: measured, and remembered. */
export function Benchmarks({ status }: { status: AppStatus }) {
  const bench = useBench()
  const runs = useBenchRuns()
  const newest = bench.record ?? runs.data?.[0]
  return (
    <div className="stack">
      <Panel
        title="Measure this machine"
        note="The same samples are done one after another, and all at once. A stand-in answers for the models, as slowly as they would; prompts, cleaning, containers and store are real. Nothing is paid for, and no run is kept."
      >
        <div className="stack-bench">
          <BenchForm status={status} running={bench.running} onStart={bench.start} />
          {bench.running && (
            <div className="bench-progress" data-testid="bench-progress">
              <div className="grow">
                <p className="small num" role="status">
                  {bench.progress?.message ?? 'starting'}
                </p>
                <Progress label="Measurement" value={bench.progress?.fraction ?? null} />
              </div>
              <Button size="small" onClick={bench.cancel} data-testid="bench-cancel">
                Cancel
              </Button>
            </div>
          )}
          {!bench.running && bench.error && (bench.error.code === 'cancelled' ? <p className="small muted">The measurement was stopped; nothing was kept of it.</p> : <ErrorNotice title="Nothing was measured" error={bench.error} />)}
        </div>
      </Panel>
      {newest && <BenchResult record={newest} isNew={newest === bench.record} />}
      {runs.error ? (
        <ErrorNotice title="Earlier measurements could not be read" error={runs.error} />
      ) : !runs.data ? (
        <Panel>
          <Skeleton lines={4} height="1.5rem" label="Earlier measurements are being read" />
        </Panel>
      ) : runs.data.length === 0 ? (
        <Panel>
          <EmptyState icon={<Timer size={22} />} title="Nothing was measured yet" testId="bench-empty">
            Each measurement will stand here with its date: a chart of both ways, and a table.
          </EmptyState>
        </Panel>
      ) : (
        <History records={runs.data} />
      )}
    </div>
  )
}

const rate = (per_s: number): string => (per_s < 10 ? per_s.toFixed(2) : per_s.toFixed(1))

const columns: ColumnDef<BenchRecord, unknown>[] = [
  { id: 'at', header: 'Measured', accessorFn: (r) => r.at, cell: ({ row: { original: r } }) => <time dateTime={r.at} title={r.at}>{when(r.at)}</time> },
  { id: 'work', header: 'Work', accessorFn: workInWords, cell: ({ row: { original: r } }) => <span title={`${workInWords(r)}; ${r.machine}`}>{workInWords(r)}</span>, meta: { wide: true } },
  { id: 'version', header: 'Assay', accessorFn: (r) => r.version, meta: { minor: true } },
  { id: 'slow', header: 'One after another, samples/s', accessorFn: (r) => r.sequential.per_s, cell: ({ row: { original: r } }) => rate(r.sequential.per_s), meta: { align: 'right' } },
  { id: 'fast', header: 'All at once, samples/s', accessorFn: (r) => r.optimised.per_s, cell: ({ row: { original: r } }) => rate(r.optimised.per_s), meta: { align: 'right' } },
  {
    id: 'speedup',
    header: 'Speed-up',
    accessorFn: (r) => r.speedup,
    cell: ({ row: { original: r } }) => (
      <span className="score-text num">
        <strong>{times(r.speedup)}</strong>
        <span className="faint">
          {r.speedup_low.toFixed(1)}&thinsp;–&thinsp;{r.speedup_high.toFixed(1)}
        </span>
      </span>
    ),
    meta: { align: 'right' },
  },
]

function History({ records }: { records: readonly BenchRecord[] }) {
  const draw = useCallback((options: PlotOptions) => plotHistory(records, options), [records])
  return (
    <>
      <Panel>
        <figure className="figure" data-testid="bench-history" aria-labelledby="bench-history-title">
          <header className="figure-head">
            <div className="grow">
              <h2 id="bench-history-title">Samples a second, by date</h2>
            </div>
          </header>
          <p className="sr-only">{inWords(records[0] as BenchRecord)}</p>
          <PlotHost draw={draw} />
          <figcaption className="figure-caption">
            {plural(records.length, 'measurement')} on this machine, each a point for either way; the scale is logarithmic. Measurements of different work stand side by side: the table says which.
          </figcaption>
        </figure>
      </Panel>
      <Panel title="Earlier measurements" flush>
        <Table label="Earlier measurements" data={records} columns={columns} rowKey={(r) => r.at} sorting={[{ id: 'at', desc: true }]} testId="bench-table" rowTestId="bench-row" />
      </Panel>
    </>
  )
}
