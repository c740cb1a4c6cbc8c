import { useMemo, useState } from 'react'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChartNoAxesColumn, FileText, FlaskConical, ListChecks, Rows3, Trash2 } from 'lucide-react'
import { Badge, StatusBadge } from '../../design/components/Badge'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { Confirm } from '../../design/components/Dialog'
import { Checkbox } from '../../design/components/Form'
import { ModelLabels } from '../../design/components/Model'
import { EmptyState, ErrorNotice } from '../../design/components/Notice'
import { Page, Panel } from '../../design/components/Panel'
import { Progress } from '../../design/components/Progress'
import { ScoreText } from '../../design/components/Score'
import { Table, type ColumnDef } from '../../design/components/Table'
import { useToasts } from '../../design/components/Toast'
import { count, plural, when } from '../../design/format'
import { originName, strategyName } from '../../design/names'
import { useRunCommands, useRuns, useStatus } from '../../ipc/hooks'
import type { RunSummary } from '../../ipc/types'
import './Run.css'

export function RunsPage() {
  const runs = useRuns()
  const status = useStatus().data
  const navigate = useNavigate()
  const toasts = useToasts()
  const { remove } = useRunCommands()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState(false)

  const all = useMemo(() => runs.data ?? [], [runs.data])
  const picked = all.filter((r) => chosen.has(r.id))
  const ids = picked.map((r) => r.id)

  const columns = useMemo<ColumnDef<RunSummary, unknown>[]>(() => {
    const title = (id: string) => status?.datasets.find((d) => d.id === id)?.title ?? id
    return [
      {
        id: 'pick',
        enableSorting: false,
        header: () => (
          <Checkbox
            bare
            label="Choose all runs"
            checked={all.length > 0 && chosen.size === all.length}
            onChange={(on) => setChosen(on ? new Set(all.map((r) => r.id)) : new Set())}
          />
        ),
        cell: ({ row: { original: run } }) => (
          <Checkbox
            bare
            label={`Choose ${run.name}`}
            checked={chosen.has(run.id)}
            onChange={(on) =>
              setChosen((before) => {
                const next = new Set(before)
                if (on) next.add(run.id)
                else next.delete(run.id)
                return next
              })
            }
          />
        ),
      },
      {
        id: 'name',
        header: 'Run',
        accessorFn: (r) => r.name,
        cell: ({ row: { original: run } }) => (
          <span className="runs-name">
            <Link to="/runs/$runId" params={{ runId: run.id }} className="clip runs-link" title={run.name}>
              {run.name}
            </Link>
            {run.origin !== 'evaluated' && <Badge>{originName(run.origin)}</Badge>}
          </span>
        ),
        meta: { wide: true },
      },
      {
        id: 'status',
        header: 'Status',
        accessorFn: (r) => r.status,
        cell: ({ row: { original: run } }) =>
          run.status === 'running' ? (
            <span className="runs-progress">
              <Progress label={`${run.name}, progress`} value={run.progress.done / Math.max(1, run.progress.total)} thin />
              <span className="num small">{Math.floor((100 * run.progress.done) / Math.max(1, run.progress.total))}%</span>
              {run.progress.paused && <span className="small faint">paused</span>}
            </span>
          ) : (
            <StatusBadge status={run.status} />
          ),
      },
      { id: 'models', header: 'Models', accessorFn: (r) => r.models.join(' '), cell: ({ row: { original: run } }) => <ModelLabels models={run.models.slice(0, 2)} />, meta: { minor: true } },
      { id: 'dataset', header: 'Data set', accessorFn: (r) => title(r.dataset) },
      { id: 'strategy', header: 'Strategy', accessorFn: (r) => strategyName(r.strategy), meta: { minor: true } },
      {
        id: 'score',
        header: 'Best pass@1, %',
        accessorFn: (r) => Math.max(-1, ...r.scores.map((s) => s.value)),
        cell: ({ row: { original: run } }) => {
          const best = [...run.scores].sort((a, b) => b.value - a.value)[0]
          return best ? <ScoreText value={best.value} low={best.low} high={best.high} /> : <span className="faint">–</span>
        },
        meta: { align: 'right' },
      },
      { id: 'samples', header: 'Samples', accessorFn: (r) => r.progress.done, cell: ({ row: { original: r } }) => count(r.progress.done), meta: { align: 'right', minor: true } },
      {
        id: 'created',
        header: 'Started',
        accessorFn: (r) => r.created_at,
        cell: ({ row: { original: r } }) => (
          <time dateTime={r.created_at} title={r.created_at}>
            {when(r.created_at)}
          </time>
        ),
        meta: { align: 'right' },
      },
    ]
  }, [all, chosen, status])

  const removeAll = async () => {
    try {
      for (const id of ids) await remove.mutateAsync(id)
      toasts.done(`${plural(ids.length, 'run')} deleted.`)
      setChosen(new Set())
    } catch (error) {
      toasts.failed(error)
    }
  }

  return (
    <Page
      title="Runs"
      testId="page-runs"
      lead={picked.length > 0 ? `${plural(picked.length, 'run')} chosen` : 'Everything that was ever asked, kept with its answers.'}
      actions={
        picked.length > 0 ? (
          <>
            <Link to="/compare" search={{ runs: ids }} className="btn btn-primary btn-medium" data-testid="runs-compare">
              <ChartNoAxesColumn size={15} aria-hidden />
              <span>Compare</span>
            </Link>
            <Link to="/samples" search={{ runs: ids }} className="btn btn-secondary btn-medium">
              <Rows3 size={15} aria-hidden />
              <span>Samples</span>
            </Link>
            <Link to="/reports" search={{ runs: ids }} className="btn btn-secondary btn-medium">
              <FileText size={15} aria-hidden />
              <span>Report</span>
            </Link>
            <Button kind="danger" icon={<Trash2 size={15} aria-hidden />} onClick={() => setAsking(true)} disabled={picked.some((r) => r.status === 'running')} data-testid="runs-delete">
              Delete
            </Button>
          </>
        ) : (
          <Link to="/evaluate" className="btn btn-primary btn-medium">
            <FlaskConical size={15} aria-hidden />
            <span>New evaluation</span>
          </Link>
        )
      }
    >
      {runs.error && <ErrorNotice title="The runs could not be read" error={runs.error} action={<Button onClick={() => void runs.refetch()}>Try again</Button>} />}
      <Panel flush>
        {runs.data ? (
          <Table
            label="Runs"
            data={all}
            columns={columns}
            rowKey={(r) => r.id}
            onOpen={(r) => void navigate({ to: '/runs/$runId', params: { runId: r.id } })}
            rowTestId="runs-row"
            testId="runs-table"
            empty={
              <EmptyState
                icon={<ListChecks size={20} />}
                title="No runs yet"
                action={
                  <Link to="/evaluate" className="btn btn-primary btn-medium">
                    Run your first evaluation
                  </Link>
                }
              >
                Each evaluation will stand here with its models, data set and score, ready to be compared, resumed or reported.
              </EmptyState>
            }
          />
        ) : (
          <div className="runs-loading">
            <Skeleton lines={5} height="1.5rem" label="Runs are being read" />
          </div>
        )}
      </Panel>
      <Confirm open={asking} danger title={`Delete ${plural(ids.length, 'run')}?`} confirm="Delete for good" onClose={() => setAsking(false)} onConfirm={() => void removeAll()}>
        Their samples, programs and verdicts are deleted with them. This cannot be undone.
      </Confirm>
    </Page>
  )
}
