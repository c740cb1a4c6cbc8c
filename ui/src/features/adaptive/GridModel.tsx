import { Panel } from '../../design/components/Panel'
import { ModelLabel } from '../../design/components/Model'
import { DifferenceText, ScoreText } from '../../design/components/Score'
import { Scroll } from '../../design/components/Scroll'
import { count, plural, points, pValue, signedInterval, signedPoints } from '../../design/format'
import { languageName, modelName } from '../../design/names'
import type { ChoiceView, EstimatorView, GridModelView, GridQuery, PickedArm } from '../../ipc/types'
import { FigurePanel } from '../figure/FigurePanel'
import type { PartProps } from './AdaptivePage'
import { roleInWords } from './grid'
import { gain, reward, rewardInterval } from './words'

/** What choosing is worth with one model. */
export function GridModel({ model: m, query, figure }: { model: GridModelView; query: GridQuery; figure: PartProps['figure'] }) {
  const name = modelName(m.model)
  const base = m.choices.find((c) => c.is_baseline)
  return (
    <section className="stack" aria-label={`Grid of ${m.model}`} data-testid="grid-model" data-model={m.model}>
      <Panel
        title={<ModelLabel model={m.model} withHost />}
        note={`${m.datasets.join(', ')}, ${m.languages.map(languageName).join(', ')}. ${plural(m.n_problems, 'problem')} of ${plural(m.n_clusters, 'source problem')}${m.n_left_out > 0 ? `; ${count(m.n_left_out)} left out, since some strategy has no outcome of them` : ''}.`}
      >
        <div className="grid-says">
          <p data-testid="grid-words">{m.words}</p>
          <dl className="grid-numbers num">
            {m.gain && (
              <div className={base?.significant ? '' : 'not-shown'} data-testid="grid-gain" data-significant={base?.significant ?? false}>
                <dt>More solved than {base?.label ?? 'the baseline'}</dt>
                <dd>
                  <strong>{gain(m.gain.value)}</strong> <span className="small">{gain(m.gain.low)} to {gain(m.gain.high)}</span>
                </dd>
                <dd className="small">{base?.significant ? 'significant' : 'not significant'}</dd>
              </div>
            )}
            {base?.difference && (
              <div className={base.significant ? '' : 'not-shown'}>
                <dt>Difference, points</dt>
                <dd>
                  <strong>{signedPoints(base.difference.value)}</strong> <span className="small">{signedInterval(base.difference.low, base.difference.high)}</span>
                </dd>
                {base.p_adjusted !== null && <dd className="small">p {base.p_adjusted < 0.001 ? pValue(base.p_adjusted) : `= ${pValue(base.p_adjusted)}`}, adjusted</dd>}
              </div>
            )}
            {m.detectable !== null && base && !base.significant && (
              <div className="not-shown" data-testid="grid-detectable">
                <dt>Would be shown from</dt>
                <dd>
                  <strong>{points(m.detectable)}</strong> <span className="small">points</span>
                </dd>
                <dd className="small">with {plural(m.n_problems, 'problem')}, four times out of five, after correction</dd>
              </div>
            )}
          </dl>
        </div>
      </Panel>
      <FigurePanel name="scores" figure={m.scores} source={{ kind: 'grid', grid: query, model: m.model, figure: 'scores' }} {...figure('scores')} />
      <Choices choices={m.choices} model={name} />
      <div className="grid-pair">
        <Picked picked={m.picked} model={name} />
        <Estimators estimators={m.estimators} model={name} />
      </div>
      <FigurePanel name="regret" figure={m.regret} source={{ kind: 'grid', grid: query, model: m.model, figure: 'regret' }} {...figure('regret')} />
    </section>
  )
}

function Choices({ choices, model }: { choices: readonly ChoiceView[]; model: string }) {
  return (
    <Panel title={`Adaptive beside each, ${model}`} flush data-testid="grid-choices" note="The paired test on the same problems, after correction over all of them. Grey: not significant, or out of reach.">
      <Scroll label={`Ways of choosing, ${model}`}>
        <table className="table" aria-label={`Ways of choosing, ${model}`}>
          <thead>
            <tr>
              <th scope="col">Choice</th>
              <th scope="col" className="cell-right">
                pass@1, %
              </th>
              <th scope="col" className="cell-right">
                Adaptive beside it, points
              </th>
              <th scope="col" className="cell-right">
                p adjusted
              </th>
              <th scope="col">Shown</th>
            </tr>
          </thead>
          <tbody>
            {choices.map((c) => (
              <tr key={c.key} className={c.role === 'adaptive' ? 'arm-chosen' : c.difference === null || !c.significant ? 'row-muted' : ''} data-testid="grid-choice" data-key={c.key} data-significant={c.significant}>
                <td>
                  <span className="arm-name">
                    <span>{c.label}</span>
                    <span className="faint small">{c.is_baseline ? 'baseline' : roleInWords(c.role)}</span>
                  </span>
                </td>
                <td className="cell-right">
                  <ScoreText {...c.score} />
                </td>
                <td className="cell-right num">
                  {c.difference ? <DifferenceText {...c.difference} /> : '–'}
                </td>
                <td className="cell-right num">{c.p_adjusted === null ? '–' : pValue(c.p_adjusted)}</td>
                <td>{c.difference === null ? (c.role === 'adaptive' ? '–' : 'not tested') : !c.significant ? 'no difference shown' : c.difference.value > 0 ? 'adaptive solves more' : 'adaptive solves fewer'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  )
}

function Picked({ picked, model }: { picked: readonly PickedArm[]; model: string }) {
  const most = Math.max(1, ...picked.map((p) => p.count))
  return (
    <Panel title={`What it chose, ${model}`} note="How often each strategy was taken, over all folds." data-testid="grid-picked">
      <table className="bars" aria-label={`Strategies that were chosen, ${model}`}>
        <thead className="sr-only">
          <tr>
            <th scope="col">Strategy</th>
            <th scope="col">Drawn</th>
            <th scope="col">Times</th>
          </tr>
        </thead>
        <tbody>
          {picked.map((p) => (
            <tr key={p.arm}>
              <th scope="row">{p.title}</th>
              <td className="bars-cell">
                <span className="bars-plain" aria-hidden>
                  <span style={{ width: `${(100 * p.count) / most}%` }} />
                </span>
              </td>
              <td className="bars-number num">{count(p.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

function Estimators({ estimators, model }: { estimators: readonly EstimatorView[]; model: string }) {
  return (
    <Panel title={`Off-policy estimates, ${model}`} flush note="What mean reward would be estimated from a log of choices alone, beside the truth, which the grid tells. A reward goes from 0 to 1." data-testid="grid-estimators">
      <Scroll label={`Off-policy estimates beside the truth, ${model}`}>
        <table className="table" aria-label={`Off-policy estimates beside the truth, ${model}`}>
          <thead>
            <tr>
              <th scope="col">Estimator</th>
              <th scope="col" className="cell-right">
                Estimated reward
              </th>
              <th scope="col" className="cell-right">
                Truth
              </th>
              <th scope="col">Interval</th>
              <th scope="col" className="cell-right" title="Logged rounds, and how many equally weighted ones they are worth">
                Rounds
              </th>
            </tr>
          </thead>
          <tbody>
            {estimators.map((e) => (
              <tr key={e.name} data-testid="grid-estimator" data-covers={e.covers}>
                <td>{e.name}</td>
                <td className="cell-right num">
                  <span className="score-text">
                    <strong>{reward(e.estimate.value)}</strong>
                    <span className="faint">{rewardInterval(e.estimate)}</span>
                  </span>
                </td>
                <td className="cell-right num">{reward(e.truth)}</td>
                <td>{e.covers ? 'holds it' : <strong>misses it</strong>}</td>
                <td className="cell-right num">
                  {count(e.n)} <span className="faint small">worth {count(Math.round(e.effective_n))}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  )
}
