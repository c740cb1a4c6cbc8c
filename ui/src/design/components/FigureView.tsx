import { useCallback, useId, type ReactNode } from 'react'
import type { Category, Figure } from '../../ipc/types'
import { plotFigure, type PlotOptions, type Plotted } from '../plot'
import { MatrixView } from './MatrixView'
import { PlotHost } from './PlotHost'
import { Scroll } from './Scroll'

interface FigureViewProps {
  figure: Figure
  view: 'chart' | 'table'
  /** Beside the title: the view switch, copy, export. */
  tools?: ReactNode
  /** A mark was clicked, or Enter pressed on it: the keys of what it stands for; of a cell, of its row and column. */
  onPick?: (keys: readonly string[]) => void
  /** What stands in place of the name of a row of cells, such as a link. */
  rowName?: (row: Category) => ReactNode
  testId?: string
}

/** A `Figure` drawn for the window: the same content as its export, with values on hover and keyboard focus. */
export function FigureView({ figure, view, tools, onPick, rowName, testId }: FigureViewProps) {
  // Of its own: a page may have the same figure of several models.
  const id = useId()
  return (
    <figure className="figure" data-testid={testId} aria-labelledby={id}>
      <header className="figure-head">
        <div className="grow">
          <h2 id={id}>{figure.title}</h2>
          {figure.subtitle && <p className="panel-note">{figure.subtitle}</p>}
        </div>
        {tools && <div className="row">{tools}</div>}
      </header>
      <p className="sr-only">{figure.summary}</p>
      {view === 'table' ? (
        <FigureTable figure={figure} />
      ) : isEmpty(figure.drawing) ? (
        <p className="figure-nothing muted">There is nothing to draw.</p>
      ) : figure.drawing.kind === 'matrix' ? (
        <MatrixView matrix={figure.drawing} label={figure.title} rowName={rowName} onPick={onPick && ((row, column) => onPick([row, column]))} />
      ) : (
        <Chart drawing={figure.drawing} title={figure.title} onPick={onPick} />
      )}
      <figcaption className="figure-caption">{figure.caption}</figcaption>
    </figure>
  )
}

/** A drawing without anything in it: axes around nothing say less than the caption does. */
function isEmpty(drawing: Figure['drawing']): boolean {
  if (drawing.kind === 'matrix') return drawing.cells.length === 0
  if (drawing.kind === 'timeline') return drawing.lines.every((l) => l.points.length === 0)
  return drawing.kind === 'scatter' && drawing.points.length === 0
}

function Chart({ drawing, title, onPick }: { drawing: Plotted; title: string; onPick: FigureViewProps['onPick'] }) {
  const draw = useCallback((options: PlotOptions) => plotFigure(drawing, title, options), [drawing, title])
  return <PlotHost draw={draw} onPick={onPick} />
}

export function FigureTable({ figure }: { figure: Figure }) {
  const { columns, rows } = figure.table
  return (
    <Scroll label={figure.title}>
      <table className="table figure-table" aria-label={figure.title}>
        <thead>
          <tr>
            {columns.map((c) => (
              <th key={c.label} scope="col" className={c.align === 'end' ? 'cell-right' : ''}>
                {c.label}
                {c.unit && `, ${c.unit}`}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i} className={row.is_muted ? 'row-muted' : ''}>
              {row.cells.map((cell, k) => (
                <td key={k} className={columns[k]?.align === 'end' ? 'cell-right num' : ''}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** The table of a figure as tab-separated text, for a spreadsheet or a mail. */
export function figureText(figure: Figure): string {
  const head = figure.table.columns.map((c) => (c.unit ? `${c.label} (${c.unit})` : c.label))
  return [head, ...figure.table.rows.map((r) => r.cells)].map((cells) => cells.join('\t')).join('\n') + `\n\n${figure.caption}\n`
}
