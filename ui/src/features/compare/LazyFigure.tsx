import type { ReactNode } from 'react'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { ErrorNotice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { useCompareFigure } from '../../ipc/results'
import type { Category, FigureQuery } from '../../ipc/types'
import { FigurePanel } from '../figure/FigurePanel'

interface LazyFigureProps {
  name: string
  query: FigureQuery
  view: 'chart' | 'table'
  onView: (view: 'chart' | 'table') => void
  onPick?: (keys: readonly string[]) => void
  rowName?: (row: Category) => ReactNode
  /** What steers the figure; it stays in sight while that is made. */
  children?: ReactNode
}

/** A figure of a comparison that is made when it is looked at. */
export function LazyFigure({ name, query, children, ...rest }: LazyFigureProps) {
  const made = useCompareFigure(query)
  if (made.error)
    return (
      <>
        {children && <Panel>{children}</Panel>}
        <ErrorNotice title="The figure could not be made" error={made.error} action={<Button onClick={() => void made.refetch()}>Try again</Button>} />
      </>
    )
  if (!made.data)
    return (
      <Panel>
        {children && <div className="figure-panel-controls">{children}</div>}
        <Skeleton lines={8} height="1.75rem" label="The figure is being made" />
      </Panel>
    )
  return (
    <div className={made.isPlaceholderData ? 'stale' : ''} aria-busy={made.isFetching}>
      <FigurePanel name={name} figure={made.data} source={{ kind: 'comparison', ...query }} {...rest}>
        {children}
      </FigurePanel>
    </div>
  )
}
