import { useMemo } from 'react'
import { Link, getRouteApi } from '@tanstack/react-router'
import { ChartNoAxesColumn, Download } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Skeleton, Tabs } from '../../design/components/Bits'
import { EmptyState, ErrorNotice, Notice, sentence } from '../../design/components/Notice'
import { Page, Panel } from '../../design/components/Panel'
import { useAllRuns } from '../../ipc/hooks'
import { useComparison } from '../../ipc/results'
import type { CompareQuery, ReportSection } from '../../ipc/types'
import { COMPARE_SHOWS, type CompareAddress, type CompareShow } from '../../app/address'
import { FigurePanel } from '../figure/FigurePanel'
import { RunPicker } from '../run/RunPicker'
import { chosenRuns, scored } from '../run/runs'
import { CompareControls } from './CompareControls'
import { Differences } from './Differences'
import { LazyFigure } from './LazyFigure'
import { Pairs } from './Pairs'
import { Problems } from './Problems'
import { Tradeoff } from './Tradeoff'
import { baselineAmong } from './baseline'
import './Compare.css'

const route = getRouteApi('/compare')

type Show = CompareShow | 'scores'

const TITLES: Record<Show, string> = { scores: 'Scores', differences: 'Differences', languages: 'Languages', tradeoff: 'Cost and time', problems: 'Problems' }

/** The sections of a report that show what the page shows. */
const SECTIONS: Record<CompareShow, ReportSection[]> = {
  differences: ['significance'],
  languages: ['languages'],
  tradeoff: ['cost', 'time'],
  problems: ['problems', 'flips'],
}

export function ComparePage() {
  const address = route.useSearch()
  const navigate = route.useNavigate()
  const runs = useAllRuns()
  const all = useMemo(() => runs.data ?? [], [runs.data])
  const usable = useMemo(() => scored(all), [all])
  const chosen = useMemo(() => chosenRuns(all, address.runs), [all, address.runs])
  const go = (part: Partial<CompareAddress>) => void navigate({ to: '/compare', search: (s) => ({ ...s, ...part }), replace: !('runs' in part) && !('show' in part) })

  const { by = 'series', correction = 'holm', alpha = '0.05', k = 1 } = address
  const plain = useMemo<CompareQuery | null>(
    () => (chosen.length === 0 ? null : { runs: chosen.map((r) => r.id), by, baseline: null, alpha: Number(alpha), correction, k }),
    [chosen, by, alpha, correction, k],
  )
  // Of the strategies that there are, only the scores tell.
  const asked = useComparison(by === 'strategy' && address.baseline !== undefined ? plain : null)
  const known = useMemo(() => asked.data?.scores.map((s) => s.key) ?? [], [asked.data])
  const baseline = baselineAmong(address.baseline, by, chosen, known)
  const query = useMemo(() => plain && { ...plain, baseline }, [plain, baseline])
  const comparison = useComparison(query)
  const view = comparison.data
  const scores = view?.scores ?? []
  const show: Show = address.show ?? 'scores'
  const seenAs = { view: address.view ?? ('chart' as const), onView: (v: 'chart' | 'table') => go({ view: v === 'table' ? 'table' : undefined }) }
  const samplesOf = (keys: readonly string[], more: { languages?: string[] } = {}) => {
    const ids = scores.filter((s) => keys.includes(s.key)).flatMap((s) => s.runs)
    void navigate({ to: '/samples', search: { runs: [...new Set(ids)], ...more, ...(by === 'model' ? { models: [...keys] } : {}) } })
  }
  const flipsOf = (a: string, b: string): CompareAddress => ({ ...address, show: 'problems', a, b })

  return (
    <Page
      title="Compare"
      testId="page-compare"
      lead="Scores with their intervals, and whether a difference is one: always on the problems both have answered."
      actions={
        <>
          <RunPicker runs={usable} chosen={chosen.map((r) => r.id)} onChange={(ids) => go({ runs: ids, columns: undefined, a: undefined, b: undefined })} />
          {query && (
            <Link to="/reports" search={{ runs: query.runs, sections: address.show && SECTIONS[address.show] }} className="btn btn-primary btn-medium" data-testid="compare-report">
              <Download size={15} aria-hidden />
              <span>Report</span>
            </Link>
          )}
        </>
      }
    >
      {runs.data && usable.length === 0 ? (
        <Panel>
          <EmptyState
            icon={<ChartNoAxesColumn size={20} />}
            title="Nothing to compare yet"
            action={
              <Link to="/evaluate" className="btn btn-primary btn-medium">
                Run an evaluation
              </Link>
            }
          >
            Scores with intervals, and paired tests between models, will stand here once a run has judged samples.
          </EmptyState>
        </Panel>
      ) : query === null ? (
        <Panel>
          {runs.data ? (
            <EmptyState icon={<ChartNoAxesColumn size={20} />} title="No runs chosen">
              Choose at least one run above.
            </EmptyState>
          ) : (
            <Skeleton lines={6} height="1.5rem" label="Runs are being read" />
          )}
        </Panel>
      ) : (
        <>
          <CompareControls query={query} scores={scores} alpha={alpha} onChange={go} />
          {comparison.error && (
            <ErrorNotice title="The comparison could not be made" error={comparison.error} action={<Button onClick={() => void comparison.refetch()}>Try again</Button>} />
          )}
          {view?.warnings.map((w) => (
            <Notice key={w} tone="warn" testId="compare-warning">
              {sentence(w)}
            </Notice>
          ))}
          {!view && !comparison.error && (
            <Panel>
              <Skeleton lines={6} height="1.75rem" label="The comparison is being made" />
            </Panel>
          )}
          {view && !comparison.error && (
            <Tabs<Show>
              label="What is shown of the comparison"
              value={show}
              tabs={(['scores', ...COMPARE_SHOWS] as const).map((s) => ({ value: s, label: TITLES[s], testId: `compare-show-${s}` }))}
              onChange={(s) => go({ show: s === 'scores' ? undefined : s })}
            >
              <div className={`compare ${comparison.isPlaceholderData ? 'stale' : ''}`} aria-busy={comparison.isFetching}>
                {show === 'scores' && (
                  <>
                    <FigurePanel name="compare" figure={view.figure} source={{ kind: 'comparison', compare: query, figure: 'scores', columns: [], only_differing: false, easiest_first: false }} {...seenAs} onPick={samplesOf} />
                    <Pairs view={view} alpha={query.alpha} flipsOf={flipsOf} />
                  </>
                )}
                {show === 'differences' && <Differences comparison={view} query={query} {...seenAs} flipsOf={flipsOf} />}
                {show === 'languages' && <LazyFigure name="languages" query={{ compare: query, figure: 'languages', columns: [], only_differing: false, easiest_first: false }} {...seenAs} onPick={([key = '', language = '']) => samplesOf([key], { languages: [language] })} />}
                {show === 'tradeoff' && <Tradeoff query={query} against={address.against} onAgainst={(against) => go({ against })} {...seenAs} onPick={samplesOf} />}
                {show === 'problems' && <Problems address={address} query={query} scores={scores} {...seenAs} go={go} />}
              </div>
            </Tabs>
          )}
        </>
      )}
    </Page>
  )
}
