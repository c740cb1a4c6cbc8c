import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { FlaskConical } from 'lucide-react'
import { StatusBadge } from '../../design/components/Badge'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { Confirm } from '../../design/components/Dialog'
import { ModelLabels } from '../../design/components/Model'
import { ErrorNotice, Notice } from '../../design/components/Notice'
import { Page, Panel } from '../../design/components/Panel'
import { Progress } from '../../design/components/Progress'
import { useToasts } from '../../design/components/Toast'
import { ago, count, duration, percent, plural } from '../../design/format'
import { useRunCommands, useRunFeed, useRuns, useStatus } from '../../ipc/hooks'
import { useTrends } from '../../ipc/results'
import type { RunSummary, TrendSeriesView } from '../../ipc/types'
import { Health } from './Health'
import { trendQuery } from '../trends/suites'
import { Leaderboard } from './Leaderboard'
import { RegressionAlerts, SinceLast } from './SinceLast'
import './Overview.css'

/** The query of the page of trends as it is first seen, so that both are made once. */
const FOLLOWED = trendQuery({})
const NONE: readonly TrendSeriesView[] = []

export function OverviewPage() {
  const status = useStatus()
  const runs = useRuns()
  const all = runs.data ?? []
  const trends = useTrends(FOLLOWED).data
  const running = all.filter((r) => r.status === 'running')
  const own = all.filter((r) => r.origin !== 'sample_workspace')
  const first = own.length === 0 && runs.data !== undefined
  return (
    <Page
      title="Overview"
      testId="page-overview"
      lead={runs.data && status.data ? summary(all, running.length) : 'What was measured, and whether more can be.'}
      actions={
        !first && (
          <Link to="/evaluate" className="btn btn-primary btn-medium" data-testid="overview-evaluate">
            <FlaskConical size={15} aria-hidden />
            <span>New evaluation</span>
          </Link>
        )
      }
    >
      {status.error && <ErrorNotice title="The state of the program could not be read" error={status.error} action={<Button onClick={() => void status.refetch()}>Try again</Button>} />}
      {runs.error && <ErrorNotice title="The runs could not be read" error={runs.error} action={<Button onClick={() => void runs.refetch()}>Try again</Button>} />}
      {first && <FirstEvaluation examples={all.length > 0} />}
      {all.some((r) => r.origin === 'sample_workspace') && <Examples />}
      {trends && <RegressionAlerts trends={trends} />}
      <div className="overview">
        <div className="stack">
          {running.length > 0 && (
            <Panel title="In progress" data-testid="running">
              <ul className="running">
                {running.map((run) => (
                  <RunningRow key={run.id} run={run} />
                ))}
              </ul>
            </Panel>
          )}
          {runs.data ? (
            <Leaderboard runs={all} datasets={status.data?.datasets ?? []} trends={trends?.series ?? NONE} />
          ) : (
            <Panel title="Leaderboard">
              <Skeleton lines={5} height="1.5rem" label="Runs are being read" />
            </Panel>
          )}
        </div>
        <div className="stack">
          {status.data ? (
            <Health status={status.data} />
          ) : (
            <Panel title="What is needed">
              <Skeleton lines={5} label="The state of the program is being read" />
            </Panel>
          )}
          {trends && <SinceLast trends={trends} />}
          {all.length > 0 && <Recent runs={all} />}
        </div>
      </div>
    </Page>
  )
}

function summary(runs: readonly RunSummary[], running: number): string {
  if (runs.length === 0) return 'Nothing has been measured yet.'
  const models = new Set(runs.flatMap((r) => r.models)).size
  const samples = runs.reduce((sum, r) => sum + r.progress.done, 0)
  const now = running > 0 ? `, ${count(running)} in progress` : ''
  return `${plural(runs.length, 'run')}${now}: ${plural(samples, 'sample')} of ${plural(models, 'model')}.`
}

function FirstEvaluation({ examples }: { examples: boolean }) {
  return (
    <section className="first" aria-label="First evaluation" data-testid="first-evaluation">
      <div className="grow">
        <h2>Measure a model on this machine</h2>
        <p>
          A small local model answers a handful of problems, its programs run in the sandbox, and you get a score with its interval. It takes about a minute.
          {examples && ' The runs below are examples to look around in meanwhile.'}
        </p>
      </div>
      <Link to="/evaluate" className="btn btn-primary btn-medium" data-testid="overview-first">
        <FlaskConical size={15} aria-hidden />
        <span>Run your first evaluation</span>
      </Link>
    </section>
  )
}

function Examples() {
  const { removeExamples } = useRunCommands()
  const toasts = useToasts()
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Notice
        testId="sample-workspace"
        action={
          <Button size="small" busy={removeExamples.isPending} onClick={() => setAsking(true)} data-testid="sample-workspace-remove">
            Remove the examples
          </Button>
        }
      >
        Some runs are <strong>examples</strong>: made by this program on another machine and shipped with it.
      </Notice>
      <Confirm
        open={asking}
        title="Remove the example runs?"
        confirm="Remove them"
        onClose={() => setAsking(false)}
        onConfirm={() => removeExamples.mutate(undefined, { onSuccess: () => toasts.done('The example runs are gone. Settings can bring them back.'), onError: toasts.failed })}
      >
        Your own runs stay as they are. The settings can bring the examples back.
      </Confirm>
    </>
  )
}

function RunningRow({ run }: { run: RunSummary }) {
  const progress = useRunFeed(run.id)?.progress ?? run.progress
  const share = progress.total > 0 ? progress.done / progress.total : 0
  return (
    <li>
      <div className="running-head">
        <Link to="/runs/$runId" params={{ runId: run.id }} className="clip">
          {run.name}
        </Link>
        <span className="num small muted">
          {count(progress.done)} of {count(progress.total)}
          {progress.remaining_s !== null && `, ${duration(progress.remaining_s)} left`}
        </span>
      </div>
      <Progress label={`${run.name}, progress`} value={share} valueText={`${percent(share, 0)}, ${progress.done} of ${progress.total} samples`} />
    </li>
  )
}

function Recent({ runs }: { runs: readonly RunSummary[] }) {
  return (
    <Panel title="Newest runs" actions={<Link to="/runs" className="small">All runs</Link>}>
      <ul className="recent">
        {runs.slice(0, 5).map((run) => (
          <li key={run.id}>
            <div className="recent-head">
              <Link to="/runs/$runId" params={{ runId: run.id }} className="clip">
                {run.name}
              </Link>
              <StatusBadge status={run.status} />
            </div>
            <div className="small faint recent-sub">
              <span className="clip">
                <ModelLabels models={run.models} />
              </span>
              <time dateTime={run.created_at} title={run.created_at}>
                {ago(run.created_at)}
              </time>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
