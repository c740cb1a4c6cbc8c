import { memo } from 'react'
import { ContentFlag, TransportFlag, VerdictBadge } from '../../design/components/Badge'
import { ModelMark } from '../../design/components/Model'
import { count, dollars, milliseconds } from '../../design/format'
import type { SampleRow } from '../../ipc/types'
import type { ColumnId, Layout } from './columns'

interface RowProps {
  index: number
  /** Distance from the first row, in pixels. */
  top: number
  row: SampleRow | undefined
  /** Whether its sample is shown. */
  on: boolean
  /** Whether the cursor is on it. */
  at: boolean
  layout: Layout
  runName: (id: string) => string
  colour: (model: string) => string
  onPick: (index: number, sample: number) => void
}

/** A row of the table. Most stay as they are while others come into sight: they are not drawn again. */
export const Row = memo(function Row({ index, top, row, on, at, layout, runName, colour, onPick }: RowProps) {
  return (
    <div
      id={`sample-row-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={on}
      className={`vrow ${on ? 'vrow-on' : ''} ${at ? 'vrow-at' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      data-testid="samples-row"
      data-sample={row?.id}
      onClick={row && (() => onPick(index, row.id))}
    >
      {row ? (
        layout.columns.map(({ id, right }) => (
          <div key={id} role="gridcell" className={`vcell vcell-${id} clip ${right ? 'cell-right num' : ''} ${MUTED.has(id) ? 'muted' : ''}`} title={titleOf(id, row, runName)}>
            <Cell id={id} row={row} runName={runName} colour={colour} iconFlags={layout.iconFlags} />
          </div>
        ))
      ) : (
        // Its place is known before it is: what is dragged past says where one is, and stands as it will.
        layout.columns.map(({ id, right }, at) => (
          <div key={id} role="gridcell" className={`vcell vcell-${id} faint ${right ? 'cell-right' : ''}`}>
            {at === 0 ? <span className="num">{count(index + 1)}</span> : WAITING.has(id) && <span className="vcell-wait" aria-hidden />}
          </div>
        ))
      )}
    </div>
  )
})

/** Columns that most rows have something in. */
const WAITING: ReadonlySet<ColumnId> = new Set(['model', 'run', 'verdict', 'duration', 'latency', 'tokens'])

const MUTED: ReadonlySet<ColumnId> = new Set(['run', 'detail', 'index'])

function titleOf(id: ColumnId, row: SampleRow, runName: (id: string) => string): string | undefined {
  if (id === 'problem') return row.problem
  if (id === 'run') return runName(row.run)
  if (id === 'detail') return row.detail ?? undefined
  return undefined
}

interface CellProps extends Pick<RowProps, 'runName' | 'colour'> {
  id: ColumnId
  row: SampleRow
  iconFlags: boolean
}

function Cell({ id, row, runName, colour, iconFlags }: CellProps) {
  switch (id) {
    case 'problem':
      return row.problem
    case 'index':
      return row.index + 1
    case 'model':
      return <ModelMark model={row.model} colour={colour(row.model)} />
    case 'run':
      return runName(row.run)
    case 'request':
      return <TransportFlag transport={row.transport} plain iconOnly={iconFlags} />
    case 'code':
      return <ContentFlag content={row.content} plain iconOnly={iconFlags} />
    case 'verdict':
      return row.verdict ? <VerdictBadge verdict={row.verdict} plain /> : <span className="faint">{row.stage === 'done' ? 'not executed' : 'pending'}</span>
    case 'detail':
      return row.detail
    case 'quality':
      return known(row.quality, (q) => q.toFixed(2))
    case 'duration':
      return known(row.duration_ms, milliseconds)
    case 'latency':
      return known(row.latency_ms, milliseconds)
    case 'tokens':
      return known(row.completion_tokens, count)
    case 'cost':
      return known(row.cost_usd, (usd) => dollars(usd).replace('$', ''))
  }
}

function known(value: number | null, say: (value: number) => string) {
  return value === null ? <span className="faint">–</span> : say(value)
}
