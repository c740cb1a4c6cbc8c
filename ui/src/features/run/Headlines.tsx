import { memo } from 'react'
import { Swatch } from '../../design/components/Bits'
import { IntervalBar } from '../../design/components/Score'
import { useModelColour } from '../../design/colours'
import { interval, plural, points, spending } from '../../design/format'
import { intervalName, modelName, strategyName } from '../../design/names'
import type { Headline } from '../../ipc/types'
import { FlagShares } from './FlagShares'

/** The scores of a run, each with its interval and its n. */
export const Headlines = memo(function Headlines({ run, scores }: { run: string; scores: readonly Headline[] }) {
  const colour = useModelColour()
  return (
    <ul className="headlines" data-testid="run-scores">
      {scores.map((s) => (
        <li key={`${s.model} ${s.strategy}`} className="headline">
          <p className="headline-model">
            <Swatch colour={colour(s.model)} />
            <span className="clip" title={s.model}>
              {modelName(s.model)}
            </span>
            {scores.filter((o) => o.model === s.model).length > 1 && <span className="faint small">{strategyName(s.strategy)}</span>}
          </p>
          <p className="headline-value num" data-testid="run-score">
            {points(s.value)}
            <span>% pass@1</span>
          </p>
          <IntervalBar value={s.value} low={s.low} high={s.high} colour={colour(s.model)} />
          <p className="small faint num">
            {interval(s.low, s.high)} %, {intervalName(s.kind)} 95 %; {plural(s.n_problems, 'problem')}, {plural(s.n_samples, 'judged sample')}
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
})
