import { useMemo } from 'react'
import { Sigma } from 'lucide-react'
import { Swatch } from '../../design/components/Bits'
import { Panel } from '../../design/components/Panel'
import { ScoreText } from '../../design/components/Score'
import { Table, type ColumnDef } from '../../design/components/Table'
import { useModelColour } from '../../design/colours'
import { ago, plural, points, signedPoints } from '../../design/format'
import type { TrendSeriesView } from '../../ipc/types'
import { ChangeBadge, pPhrase, StepNumbers } from './ChangeBadge'

interface SeriesTableProps {
  series: readonly TrendSeriesView[]
  /** The mean of those that have runs in common. */
  mean?: TrendSeriesView
  chosen: string | null
  k: number
  onChoose: (key: string | null) => void
}

/** Every series of a suite with what is shown of it; a row opens the series alone. */
export function SeriesTable({ series, mean, chosen, k, onChoose }: SeriesTableProps) {
  const colour = useModelColour()
  const rows = useMemo(() => (mean ? [...series, mean] : [...series]), [series, mean])
  const columns = useMemo<ColumnDef<TrendSeriesView, unknown>[]>(
    () => [
      {
        id: 'series',
        header: 'Model',
        accessorFn: (s) => s.label,
        cell: ({ row: { original: s } }) => (
          <span className="trend-name" title={s.mean_of.length > 0 ? `Each problem’s score is the mean of ${s.mean_of.join(', ')}, in the runs that have all of them.` : undefined}>
            {s.mean_of.length > 0 ? <Sigma size={12} aria-hidden /> : <Swatch colour={colour(s.model)} />}
            <span>{s.label}</span>
          </span>
        ),
        meta: { wide: true },
      },
      { id: 'runs', header: 'Runs', accessorFn: (s) => s.points.length, meta: { align: 'right' } },
      {
        id: 'newest',
        header: `Newest pass@${k}, %`,
        accessorFn: (s) => s.points[s.points.length - 1]?.value ?? -1,
        cell: ({ row: { original: s } }) => {
          const newest = s.points[s.points.length - 1]
          return newest ? (
            <span className="trend-cell">
              <ScoreText value={newest.value} low={newest.low} high={newest.high} />
              <span className="faint small" title={newest.at}>
                {plural(newest.n_problems, 'problem')}, {ago(newest.at)}
              </span>
            </span>
          ) : null
        },
        meta: { align: 'right' },
      },
      {
        id: 'since',
        header: 'Since the run before, points',
        accessorFn: (s) => s.latest?.diff ?? 0,
        cell: ({ row: { original: s } }) =>
          s.latest ? (
            <span className="trend-cell-start">
              <ChangeBadge change={s.latest.change} />
              <StepNumbers step={s.latest} />
            </span>
          ) : (
            <span className="faint">–</span>
          ),
      },
      {
        id: 'trend',
        header: 'Trend',
        accessorFn: (s) => s.slope?.value ?? 0,
        cell: ({ row: { original: s } }) =>
          s.slope ? (
            <span className={`trend-cell-start num ${s.slope.significant ? '' : 'faint'}`} title={s.slope.words}>
              <span>{s.slope.significant ? `${signedPoints(s.slope.value)} a ${s.slope.unit}` : 'none shown'}</span>
              <span className="small">{pPhrase(s.slope.p)}</span>
            </span>
          ) : (
            <span className="faint" title={s.notes.join(' ')}>
              too few runs
            </span>
          ),
      },
      {
        id: 'level',
        header: 'Level, %',
        enableSorting: false,
        cell: ({ row: { original: s } }) =>
          s.level_change?.significant ? (
            <span className="trend-cell-start num" title={s.level_change.words}>
              <span>
                {points(s.level_change.before)} → {points(s.level_change.after)}
              </span>
              <span className="small">{pPhrase(s.level_change.p)}</span>
            </span>
          ) : (
            <span className="faint" title={s.level_change?.words}>
              {s.level_change ? 'steady' : '–'}
            </span>
          ),
      },
    ],
    [colour, k],
  )
  return (
    <Panel title="Series" flush data-testid="trend-series" note="A model with a strategy, in this language on this version of the data set. Open one to see it alone.">
      <Table label="Series over time" data={rows} columns={columns} rowKey={(s) => s.key} rowTestId="trend-row" rowClass={(s) => (s.key === chosen ? 'row-chosen' : '')} onOpen={(s) => onChoose(s.key === chosen ? null : s.key)} />
    </Panel>
  )
}
