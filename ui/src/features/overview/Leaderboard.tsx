import { useMemo, useState } from 'react'
import { Link } from '@tanstack/react-router'
import { ChartNoAxesColumn, Trophy } from 'lucide-react'
import { Swatch, Skeleton } from '../../design/components/Bits'
import { Select } from '../../design/components/Form'
import { EmptyState, ErrorNotice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { IntervalBar, IntervalScale, ScoreText } from '../../design/components/Score'
import { Table, type ColumnDef } from '../../design/components/Table'
import { useModelColour } from '../../design/colours'
import { plural, signedInterval, signedPoints, spending, spendingShort } from '../../design/format'
import { intervalName } from '../../design/names'
import { useComparison } from '../../ipc/results'
import type { CompareQuery, DatasetStatus, Headline, RunSummary, ScoreView, TrendSeriesView, TrendStepView } from '../../ipc/types'
import { ShareCell } from '../run/FlagShares'
import { allFlags, flagShares, meanQuality, totalCost } from '../run/flags'
import { scored } from '../run/runs'
import { modelOfScore } from '../compare/scores'
import { pPhrase } from '../trends/ChangeBadge'

interface LeaderboardProps {
  runs: readonly RunSummary[]
  datasets: readonly DatasetStatus[]
  /** What is known of earlier runs of the same series. */
  trends: readonly TrendSeriesView[]
}

/** Best first; lines that cannot be told apart share a rank and stand in one block. */
export function Leaderboard({ runs, datasets, trends }: LeaderboardProps) {
  const usable = useMemo(() => scored(runs).filter((r) => r.status !== 'running'), [runs])
  const present = useMemo(() => [...new Set(usable.map((r) => r.dataset))], [usable])
  const [chosen, setChosen] = useState<string | null>(null)
  const dataset = chosen !== null && present.includes(chosen) ? chosen : (present[0] ?? null)
  const ids = useMemo(() => usable.filter((r) => r.dataset === dataset).map((r) => r.id), [usable, dataset])
  const query = useMemo<CompareQuery | null>(
    () => (ids.length === 0 ? null : { runs: ids, by: 'series', baseline: null, alpha: 0.05, correction: 'holm', k: 1 }),
    [ids],
  )
  const comparison = useComparison(query)
  const colour = useModelColour()
  const title = (id: string) => datasets.find((d) => d.id === id)?.title ?? id

  const columns = useMemo<ColumnDef<ScoreView, unknown>[]>(() => {
    const scores = comparison.data?.scores ?? []
    const tied = (s: ScoreView) => s.tie_group !== null && scores.filter((o) => o.tie_group === s.tie_group).length > 1
    // A column of unknowns says nothing.
    const some = (of: (headlines: readonly Headline[]) => number | null) => scores.some((s) => of(headlinesOf(s, runs)) !== null)
    return [
      {
        id: 'rank',
        header: '#',
        enableSorting: false,
        cell: ({ row: { original: s } }) => (
          <span className="board-rank num" title={rankInWords(s, tied(s))}>
            <span className="muted">
              {s.rank ?? '–'}
              {tied(s) && <span aria-label=" tied">=</span>}
            </span>
            {s.rank_best !== null && s.rank_worst !== null && (
              <span className="faint small" data-testid="rank-interval">
                <span className="sr-only">, may rank </span>
                {s.rank_best === s.rank_worst ? s.rank_best : `${s.rank_best}–${s.rank_worst}`}
              </span>
            )}
          </span>
        ),
        meta: { align: 'right' },
      },
      {
        id: 'series',
        header: 'Model and run',
        enableSorting: false,
        cell: ({ row: { original: s } }) => {
          const model = modelOfScore(s, runs)
          return (
            <span className="board-label">
              <Swatch colour={colour(model ?? s.key)} />
              <span className="grow">
                {s.label}
                {s.n_unjudged > 0 && <span className="tone-warn small">incomplete: {plural(s.n_unjudged, 'problem')} not judged</span>}
              </span>
            </span>
          )
        },
        meta: { wide: true },
      },
      {
        id: 'bar',
        header: () => <IntervalScale />,
        enableSorting: false,
        cell: ({ row: { original: s } }) => (
          <div className="board-bar">
            {s.value !== null && s.low !== null && s.high !== null && <IntervalBar value={s.value} low={s.low} high={s.high} colour={colour(modelOfScore(s, runs) ?? s.key)} />}
          </div>
        ),
      },
      {
        id: 'score',
        header: 'pass@1, %',
        enableSorting: false,
        cell: ({ row: { original: s } }) => (s.value !== null && s.low !== null && s.high !== null ? (
              <span className="board-score">
                <ScoreText value={s.value} low={s.low} high={s.high} />
                <span className="faint small num">{plural(s.n_problems, 'problem')}</span>
                <SinceBefore step={stepOf(s, runs, trends)} />
              </span>
            ) : <span className="faint">no value</span>),
        meta: { align: 'right' },
      },
      ...([0, 1] as const).map<ColumnDef<ScoreView, unknown>>((at) => ({
        id: at === 0 ? 'answered' : 'usable',
        header: at === 0 ? 'Answered' : 'Usable',
        enableSorting: false,
        cell: ({ row: { original: s } }) => {
          const model = modelOfScore(s, runs)
          return model === null ? <span className="faint">–</span> : <ShareCell share={flagShares(allFlags(headlinesOf(s, runs)))[at]} model={model} runs={s.runs} />
        },
        meta: { align: 'right' },
      })),
      ...(some(meanQuality) ? [{ id: 'quality', header: 'Quality', enableSorting: false, cell: ({ row: { original: s } }) => known(meanQuality(headlinesOf(s, runs)), (q) => q.toFixed(2)), meta: { align: 'right', minor: true } } satisfies ColumnDef<ScoreView, unknown>] : []),
      ...(some((h) => totalCost(h).cost_usd) ? [{ id: 'cost', header: 'Cost', enableSorting: false, cell: ({ row: { original: s } }) => <CostCell headlines={headlinesOf(s, runs)} />, meta: { align: 'right', minor: true } } satisfies ColumnDef<ScoreView, unknown>] : []),
    ]
  }, [comparison.data, colour, runs, trends])

  const first = comparison.data?.scores.find((s) => s.kind !== null) ?? comparison.data?.scores[0]
  return (
    <Panel
      title="Leaderboard"
      flush
      data-testid="leaderboard"
      note={
        first
          ? `pass@1 on ${title(dataset ?? '')}, ${first.kind ? `95 % interval (${intervalName(first.kind)}). ` : ''}Ranks are shared where Holm-adjusted paired tests see no difference at α = 0.05; below each, the ranks it may well have (95 % of resamples).`
          : undefined
      }
      actions={
        <>
          {present.length > 1 && dataset && (
            <Select aria-label="Data set" value={dataset} options={present.map((id) => ({ value: id, label: title(id) }))} onChange={setChosen} />
          )}
          {ids.length > 0 && (
            <Link to="/compare" search={{ runs: ids }} className="btn btn-secondary btn-medium">
              <ChartNoAxesColumn size={15} aria-hidden />
              <span>Compare</span>
            </Link>
          )}
        </>
      }
    >
      {query === null ? (
        <EmptyState icon={<Trophy size={20} />} title="No scores yet">
          Every finished run will stand here, best first, each with its interval.
        </EmptyState>
      ) : comparison.error ? (
        <div className="pad">
          <ErrorNotice title="The leaderboard could not be made" error={comparison.error} />
        </div>
      ) : comparison.data ? (
        <Table label="Leaderboard" data={comparison.data.scores} columns={columns} rowKey={(s) => s.key} rowClass={(s) => `${s.rank === 1 ? 'board-first' : ''} ${beginsGroup(s, comparison.data.scores) ? 'board-group' : ''}`} />
      ) : (
        <div className="pad">
          <Skeleton lines={4} height="1.5rem" label="The leaderboard is being made" />
        </div>
      )}
    </Panel>
  )
}

/** What the rank means: the first of its tie group's, and between which ones it may stand. */
function rankInWords(s: ScoreView, tied: boolean): string | undefined {
  if (s.rank === null) return undefined
  const between = s.rank_best === null || s.rank_worst === null ? '' : s.rank_best === s.rank_worst ? ` In 95 % of resamples it ranks ${s.rank_best}.` : ` In 95 % of resamples it ranks between ${s.rank_best} and ${s.rank_worst}.`
  return `${tied ? 'Cannot be told apart from the first of this rank.' : `Rank ${s.rank}.`}${between}`
}

/** Whether a line is drawn above: what stands below it is shown to be behind the first above it. */
function beginsGroup(s: ScoreView, scores: readonly ScoreView[]): boolean {
  const before = scores[scores.indexOf(s) - 1]
  return before !== undefined && s.tie_group !== null && s.tie_group !== before.tie_group
}

/** The step from the run before to this line's run; none where it has several, one a language. */
function stepOf(s: ScoreView, runs: readonly RunSummary[], trends: readonly TrendSeriesView[]): TrendStepView | null {
  const model = modelOfScore(s, runs)
  const steps = trends.filter((t) => t.model === model && s.key.includes(`/${t.strategy}/`)).flatMap((t) => t.steps.filter((step) => s.runs.includes(step.later)))
  return steps.length === 1 ? (steps[0] ?? null) : null
}

/** What changed since the run before of the same model, strategy, language and version of the data set. */
function SinceBefore({ step }: { step: TrendStepView | null }) {
  if (step === null) return null
  const sign = { regression: '▼', improvement: '▲', not_shown: '' }[step.change]
  const word = { regression: 'a regression', improvement: 'an improvement', not_shown: 'no change is shown' }[step.change]
  const tone = { regression: 'tone-bad', improvement: 'tone-ok', not_shown: 'faint' }[step.change]
  return (
    <span className={`small num ${tone}`} title={`${signedPoints(step.diff)} points (${signedInterval(step.low, step.high)}, ${pPhrase(step.p_adjusted)}) since ${step.earlier_name}: ${word}`} data-testid="board-since" data-change={step.change}>
      {sign && <span aria-hidden>{sign} </span>}
      {signedPoints(step.diff)} since before
      <span className="sr-only">, {word}</span>
    </span>
  )
}

/** What the runs themselves say of a line's model. */
function headlinesOf(score: ScoreView, runs: readonly RunSummary[]): readonly Headline[] {
  const model = modelOfScore(score, runs)
  return runs.filter((r) => score.runs.includes(r.id)).flatMap((r) => {
    const own = r.scores.filter((h) => h.model === model)
    // A merged run may have asked a model in several ways.
    return own.length > 1 ? own.filter((h) => score.key.includes(`/${h.strategy}/`)) : own
  })
}

function known(value: number | null, say: (value: number) => string) {
  return value === null ? <span className="faint">–</span> : say(value)
}

function CostCell({ headlines }: { headlines: readonly Headline[] }) {
  const spent = totalCost(headlines)
  const short = spendingShort(spent)
  return short === null ? <span className="faint">–</span> : <span title={spending(spent) ?? undefined}>{short}</span>
}
