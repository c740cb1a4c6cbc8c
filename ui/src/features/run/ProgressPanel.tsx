import { memo, type ReactNode } from 'react'
import { ChevronRight } from 'lucide-react'
import { Notice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { Progress } from '../../design/components/Progress'
import { count, dollars, duration, percent, plural, spending } from '../../design/format'
import type { RunProgress } from '../../ipc/types'
import { stages, type Stage } from './pipeline'
import { timeLeft } from './timeLeft'

interface ProgressPanelProps {
  name: string
  progress: RunProgress
  live: boolean
  /** What answers that were known would have cost, in US dollars. */
  saved: number | null
}

/** How far a run is: its share, its stages, its speed, what is left of it and what it costs. */
export const ProgressPanel = memo(function ProgressPanel({ name, progress, live, saved }: ProgressPanelProps) {
  const share = progress.total > 0 ? progress.done / progress.total : 0
  const left = timeLeft(progress)
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
          <ol className="stages pipeline" aria-label="Where the samples are" data-testid="run-stages">
            {stages(progress).map((stage) => (
              <StageGauge key={stage.key} stage={stage} />
            ))}
          </ol>
        )}
        {live && progress.memory_short && (
          <Notice tone="warn" testId="run-memory">
            Memory is short: nothing new is asked for until there is some again. What is under way goes on.
          </Notice>
        )}
        <dl className="rates num">
          <Rate term={live ? 'Time so far' : 'Time taken'}>{duration(progress.elapsed_s)}</Rate>
          {live && (
            <Rate term="Time left" more={left.range} testId="run-left">
              {left.about ?? '–'}
            </Rate>
          )}
          <Rate term="Samples a minute" testId="run-rate">
            {progress.rate_per_s !== null ? (progress.rate_per_s * 60).toFixed(1) : '–'}
          </Rate>
          <Rate term="Tokens written">{count(progress.completion_tokens)}</Rate>
          {progress.cost_usd !== null && (
            <Rate term={live ? 'Cost so far' : 'Cost'} more={live && progress.cost_projected_usd !== null ? `about ${dollars(progress.cost_projected_usd)} in the end` : null} testId="run-cost">
              {spending(progress)}
            </Rate>
          )}
          {saved !== null && saved > 0 && (
            <Rate term="Saved" more="by answers that were known" testId="run-saved">
              {dollars(saved)}
            </Rate>
          )}
          {progress.withdrawn > 0 && (
            <Rate term="Withdrawn" more="samples; their problems were decided" testId="run-withdrawn">
              {count(progress.withdrawn)}
            </Rate>
          )}
        </dl>
      </div>
    </Panel>
  )
})

function StageGauge({ stage: { key, label, count: n, of, known } }: { stage: Stage }) {
  const moves = key === 'asking' || key === 'waiting' || key === 'executing'
  return (
    <li className={n > 0 && moves ? 'stage-live' : ''} data-stage={key}>
      <span className="num">
        {count(n)}
        {of && <span className="stage-of"> {of}</span>}
      </span>
      <span className="small">{label}</span>
      {known && <span className="small stage-known num">{known}</span>}
      {key !== 'done' && <ChevronRight className="stage-next" size={14} aria-hidden />}
    </li>
  )
}

function Rate({ term, children, more = null, testId }: { term: string; children: ReactNode; more?: string | null; testId?: string }) {
  return (
    <div>
      <dt className="small faint">{term}</dt>
      <dd data-testid={testId}>
        {children}
        {more !== null && <span className="rate-more small">{more}</span>}
      </dd>
    </div>
  )
}
