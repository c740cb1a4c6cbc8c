import { Link } from '@tanstack/react-router'
import { Swatch } from '../../design/components/Bits'
import { Panel } from '../../design/components/Panel'
import { useModelColour } from '../../design/colours'
import { ago, plural, points, signedInterval } from '../../design/format'
import type { TrendsView } from '../../ipc/types'
import { ChangeBadge, pPhrase, StepNumbers } from '../trends/ChangeBadge'
import { latestOf, suiteKey, type Latest } from '../trends/suites'

/** So many are listed; the page of trends has all. */
const MOST = 5

/** One line for each series whose newest run is significantly worse than the one before it. */
export function RegressionAlerts({ trends }: { trends: TrendsView }) {
  const worse = latestOf(trends.series).filter(({ step }) => step.change === 'regression')
  const first = worse[0]
  if (!first) return null
  const others = worse.length - 1
  return (
    <div className="notice notice-bad" role="status" data-testid="regression-alert">
      <span className="grow">
        <ChangeBadge change="regression" /> {name(first)} lost <strong>{points(-first.step.diff)}</strong> points ({signedInterval(first.step.low, first.step.high)}; {pPhrase(first.step.p_adjusted)}) with {first.step.later_name}
        {others > 0 && `, and ${plural(others, 'other series', 'other series')} fell too`}.
      </span>
      <Link to="/trends" search={addressOf(first)} data-testid="regression-look">
        Look at it
      </Link>
    </div>
  )
}

const name = ({ series }: Latest) => `${series.label} on ${series.dataset} ${series.dataset_version}`
const addressOf = ({ series }: Latest) => ({ suite: suiteKey(series), series: series.key })

/** What changed in each series between its newest run and the one before it. */
export function SinceLast({ trends }: { trends: TrendsView }) {
  const colour = useModelColour()
  const all = latestOf(trends.series)
  if (all.length === 0) return null
  const changed = all.filter(({ step }) => step.change !== 'not_shown').length
  return (
    <Panel
      title="Since last time"
      data-testid="since-last"
      actions={
        <Link to="/trends" className="small">
          Trends
        </Link>
      }
      note={changed === 0 ? `No change is shown in ${plural(all.length, 'series', 'series')} that ran more than once.` : `${changed} of ${plural(all.length, 'series', 'series')} changed.`}
    >
      <ul className="recent">
        {all.slice(0, MOST).map((latest) => (
          <li key={latest.series.key} data-testid="since-last-row" data-change={latest.step.change}>
            <div className="recent-head">
              <Link to="/trends" search={addressOf(latest)} className="model-label since-name">
                <Swatch colour={colour(latest.series.model)} />
                <span className="clip">{latest.series.label}</span>
              </Link>
              <time className="small faint since-when" dateTime={latest.step.at} title={latest.step.at}>
                {ago(latest.step.at)}
              </time>
            </div>
            <div className="small faint recent-sub">
              <span className="clip">
                {latest.series.dataset} {latest.series.dataset_version}
              </span>
              <ChangeBadge change={latest.step.change} />
            </div>
            <div className="small recent-sub">
              <StepNumbers step={latest.step} />
            </div>
          </li>
        ))}
      </ul>
      <p className="small faint">Points, with 95 % intervals; p after Holm correction over the steps of a series.</p>
    </Panel>
  )
}
