import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Check, CircleDot, Minus, X, type LucideIcon } from 'lucide-react'
import { useThemeInForce } from '../../app/theme'
import type { Category, Cell, Matrix, Sign } from '../../ipc/types'

interface MatrixViewProps {
  matrix: Matrix
  label: string
  /** A cell was clicked, or Enter pressed on it: the keys of its row and column. */
  onPick?: (row: string, column: string) => void
  /** What stands in place of a row's name, such as a link. */
  rowName?: (row: Category) => ReactNode
}

/** From as many rows on, only those in sight exist. */
const MANY = 60
const HEIGHTS = { roomy: 52, dense: 28 } as const
/** In rem. Columns give way to the width there is; below their least, the grid scrolls. */
const WIDTHS = {
  roomy: { name: { least: 10, most: 17 }, column: { least: 5.25, most: 9.5 } },
  dense: { name: { least: 9, most: 15 }, column: { least: 2.75, most: 8 } },
} as const
const SIGNS: Record<Sign, LucideIcon> = { check: Check, cross: X, half: CircleDot, dash: Minus }

type Place = readonly [row: number, column: number]

/** Rows by columns of filled cells, as a grid for keyboard and screen readers: one stop, arrows between cells. */
export function MatrixView({ matrix, label, onPick, rowName }: MatrixViewProps) {
  const { rows, columns, fills, density } = matrix
  const theme = useThemeInForce()
  const scroller = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState<Place>([0, 0])
  const [said, setSaid] = useState<Place | null>(null)
  const cells = useMemo(() => {
    const places: (Cell | undefined)[][] = rows.map(() => [])
    for (const cell of matrix.cells) {
      const row = places[cell.row]
      if (row) row[cell.column] = cell
    }
    return places
  }, [matrix, rows])
  const height = HEIGHTS[density]
  const many = rows.length > MANY
  const virtual = useVirtualizer({ count: many ? rows.length : 0, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 10, scrollPaddingStart: 72 })
  const shown = many ? virtual.getVirtualItems().map((i) => i.index) : rows.map((_, i) => i)

  // What was moved to by key gets the focus, once it is there.
  const wanted = useRef(false)
  useEffect(() => {
    if (!wanted.current) return
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-place="${at[0]} ${at[1]}"]`)
    if (!cell) return
    wanted.current = false
    cell.focus()
  })
  const last = [Math.max(0, rows.length - 1), Math.max(0, columns.length - 1)] as const
  const place: Place = [Math.min(at[0], last[0]), Math.min(at[1], last[1])]
  const go = (row: number, column: number) => {
    const to: Place = [Math.min(last[0], Math.max(0, row)), Math.min(last[1], Math.max(0, column))]
    wanted.current = true
    setAt(to)
    if (many) virtual.scrollToIndex(to[0])
  }
  const onKey = (event: KeyboardEvent) => {
    if (!(event.target as HTMLElement).dataset.place) return
    const [row, column] = place
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 2)
    if (event.key === 'ArrowDown') go(row + 1, column)
    else if (event.key === 'ArrowUp') go(row - 1, column)
    else if (event.key === 'ArrowRight') go(row, column + 1)
    else if (event.key === 'ArrowLeft') go(row, column - 1)
    else if (event.key === 'PageDown') go(row + page, column)
    else if (event.key === 'PageUp') go(row - page, column)
    else if (event.key === 'Home') go(event.ctrlKey ? 0 : row, 0)
    else if (event.key === 'End') go(event.ctrlKey ? last[0] : row, last[1])
    else if (event.key === 'Enter') pick(row, column)
    else return
    event.preventDefault()
  }
  const pick = (row: number, column: number) => {
    const [r, c] = [rows[row], columns[column]]
    if (r && c && cells[row]?.[column]) onPick?.(r.key, c.key)
  }
  const words = (row: number, column: number) => `${rows[row]?.label}, ${columns[column]?.label}: ${cells[row]?.[column]?.description ?? 'nothing'}`
  const widths = WIDTHS[density]
  const template = {
    gridTemplateColumns: `minmax(${widths.name.least}rem, ${widths.name.most}rem) repeat(${columns.length}, minmax(${widths.column.least}rem, ${widths.column.most}rem))`,
    minWidth: `calc(${widths.name.least + columns.length * widths.column.least}rem + ${2 * columns.length}px)`,
  }
  const line = (row: number, style?: { height: number; transform: string }) => {
    const category = rows[row] as Category
    return (
      <div key={category.key} role="row" aria-rowindex={row + 2} className="matrix-row" style={{ ...template, ...style }} data-testid="matrix-row" data-key={category.key}>
        <div role="rowheader" className="matrix-name">
          <span className="clip" title={category.label}>
            {rowName?.(category) ?? category.label}
          </span>
          {category.detail && <span className="matrix-detail num">{category.detail}</span>}
        </div>
        {columns.map((column, c) => {
          const cell = cells[row]?.[c]
          const fill = cell && fills[cell.fill]
          const Icon = fill?.sign && cell?.label === null ? SIGNS[fill.sign] : null
          return (
            <div
              key={column.key}
              role="gridcell"
              aria-colindex={c + 2}
              tabIndex={row === place[0] && c === place[1] ? 0 : -1}
              className={`matrix-cell ${cell?.emphasis === 'muted' ? 'matrix-muted' : ''} ${onPick && cell ? 'matrix-opens' : ''}`}
              style={fill && { background: fill.ground[theme], color: fill.ink[theme] }}
              data-place={`${row} ${c}`}
              data-fill={cell?.fill}
              data-testid="matrix-cell"
              onFocus={() => {
                setAt([row, c])
                setSaid([row, c])
              }}
              onBlur={() => setSaid(null)}
              onPointerEnter={() => setSaid([row, c])}
              onPointerLeave={() => setSaid(null)}
              onClick={() => pick(row, c)}
            >
              <span className="sr-only">{words(row, c)}</span>
              {Icon && <Icon size={13} strokeWidth={2.4} aria-hidden />}
              {cell?.label != null && (
                <span className="matrix-label num" aria-hidden>
                  {cell.label}
                </span>
              )}
              {cell?.annotation != null && (
                <span className="matrix-note num" aria-hidden>
                  {cell.annotation}
                </span>
              )}
            </div>
          )
        })}
      </div>
    )
  }
  return (
    <div className={`matrix matrix-${density}`}>
      <div
        ref={scroller}
        className={`matrix-scroll ${many ? 'matrix-tall' : ''}`}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        onKeyDown={onKey}
      >
        <div role="rowgroup" className="matrix-heads">
          <div role="row" aria-rowindex={1} className="matrix-row matrix-head" style={template}>
            <div role="columnheader" className="matrix-corner">
              {matrix.row_heading}
            </div>
            {columns.map((column, c) => (
              <div key={column.key} role="columnheader" aria-colindex={c + 2} className="matrix-column" title={column.label}>
                <span>{column.label}</span>
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="matrix-body" style={many ? { height: virtual.getTotalSize() } : undefined}>
          {many ? virtual.getVirtualItems().map((item) => line(item.index, { height: item.size, transform: `translateY(${item.start}px)` })) : shown.map((row) => line(row))}
        </div>
      </div>
      <p className="matrix-said small" aria-hidden>
        {said ? words(said[0], said[1]) : ' '}
      </p>
      <ul className="matrix-legend small" aria-label="What the cells mean">
        {fills.map((fill) => {
          const Icon = fill.sign && SIGNS[fill.sign]
          return (
            <li key={fill.label}>
              <span className="matrix-swatch" style={{ background: fill.ground[theme], color: fill.ink[theme] }} aria-hidden>
                {Icon && <Icon size={11} strokeWidth={2.4} />}
              </span>
              {fill.label}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
