import { Segmented } from '../../design/components/Form'
import { useCompareFigure } from '../../ipc/results'
import type { CompareQuery, FigureQuery } from '../../ipc/types'
import { LazyFigure } from './LazyFigure'

type Against = 'cost' | 'time'

interface TradeoffProps {
  query: CompareQuery
  against: Against | undefined
  onAgainst: (against: Against) => void
  view: 'chart' | 'table'
  onView: (view: 'chart' | 'table') => void
  onPick: (keys: readonly string[]) => void
}

const asked = (compare: CompareQuery, figure: Against): FigureQuery => ({ compare, figure, columns: [], only_differing: false, easiest_first: false })

/** Scores against cost or time. Nobody is shown an empty figure of costs, as local models have them, before they ask for it. */
export function Tradeoff({ query, against, onAgainst, ...rest }: TradeoffProps) {
  const costs = useCompareFigure(against === undefined ? asked(query, 'cost') : null)
  const drawing = costs.data?.drawing
  const costless = drawing?.kind === 'scatter' && drawing.points.length === 0
  const shown = against ?? (costless ? 'time' : 'cost')
  return (
    <LazyFigure name="tradeoff" query={asked(query, shown)} {...rest}>
      <Segmented
        label="Scores against"
        value={shown}
        options={[
          { value: 'cost', label: 'Cost of an answer', testId: 'tradeoff-cost' },
          { value: 'time', label: 'Time of an answer', testId: 'tradeoff-time' },
        ]}
        onChange={(to) => onAgainst(to === 'time' ? 'time' : 'cost')}
      />
    </LazyFigure>
  )
}
