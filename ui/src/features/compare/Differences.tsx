import { useNavigate } from '@tanstack/react-router'
import { Equal } from 'lucide-react'
import { EmptyState } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import type { ComparisonView, CompareQuery, FigureQuery } from '../../ipc/types'
import type { CompareAddress } from '../../app/address'
import { FigurePanel } from '../figure/FigurePanel'
import { LazyFigure } from './LazyFigure'

/** Above so many pairs, a row for each says less than the matrix does. */
const MOST_ROWS = 15

interface DifferencesProps {
  comparison: ComparisonView
  query: CompareQuery
  view: 'chart' | 'table'
  onView: (view: 'chart' | 'table') => void
  /** Where the problems of two lines are set against each other. */
  flipsOf: (a: string, b: string) => CompareAddress
}

/** Every difference with its interval, and the matrix of which are significant. */
export function Differences({ comparison, query, view, onView, flipsOf }: DifferencesProps) {
  const navigate = useNavigate()
  if (comparison.scores.length < 2)
    return (
      <Panel>
        <EmptyState icon={<Equal size={20} />} title="One line alone differs from nothing">
          Choose another run, or one line for each model, to see what differs.
        </EmptyState>
      </Panel>
    )
  const open = ([a, b]: readonly string[]) => void (a !== undefined && b !== undefined && navigate({ to: '/compare', search: flipsOf(a, b) }))
  const of = (figure: FigureQuery['figure']): FigureQuery => ({ compare: query, figure, columns: [], only_differing: false, easiest_first: false })
  const { pairs } = comparison
  return (
    <>
      {pairs.length > 0 && pairs.length <= MOST_ROWS && (
        <FigurePanel name="differences" figure={comparison.differences} source={{ kind: 'comparison', ...of('differences') }} view={view} onView={onView} onPick={open} />
      )}
      <LazyFigure name="significance" query={of('significance')} view={view} onView={onView} onPick={open} />
    </>
  )
}
