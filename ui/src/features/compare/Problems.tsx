import { Link, useNavigate } from '@tanstack/react-router'
import { Checkbox, Segmented } from '../../design/components/Form'
import { FilterMenu } from '../../design/components/FilterMenu'
import type { Category, CompareQuery, ScoreView } from '../../ipc/types'
import { problemPlace, type CompareAddress, type ProblemAddress } from '../../app/address'
import { Flips } from './Flips'
import { LazyFigure } from './LazyFigure'

interface ProblemsProps {
  address: CompareAddress
  query: CompareQuery
  scores: readonly ScoreView[]
  view: 'chart' | 'table'
  onView: (view: 'chart' | 'table') => void
  go: (part: Partial<CompareAddress>) => void
}

/** Who solves which problem, the hardest first; and what each of two solves that the other does not. */
export function Problems({ address, query, scores, view, onView, go }: ProblemsProps) {
  const navigate = useNavigate()
  const { runs } = query
  const by: ProblemAddress['by'] = query.by === 'model' ? undefined : query.by
  const search = (more: ProblemAddress): ProblemAddress => ({ runs, by, ...more })
  const columns = (address.columns ?? []).filter((key) => scores.some((s) => s.key === key))
  const name = (row: Category) => {
    const { dataset, problem, search: more } = problemPlace(row.key)
    return (
      <Link to="/problems/$dataset/$" params={{ dataset, _splat: problem }} search={search(more)} tabIndex={-1}>
        {row.label}
      </Link>
    )
  }
  const open = ([row = '']: readonly string[]) => {
    const { dataset, problem, search: more } = problemPlace(row)
    void navigate({ to: '/problems/$dataset/$', params: { dataset, _splat: problem }, search: search(more) })
  }
  return (
    <>
      <Flips query={query} scores={scores} a={address.a} b={address.b} onChange={go} search={search} />
      <LazyFigure
        name="problems"
        query={{ compare: query, figure: 'problems', columns, only_differing: address.only ?? false, easiest_first: address.easiest ?? false }}
        view={view}
        onView={onView}
        rowName={name}
        onPick={open}
      >
        <FilterMenu
          label="Shown"
          options={scores.map((s) => ({ value: s.key, label: s.label }))}
          chosen={columns}
          onChange={(keys) => go({ columns: keys.length > 0 ? keys : undefined })}
          testId="problems-columns"
        />
        <Segmented
          label="Order"
          value={address.easiest ? 'easiest' : 'hardest'}
          options={[
            { value: 'hardest', label: 'Hardest first', testId: 'problems-hardest' },
            { value: 'easiest', label: 'Easiest first', testId: 'problems-easiest' },
          ]}
          onChange={(o) => go({ easiest: o === 'easiest' ? true : undefined })}
        />
        <Checkbox label="Only where they differ" checked={address.only ?? false} onChange={(on) => go({ only: on ? true : undefined })} data-testid="problems-only" />
      </LazyFigure>
    </>
  )
}
