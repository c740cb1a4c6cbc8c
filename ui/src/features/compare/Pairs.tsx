import { Link } from '@tanstack/react-router'
import { Check, Equal } from 'lucide-react'
import { Swatch } from '../../design/components/Bits'
import { Panel } from '../../design/components/Panel'
import { DifferenceText } from '../../design/components/Score'
import { Scroll } from '../../design/components/Scroll'
import { useModelColour } from '../../design/colours'
import { count, pValue, plural, points } from '../../design/format'
import { useAllRuns } from '../../ipc/hooks'
import type { ComparisonView, PairView, PowerView } from '../../ipc/types'
import type { CompareAddress } from '../../app/address'
import { modelOfScore, verdictOnPair } from './scores'

const corrections = { holm: 'Holm', benjamini_hochberg: 'Benjamini–Hochberg' } as const

/** Every pair with its difference, test and p-values; what is not significant is grey and called so. */
export function Pairs({ view, alpha, flipsOf }: { view: ComparisonView; alpha: number; flipsOf: (a: string, b: string) => CompareAddress }) {
  const runs = useAllRuns().data ?? []
  const colour = useModelColour()
  if (view.pairs.length === 0) return null
  const score = (key: string) => view.scores.find((s) => s.key === key)
  const name = (key: string) => {
    const s = score(key)
    return (
      <span className="model-label">
        <Swatch colour={colour((s && modelOfScore(s, runs)) ?? key)} />
        <span className="pair-label">{s?.label ?? key}</span>
      </span>
    )
  }
  const significant = view.pairs.filter((p) => p.significant).length
  const tests = [...new Set(view.pairs.map((p) => p.test))]
  return (
    <Panel
      title="Pairs"
      flush
      data-testid="compare-pairs"
      note={`${significant} of ${view.pairs.length} differences are significant at α = ${alpha} after ${corrections[view.query.correction]} correction. ${tests.length === 1 ? `Test: ${tests[0]}. ` : ''}Intervals of the difference: ${[...new Set(view.pairs.map((p) => p.interval))].join('; ')}, 95 %.`}
    >
      <Scroll label="Pairwise comparison">
        <table className="table table-tight pairs" aria-label="Pairwise comparison">
          <thead>
            <tr>
              <th scope="col">First</th>
              <th scope="col">Second</th>
              <th scope="col" className="cell-right">
                Difference, points
              </th>
              <th scope="col" className="cell-right" title="Problems that only the first, and only the second, has solved">
                Only one solved
              </th>
              <th scope="col" className="cell-right">
                n
              </th>
              <th scope="col" className="cell-right">
                p
              </th>
              <th scope="col" className="cell-right">
                p adjusted
              </th>
              <th scope="col">In words</th>
            </tr>
          </thead>
          <tbody>
            {view.pairs.map((pair) => (
              <tr key={`${pair.a}|${pair.b}`} className={pair.significant ? '' : 'row-muted'} data-testid="compare-pair" data-significant={pair.significant} title={pair.note ?? undefined}>
                <td className="pair-name">{name(pair.a)}</td>
                <td className="pair-name">{name(pair.b)}</td>
                <td className="cell-right num">
                  <DifferenceText value={pair.diff} low={pair.low} high={pair.high} />
                </td>
                <td className="cell-right num">
                  <Link to="/compare" search={flipsOf(pair.a, pair.b)} data-testid="pair-flips">
                    {pair.only_a === null || pair.only_b === null ? 'show' : `${count(pair.only_a)} / ${count(pair.only_b)}`}
                    <span className="sr-only">{` problems that only one of ${score(pair.a)?.label ?? pair.a} and ${score(pair.b)?.label ?? pair.b} solves`}</span>
                  </Link>
                </td>
                <td className="cell-right num">{count(pair.n)}</td>
                <td className="cell-right num">
                  {pValue(pair.p)}
                  {tests.length > 1 && <span className="pair-test">{pair.test}</span>}
                </td>
                <td className="cell-right num">{pValue(pair.p_adjusted)}</td>
                <td>
                  <InWords pair={pair} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  )
}

function InWords({ pair }: { pair: PairView }) {
  const verdict = verdictOnPair(pair)
  const Icon = verdict === 'none' ? Equal : Check
  const text = verdict === 'first' ? 'First is better' : verdict === 'second' ? 'Second is better' : 'No difference shown'
  return (
    <>
      <span className="model-label pair-words">
        <Icon size={13} strokeWidth={2.4} aria-hidden />
        <span className="clip" title={text}>
          {text}
        </span>
      </span>
      {!pair.significant && pair.power && <PairPower power={pair.power} />}
    </>
  )
}

/** What the comparison would have shown, and what it would take: no difference shown is no sign that there is none. */
function PairPower({ power }: { power: PowerView }) {
  const { detectable, problems_needed, samples_needed, words } = power
  return (
    <span className="pair-power num" title={words} data-testid="pair-power">
      <span className="sr-only">{words}</span>
      <span aria-hidden>
        {detectable === null ? 'how much would be missed is not known' : `would show \u2265\u2009${points(detectable)} points`}
        {problems_needed !== null && (
          <>
            <br />
            {`this one: ${plural(problems_needed, 'problem')}${samples_needed === null ? '' : ` or ${count(samples_needed)} samples each`}`}
          </>
        )}
      </span>
    </span>
  )
}
