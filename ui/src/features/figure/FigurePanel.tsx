import { useState, type ReactNode } from 'react'
import { Check, Copy } from 'lucide-react'
import { Button, IconButton } from '../../design/components/Button'
import { FigureView, figureText } from '../../design/components/FigureView'
import { Segmented } from '../../design/components/Form'
import { Panel } from '../../design/components/Panel'
import { useToasts } from '../../design/components/Toast'
import { bytes } from '../../design/format'
import { useSystem } from '../../ipc/hooks'
import { useExportFigure } from '../../ipc/results'
import type { Category, Figure, FigureFormat, FigureSource } from '../../ipc/types'
import './FigurePanel.css'

const FORMATS: readonly FigureFormat[] = ['svg', 'png', 'pdf', 'csv']

interface FigurePanelProps {
  figure: Figure
  /** What the figure is made of, for its export. */
  source: FigureSource
  view: 'chart' | 'table'
  onView: (view: 'chart' | 'table') => void
  onPick?: (keys: readonly string[]) => void
  rowName?: (row: Category) => ReactNode
  /** Between title and drawing. */
  children?: ReactNode
  /** Begins the test ids of the figure and its tools. */
  name: string
}

/** A figure with what can be done with it: seen as a table, copied, exported. */
export function FigurePanel({ figure, source, view, onView, onPick, rowName, children, name }: FigurePanelProps) {
  const toasts = useToasts()
  const system = useSystem()
  const exportFigure = useExportFigure()
  const [copied, setCopied] = useState(false)
  const save = async (format: FigureFormat) => {
    try {
      const done = await exportFigure.mutateAsync({ source, format, path: null })
      toasts.done(`Saved ${done.path} (${bytes(done.bytes)}).`, { label: 'Show in folder', run: () => void system.revealPath(done.path).catch(toasts.failed) })
    } catch (error) {
      toasts.failed(error)
    }
  }
  const copy = () =>
    void navigator.clipboard.writeText(figureText(figure)).then(
      () => {
        setCopied(true)
        window.setTimeout(() => setCopied(false), 1500)
      },
      () => toasts.failed({ code: 'clipboard-refused', message: 'the clipboard could not be written', hint: null }),
    )
  return (
    <Panel className="figure-panel">
      {children && <div className="figure-panel-controls">{children}</div>}
      <FigureView
        figure={figure}
        view={view}
        testId={`${name}-figure`}
        onPick={onPick}
        rowName={rowName}
        tools={
          <>
            <Segmented
              label="View as"
              value={view}
              options={[
                { value: 'chart', label: 'Chart', testId: `${name}-view-chart` },
                { value: 'table', label: 'Table', testId: `${name}-view-table` },
              ]}
              onChange={onView}
            />
            <IconButton label={copied ? 'Copied' : 'Copy the numbers'} icon={copied ? <Check size={15} /> : <Copy size={15} />} onClick={copy} data-testid={`${name}-copy`} />
            {FORMATS.map((format) => (
              <Button
                key={format}
                size="small"
                busy={exportFigure.isPending && exportFigure.variables?.format === format}
                onClick={() => void save(format)}
                data-testid={`${name}-export-${format}`}
                aria-label={`Export as ${format.toUpperCase()}`}
              >
                {format.toUpperCase()}
              </Button>
            ))}
          </>
        }
      />
    </Panel>
  )
}
