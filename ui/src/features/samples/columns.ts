import type { SampleSort } from '../../ipc/types'

export type ColumnId = 'problem' | 'index' | 'model' | 'run' | 'request' | 'code' | 'verdict' | 'detail' | 'quality' | 'duration' | 'latency' | 'tokens' | 'cost'

export interface Column {
  id: ColumnId
  title: string
  sort: SampleSort | null
  right?: boolean
  /** Least width, in rem. */
  least: number
  /** Share of what is left of the width. */
  grow?: number
  /** Left out when the table is narrow, the lowest first; those without are always there. */
  rank?: number
}

const COLUMNS: readonly Column[] = [
  { id: 'problem', title: 'Problem', sort: 'problem', least: 6.5, grow: 0.6 },
  { id: 'index', title: '#', sort: null, right: true, least: 1.75, rank: 8 },
  { id: 'model', title: 'Model', sort: 'model', least: 8.25, grow: 2.2, rank: 9 },
  { id: 'run', title: 'Run', sort: null, least: 6, grow: 1, rank: 2 },
  { id: 'request', title: 'Request', sort: null, least: 7 },
  { id: 'code', title: 'Code', sort: null, least: 7.75 },
  { id: 'verdict', title: 'Verdict', sort: 'verdict', least: 8 },
  { id: 'detail', title: 'Why', sort: null, least: 5, grow: 1.2, rank: 6 },
  { id: 'quality', title: 'Quality', sort: 'quality', right: true, least: 4, rank: 7 },
  { id: 'duration', title: 'Ran', sort: 'duration', right: true, least: 4.25, rank: 5 },
  { id: 'latency', title: 'Answered in', sort: 'latency', right: true, least: 5.25, rank: 3 },
  { id: 'tokens', title: 'Tokens', sort: null, right: true, least: 3.5, rank: 1 },
  { id: 'cost', title: 'Cost, $', sort: 'cost', right: true, least: 4.25, rank: 4 },
]

const GAP = 0.75
const PADDING = 2
/** Where the table is narrow: a flag as its icon alone, and no more of a model's name than fits. */
const NARROW: Partial<Record<ColumnId, number>> = { request: 1.5, code: 1.5, model: 6 }

export interface Layout {
  columns: readonly Column[]
  /** Whether the two flags are icons without their words. */
  iconFlags: boolean
  /** For `grid-template-columns`. */
  template: string
}

interface Asked {
  /** Of the table, in rem. */
  width: number
  manyRuns: boolean
  /** Whether a sample in sight has a cost. */
  costs: boolean
  sort: SampleSort | undefined
}

/** The columns that fit. What is sorted by stays, and so do the two flags and the verdict. */
export function layoutOf({ width, manyRuns, costs, sort }: Asked): Layout {
  let columns = COLUMNS.filter((c) => (c.id !== 'run' || manyRuns) && (c.id !== 'cost' || costs || sort === 'cost'))
  const iconFlags = width < 52
  const least = (c: Column) => (iconFlags ? (NARROW[c.id] ?? c.least) : c.least)
  const needed = () => columns.reduce((sum, c) => sum + least(c) + GAP, PADDING - GAP)
  const droppable = columns.filter((c) => c.rank !== undefined && (c.sort === null || c.sort !== sort)).sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
  for (const column of droppable) {
    if (needed() <= width) break
    columns = columns.filter((c) => c !== column)
  }
  const template = columns.map((c) => (c.grow ? `minmax(${least(c)}rem, ${c.grow}fr)` : `${least(c)}rem`)).join(' ')
  return { columns, iconFlags, template }
}
