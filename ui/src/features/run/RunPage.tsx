import { useState } from 'react'
import { Link, getRouteApi, useNavigate } from '@tanstack/react-router'
import { ChartNoAxesColumn, FileText, Play, Rows3, Square, Trash2 } from 'lucide-react'
import { Badge, OutcomeBadge, StatusBadge } from '../../design/components/Badge'
import { Button, IconButton } from '../../design/components/Button'
import { Skeleton, Swatch } from '../../design/components/Bits'
import { CopyButton } from '../../design/components/Code'
import { Confirm } from '../../design/components/Dialog'
import { ErrorNotice, Notice, sentence } from '../../design/components/Notice'
import { Facts, Page, Panel } from '../../design/components/Panel'
import { PartsBar, Progress } from '../../design/components/Progress'
import { IntervalBar } from '../../design/components/Score'
import { TaskLine } from '../../design/components/TaskLine'
import { useToasts } from '../../design/components/Toast'
import { useModelColour } from '../../design/colours'
import { count, duration, interval, percent, plural, points, shortDigest, spending, when } from '../../design/format'
import { intervalName, languageName, modelName, originName, statusName, strategyName } from '../../design/names'
import { toErrorInfo } from '../../ipc/error'
import type { RunFeed, SampleDone } from '../../ipc/feed'
import { useRun, useRunCommands, useRunFeed } from '../../ipc/hooks'
import type { Headline, RunDetail, RunProgress, RunStatus } from '../../ipc/types'
import { Executor } from './Executor'
import { FlagShares } from './FlagShares'
import { outcomes, stages, type Outcome } from './outcomes'
import { canResume } from './runs'
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
  const { summary: run, spec, environment } = detail
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
          <StatusBadge status={status} testId="run-status" />
          {run.origin !== 'evaluated' && <Badge>{originName(run.origin)}</Badge>}
          <span>
            {run.dataset} {run.dataset_version}, {run.languages.map(languageName).join(', ')}
          </span>
          <time dateTime={run.created_at} title={run.created_at}>
            {when(run.created_at)}
          </time>
        </span>
      }
      actions={<Actions detail={detail} status={status} />}
    >
      {error && <ErrorNotice title={status === 'failed' ? 'The run could not go on' : undefined} error={error} testId="run-error" />}
      {canResume(status) && !error && (
        <Notice tone="warn">
          {statusName(status)} with {plural(progress.total - progress.done, 'sample')} left. What is done is kept and can be used; resuming does only the rest.
        </Notice>
      )}
      {run.scores.length > 0 && !live && <Headlines run={run.id} scores={run.scores} />}
      <div className="run-grid">
        <div className="stack">
          <ProgressPanel name={run.name} progress={progress} live={live} />
          {live && <Executor />}
          <OutcomesPanel runId={run.id} progress={progress} />
          {feed && feed.tail.length > 0 && <Tail tail={feed.tail} live={live} />}
        </div>
        <div className="stack">
          {feed && feed.warnings.length > 0 && (
            <Panel title="Warnings">
              <ul className="run-warnings">
                {feed.warnings.slice(0, 6).map((w, i) => (
                  <li key={i}>
                    {sentence(w.message)} {w.hint && <span className="faint">{sentence(w.hint)}</span>}
                  </li>
                ))}
              </ul>
            </Panel>
          )}
          <Panel title="What was asked">
            <Facts
              facts={[
                ['Models', spec.models.map((m) => m.name).join(', ')],
                ['Problems', spec.problems.kind === 'all' ? 'all' : spec.problems.kind === 'first' ? `the first ${spec.problems.count}` : `${spec.problems.ids.length} chosen`],
                ['Strategy', strategyName(spec.strategy)],
                ['Samples', `${spec.samples} per problem`],
                ['Temperature', spec.sampling.temperature],
                ['Longest answer', `${count(spec.sampling.max_tokens)} tokens`],
                ['Seed', spec.seed],
                ['Limits', `${spec.limits.wall_ms / 1000} s, ${count(spec.limits.memory_mb)} MiB`],
              ]}
            />
          </Panel>
          <Panel title="To do it again">
            <Facts
              facts={[
                ['Assay', environment.assay_version],
                ['Platform', environment.platform],
                ['Data set', <Digest key="d" text={environment.dataset_sha256} />],
                ...(environment.engine ? [['Engine', environment.engine] as const] : []),
                ...Object.entries(environment.toolchains).map(([l, t]) => [languageName(l), t] as const),
                ...Object.entries(environment.images).map(([l, d]) => [`${languageName(l)} image`, <Digest key={l} text={d} />] as const),
                ...Object.entries(environment.models).map(([m, d]) => [modelName(m), <Digest key={m} text={d} />] as const),
                ...(environment.timeout_scale !== null ? [['Time stretched', `× ${environment.timeout_scale.toFixed(2)}`] as const] : []),
              ]}
            />
            {detail.command !== null && (
              <div className="run-command">
                <code>{detail.command}</code>
                <CopyButton text={detail.command} what="Command" />
              </div>
            )}
          </Panel>
        </div>
      </div>
    </Page>
  )
}

function Digest({ text }: { text: string }) {
  return (
    <span className="mono" title={text}>
      {shortDigest(text)}
    </span>
  )
}

function Actions({ detail, status }: { detail: RunDetail; status: RunStatus }) {
  const { summary: run } = detail
  const { cancel, resume, fetch, remove } = useRunCommands()
  const toasts = useToasts()
  const navigate = useNavigate()
  const [asking, setAsking] = useState<'cancel' | 'delete' | null>(null)
  const has = run.progress.done > 0 || status !== 'running'
  return (
    <>
      <TaskLine task={fetch} label="Downloading models before the run goes on" />
      {status === 'running' && (
        <Button kind="danger" icon={<Square size={14} aria-hidden />} busy={cancel.isPending} onClick={() => setAsking('cancel')} data-testid="run-cancel">
          Cancel
        </Button>
      )}
      {canResume(status) && run.origin === 'evaluated' && (
        <Button kind="primary" icon={<Play size={15} aria-hidden />} busy={resume.isPending} onClick={() => resume.mutate(run.id, { onError: (error) => toErrorInfo(error).code !== 'cancelled' && toasts.failed(error) })} data-testid="run-resume">
          Resume
        </Button>
      )}
      {has && (
        <>
          <Link to="/compare" search={{ runs: [run.id] }} className="btn btn-secondary btn-medium" data-testid="run-compare">
            <ChartNoAxesColumn size={15} aria-hidden />
            <span>Compare</span>
          </Link>
          <Link to="/samples" search={{ runs: [run.id] }} className="btn btn-secondary btn-medium" data-testid="run-samples">
            <Rows3 size={15} aria-hidden />
            <span>Samples</span>
          </Link>
          <Link to="/reports" search={{ runs: [run.id] }} className="btn btn-secondary btn-medium" data-testid="run-report">
            <FileText size={15} aria-hidden />
            <span>Report</span>
          </Link>
        </>
      )}
      {status !== 'running' && <IconButton label="Delete this run" icon={<Trash2 size={16} />} onClick={() => setAsking('delete')} data-testid="run-delete" />}
      <Confirm
        open={asking === 'cancel'}
        danger
        title="Cancel this run?"
        confirm="Cancel the run"
        testId="run-cancel-confirm"
        onClose={() => setAsking(null)}
        onConfirm={() => cancel.mutate(run.id, { onError: toasts.failed })}
      >
        The samples that are done stay usable, and the rest can be resumed later.
      </Confirm>
      <Confirm
        open={asking === 'delete'}
        danger
        title="Delete this run?"
        confirm="Delete for good"
        onClose={() => setAsking(null)}
        onConfirm={() =>
          remove.mutate(run.id, {
            onSuccess: () => {
              toasts.done(`${run.name} is deleted.`)
              void navigate({ to: '/runs' })
            },
            onError: toasts.failed,
          })
        }
      >
        Its samples, programs and verdicts are deleted with it. This cannot be undone.
      </Confirm>
    </>
  )
}

function Headlines({ run, scores }: { run: string; scores: readonly Headline[] }) {
  const colour = useModelColour()
  return (
    <ul className="headlines" data-testid="run-scores">
      {scores.map((s) => (
        <li key={s.model} className="headline">
          <p className="headline-model">
            <Swatch colour={colour(s.model)} />
            <span className="clip" title={s.model}>
              {modelName(s.model)}
            </span>
          </p>
          <p className="headline-value num" data-testid="run-score">
            {points(s.value)}
            <span>% pass@1</span>
          </p>
          <IntervalBar value={s.value} low={s.low} high={s.high} colour={colour(s.model)} />
          <p className="small faint num">
            {interval(s.low, s.high)} %, {intervalName(s.kind)} 95%; {plural(s.n_problems, 'problem')}, {plural(s.n_samples, 'judged sample')}
          </p>
          {s.n_unjudged > 0 && <p className="small tone-warn">Incomplete: {plural(s.n_unjudged, 'problem')} without a judged sample</p>}
          <FlagShares flags={s.flags} model={s.model} runs={[run]} />
          {(s.quality !== null || s.cost_usd !== null) && (
            <dl className="headline-more num">
              {s.quality !== null && (
                <div>
                  <dt>Quality, mean</dt>
                  <dd>{s.quality.toFixed(2)}</dd>
                </div>
              )}
              {s.cost_usd !== null && (
                <div>
                  <dt>Cost</dt>
                  <dd>{spending(s)}</dd>
                </div>
              )}
            </dl>
          )}
        </li>
      ))}
    </ul>
  )
}

function ProgressPanel({ name, progress, live }: { name: string; progress: RunProgress; live: boolean }) {
  const share = progress.total > 0 ? progress.done / progress.total : 0
  return (
    <Panel title="Progress">
      <div className="stack-s">
        <div className="progress-head">
          <span className="num">
            <strong data-testid="run-done">{count(progress.done)}</strong> of {plural(progress.total, 'sample')}
          </span>
          <span className="num muted">{percent(share, 0)}</span>
        </div>
        <Progress label={`${name}, progress`} value={share} valueText={`${progress.done} of ${progress.total} samples`} testId="run-progress" />
        {live && (
          <ol className="stages" aria-label="Where the samples are">
            {stages(progress).map((s) => (
              <li key={s.key} className={s.count > 0 && s.key !== 'done' && s.key !== 'waiting' ? 'stage-live' : ''}>
                <span className="num">{count(s.count)}</span>
                <span className="small">{s.label}</span>
              </li>
            ))}
          </ol>
        )}
        <dl className="rates num">
          <Rate term={live ? 'Time so far' : 'Time taken'} value={duration(progress.elapsed_s)} />
          {live && <Rate term="Time left" value={progress.remaining_s !== null ? duration(progress.remaining_s) : '–'} testId="run-left" />}
          <Rate term="Samples a minute" value={progress.rate_per_s !== null ? (progress.rate_per_s * 60).toFixed(1) : '–'} testId="run-rate" />
          <Rate term="Tokens written" value={count(progress.completion_tokens)} />
          {progress.cost_usd !== null && <Rate term={live ? 'Cost so far' : 'Cost'} value={spending(progress) ?? ''} testId="run-cost" />}
        </dl>
      </div>
    </Panel>
  )
}

function Rate({ term, value, testId }: { term: string; value: string; testId?: string }) {
  return (
    <div>
      <dt className="small faint">{term}</dt>
      <dd data-testid={testId}>{value}</dd>
    </div>
  )
}

const outcomeColour = (o: Outcome): string => {
  if (o.verdict === 'passed') return 'var(--ok)'
  if (o.verdict === 'failed') return 'var(--bad)'
  if (o.verdict === null || o.verdict === 'infrastructure') return 'var(--mute)'
  return o.verdict === 'exception' || o.verdict === 'compile_error' ? 'var(--odd)' : 'var(--warn)'
}

function OutcomesPanel({ runId, progress }: { runId: string; progress: RunProgress }) {
  const list = outcomes(progress)
  if (progress.done === 0) return null
  return (
    <Panel title="What became of them" note="A kind leads to its samples.">
      <PartsBar label="Outcomes" total={progress.done} testId="run-outcomes" parts={list.map((o) => ({ key: o.key, label: o.label, value: o.count, colour: outcomeColour(o) }))} />
      <ul className="outcomes">
        {list.map((o) => (
          <li key={o.key}>
            <Link to="/samples" search={{ runs: [runId], ...o.filter }} className="outcome">
              <span className="outcome-mark" style={{ background: outcomeColour(o) }} aria-hidden />
              <span className="grow">{o.label}</span>
              <span className="num">{count(o.count)}</span>
              <span className="num faint outcome-share">{percent(o.count / progress.done, 1)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Tail({ tail, live }: { tail: readonly SampleDone[]; live: boolean }) {
  return (
    <Panel title={live ? 'Just done' : 'Last done'} flush>
      <ol className="tail" data-testid="run-tail">
        {tail.slice(0, 14).map((s) => (
          <li key={s.sample}>
            <Link to="/samples" search={{ runs: [s.run], sample: s.sample }} className="tail-row">
              <span className="tail-problem">{s.problem}</span>
              <span className="num faint">#{s.index + 1}</span>
              <span className="clip muted tail-model">{modelName(s.model)}</span>
              <OutcomeBadge verdict={s.verdict} transport={s.transport} content={s.content} plain />
              <span className="clip faint small tail-detail">{s.detail}</span>
            </Link>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
