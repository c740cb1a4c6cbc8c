import { Link, getRouteApi } from '@tanstack/react-router'
import { Badge, StatusBadge } from '../../design/components/Badge'
import { Skeleton } from '../../design/components/Bits'
import { ErrorNotice, Notice } from '../../design/components/Notice'
import { Page, Panel } from '../../design/components/Panel'
import { plural, when } from '../../design/format'
import { languageName, originName, statusName } from '../../design/names'
import type { RunFeed } from '../../ipc/feed'
import { useRun, useRunFeed } from '../../ipc/hooks'
import type { RunDetail, RunStatus } from '../../ipc/types'
import { Actions } from './Actions'
import { Diversity } from './Diversity'
import { Executor } from './Executor'
import { FailuresPanel } from './FailuresPanel'
import { Headlines } from './Headlines'
import { OutcomesPanel } from './OutcomesPanel'
import { ProgressPanel } from './ProgressPanel'
import { RunNote } from './RunNote'
import { RunSide, Warnings } from './RunSide'
import { canResume, madeOfOthers } from './runs'
import { Tail } from './Tail'
import './Run.css'

const route = getRouteApi('/runs/$runId')

export function RunPage() {
  const { runId } = route.useParams()
  const run = useRun(runId)
  const feed = useRunFeed(runId)
  if (run.error)
    return (
      <Page title="Run">
        <ErrorNotice title="This run could not be read" error={run.error} action={<Link to="/runs" className="btn btn-secondary btn-medium">All runs</Link>} />
      </Page>
    )
  if (!run.data)
    return (
      <Page title="Run">
        <Panel>
          <Skeleton lines={6} height="1.5rem" label="The run is being read" />
        </Panel>
      </Page>
    )
  return <RunView key={runId} detail={run.data} feed={feed} />
}

function RunView({ detail, feed }: { detail: RunDetail; feed: RunFeed | undefined }) {
  const { summary: run } = detail
  const status: RunStatus = feed?.finished?.status ?? run.status
  const progress = feed?.progress ?? run.progress
  const error = feed?.finished?.error ?? detail.error
  const live = status === 'running'
  return (
    <Page
      title={run.name}
      testId="page-run"
      lead={
        <span className="run-lead">
          <StatusBadge status={status} paused={progress.paused} testId="run-status" />
          {run.origin !== 'evaluated' && <Badge>{originName(run.origin)}</Badge>}
          {run.archived && <Badge>Archived</Badge>}
          <span>
            {run.dataset} {run.dataset_version}, {run.languages.map(languageName).join(', ')}
          </span>
          <time dateTime={run.created_at} title={run.created_at}>
            {when(run.created_at)}
          </time>
          {run.tags.map((tag) => (
            <Link key={tag} to="/runs" search={{ tags: [tag] }} className="tag" title={`Runs with the tag ${tag}`}>
              {tag}
            </Link>
          ))}
        </span>
      }
      actions={<Actions detail={detail} status={status} paused={live && progress.paused} />}
    >
      {error && <ErrorNotice title={status === 'failed' ? 'The run could not go on' : undefined} error={error} testId="run-error" />}
      {canResume(status) && !error && (
        <Notice tone="warn">
          {statusName(status)} with {plural(progress.total - progress.done, 'sample')} left. What is done is kept and can be used; {madeOfOthers(run.origin) ? 'the rest only the runs it is made of can do.' : 'resuming does only the rest.'}
        </Notice>
      )}
      {run.scores.length > 0 && !live && <Headlines run={run.id} scores={run.scores} />}
      <div className="run-grid">
        <div className="stack">
          <ProgressPanel name={run.name} progress={progress} live={live} saved={detail.saved_usd} />
          {live && <Executor />}
          <OutcomesPanel runId={run.id} progress={progress} />
          <FailuresPanel detail={detail} live={live} />
          {feed && feed.tail.length > 0 && <Tail tail={feed.tail} live={live} />}
          <Diversity diversity={detail.diversity} />
        </div>
        <div className="stack">
          {feed && feed.warnings.length > 0 && <Warnings warnings={feed.warnings} />}
          <RunNote detail={detail} />
          <RunSide detail={detail} />
        </div>
      </div>
    </Page>
  )
}
