import { Link } from '@tanstack/react-router'
import { EmptyState } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { DifferenceText } from '../../design/components/Score'
import { Scroll } from '../../design/components/Scroll'
import { count, pValue, when } from '../../design/format'
import type { TrendSeriesView } from '../../ipc/types'
import { Equal } from 'lucide-react'
import { ChangeBadge } from './ChangeBadge'

/** Each run beside the one before it: all of them for one series, for several those that are significant. */
export function Steps({ series, alpha, alone }: { series: readonly TrendSeriesView[]; alpha: number; alone: boolean }) {
  const all = series.flatMap((s) => s.steps.map((step) => ({ s, step })))
  if (all.length === 0) return null
  const shown = (alone ? all : all.filter(({ step }) => step.change !== 'not_shown')).reverse()
  const tests = [...new Set(all.map(({ step }) => step.test))].join('; ')
  return (
    <Panel
      title={alone ? 'Run by run' : 'Regressions and improvements'}
      flush
      data-testid="trend-steps"
      note={`Each run beside the one before it, on the problems both have judged. ${tests}; Holm correction over the steps of a series, α = ${alpha}. A lower score alone is no regression.`}
    >
      {shown.length === 0 ? (
        <EmptyState icon={<Equal size={20} />} title="No change is shown" testId="trend-no-change">
          {`None of ${count(all.length)} steps between runs is significant. Open a series to see each of them.`}
        </EmptyState>
      ) : (
        <Scroll label="Steps between runs">
          <table className="table table-tight" aria-label="Steps between runs">
            <thead>
              <tr>
                <th scope="col">Change</th>
                {!alone && <th scope="col">Model</th>}
                <th scope="col">Run</th>
                <th scope="col">Before it</th>
                <th scope="col" className="cell-right">
                  Difference, points
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
              </tr>
            </thead>
            <tbody>
              {shown.map(({ s, step }) => (
                <tr key={`${s.key}|${step.later}`} className={step.change === 'not_shown' ? 'row-muted' : ''} data-testid="trend-step" data-change={step.change} title={step.note ?? undefined}>
                  <td>
                    <ChangeBadge change={step.change} />
                  </td>
                  {!alone && <td className="trend-wrap">{s.label}</td>}
                  <td className="trend-wrap">
                    <div>
                      <Link to="/runs/$runId" params={{ runId: step.later }}>
                        {step.later_name}
                      </Link>{' '}
                      <time className="faint small" dateTime={step.at} title={step.at}>
                        {when(step.at)}
                      </time>
                    </div>
                    {step.differences.length > 0 && (
                      <div className="trend-differs small" data-testid="trend-differs">
                        Also changed: {step.differences.map((d) => `${d.what} ${d.values.map((v) => v ?? 'unknown').join(' → ')}`).join('; ')}
                      </div>
                    )}
                  </td>
                  <td className="trend-wrap">
                    <Link to="/runs/$runId" params={{ runId: step.earlier }}>
                      {step.earlier_name}
                    </Link>
                  </td>
                  <td className="cell-right num">
                    <DifferenceText value={step.diff} low={step.low} high={step.high} />
                  </td>
                  <td className="cell-right num">
                    <Link to="/compare" search={{ runs: [step.earlier, step.later], show: 'problems' }} title="Problem by problem" aria-label={`${count(step.n)} problems: compare ${step.later_name} with ${step.earlier_name} problem by problem`}>
                      {count(step.n)}
                    </Link>
                  </td>
                  <td className="cell-right num">{pValue(step.p)}</td>
                  <td className="cell-right num">{pValue(step.p_adjusted)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  )
}
