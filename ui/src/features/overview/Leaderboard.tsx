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
import { plural, spending, spendingShort } from '../../design/format'
import { intervalName } from '../../design/names'
import { useComparison } from '../../ipc/hooks'
import type { CompareQuery, DatasetStatus, Headline, RunSummary, ScoreView } from '../../ipc/types'
import { ShareCell } from '../run/FlagShares'
import { allFlags, flagShares, meanQuality, totalCost } from '../run/flags'
import { scored } from '../run/runs'
import { modelOfScore } from '../compare/scores'

/** Best first; lines that cannot be told apart share a rank. */
export function Leaderboard({ runs, datasets }: { runs: readonly RunSummary[]; datasets: readonly DatasetStatus[] }) {
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
          <span className="num muted" title={tied(s) ? 'Cannot be told apart from the others of this rank' : undefined}>
            {s.rank ?? '–'}
            {tied(s) && <span aria-label=" tied">=</span>}
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
  }, [comparison.data, colour, runs])

  const first = comparison.data?.scores.find((s) => s.kind !== null) ?? comparison.data?.scores[0]
  return (
    <Panel
      title="Leaderboard"
      flush
      data-testid="leaderboard"
      note={
        first
          ? `pass@1 on ${title(dataset ?? '')}, ${first.kind ? `95% interval (${intervalName(first.kind)}). ` : ''}Ranks are shared where Holm-adjusted paired tests see no difference at α = 0.05.`
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
        <Table label="Leaderboard" data={comparison.data.scores} columns={columns} rowKey={(s) => s.key} rowClass={(s) => (s.rank === 1 ? 'board-first' : '')} />
      ) : (
        <div className="pad">
          <Skeleton lines={4} height="1.5rem" label="The leaderboard is being made" />
        </div>
      )}
    </Panel>
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
