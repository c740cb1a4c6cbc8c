import { useMemo } from 'react'
import { Link, getRouteApi } from '@tanstack/react-router'
import { TrendingUp } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { Field, NumberInput, Select } from '../../design/components/Form'
import { EmptyState, ErrorNotice, Notice, sentence } from '../../design/components/Notice'
import { Page, Panel } from '../../design/components/Panel'
import { plural } from '../../design/format'
import { languageName } from '../../design/names'
import { useStatus } from '../../ipc/hooks'
import { useTrends } from '../../ipc/results'
import type { Alpha, TrendsAddress } from '../../app/address'
import { FigurePanel } from '../figure/FigurePanel'
import { SeriesTable } from './SeriesTable'
import { Steps } from './Steps'
import { suiteKey, suitesOf, trendQuery } from './suites'
import './Trends.css'

const route = getRouteApi('/trends')

export function TrendsPage() {
  const address = route.useSearch()
  const navigate = route.useNavigate()
  const go = (part: Partial<TrendsAddress>) => void navigate({ to: '/trends', search: (s) => ({ ...s, ...part }), replace: !('suite' in part) && !('series' in part) })
  const { k = 1, alpha = '0.05' } = address
  const base = useMemo(() => trendQuery({ k, alpha, all: address.all }), [k, alpha, address.all])
  const found = useTrends(base)
  const series = useMemo(() => found.data?.series ?? [], [found.data])
  const suites = useMemo(() => suitesOf(series), [series])
  const means = found.data?.means ?? []
  const chosen = [...series, ...means].find((s) => s.key === address.series) ?? null
  const suite = suites.find((s) => s.key === (chosen ? suiteKey(chosen) : address.suite)) ?? suites[0] ?? null
  const mean = means.find((m) => suiteKey(m) === suite?.key)
  const shown = useMemo(() => (chosen ? [chosen] : (suite?.lines ?? [])), [chosen, suite])
  const query = useMemo(() => (shown.length === 0 ? null : { ...base, shown: shown.map((s) => s.key) }), [base, shown])
  const drawn = useTrends(query)
  const choices = [
    { value: '', label: 'All with two runs or more' },
    ...[...(mean ? [mean] : []), ...(suite?.series ?? [])].map((s) => ({ value: s.key, label: `${s.mean_of.length > 0 ? `Mean of ${s.mean_of.length} series` : s.label} (${plural(s.points.length, 'run')})` })),
  ]
  const titles = useStatus().data?.datasets
  const title = (id: string) => titles?.find((d) => d.id === id)?.title ?? id

  return (
    <Page title="Trends" testId="page-trends" lead="Scores over time: what rises, what falls, and whether a change is one. Versions of a data set are never mixed.">
      {found.error && <ErrorNotice title="The trends could not be made" error={found.error} action={<Button onClick={() => void found.refetch()}>Try again</Button>} />}
      {!found.data && !found.error && (
        <Panel>
          <Skeleton lines={6} height="1.75rem" label="The runs are being looked at over time" />
        </Panel>
      )}
      {found.data && suite === null && (
        <Panel>
          <EmptyState
            icon={<TrendingUp size={20} />}
            title="Nothing to follow yet"
            testId="trends-empty"
            action={
              <Link to="/evaluate" className="btn btn-primary btn-medium">
                Run an evaluation
              </Link>
            }
          >
            Each model’s scores on one version of a data set will stand here as a line, a dot a run with its interval, with trends, changes of level and regressions that a test shows. Run the same evaluation again from time to time.
          </EmptyState>
        </Panel>
      )}
      {suite && (
        <>
          <div className="trend-controls" role="group" aria-label="What is followed">
            <Field label="Data set and language" className="trend-suite">
              <Select value={suite.key} options={suites.map((s) => ({ value: s.key, label: `${title(s.dataset)} ${s.version}, ${languageName(s.language)} (${plural(s.lines.length, 'line')})` }))} onChange={(key) => go({ suite: key, series: undefined })} data-testid="trends-suite" />
            </Field>
            <Field label="Series" className="trend-suite">
              <Select value={chosen?.key ?? ''} options={choices} onChange={(key) => go({ series: key === '' ? undefined : key, suite: suite?.key })} data-testid="trends-choose" />
            </Field>
            <Field label="Runs">
              <Select value={address.all ? 'all' : 'newest'} options={[{ value: 'newest', label: 'Newest 200' }, { value: 'all', label: 'All' }]} onChange={(v) => go({ all: v === 'all' ? true : undefined })} />
            </Field>
            <Field label="α">
              <Select<Alpha> value={alpha} options={(['0.01', '0.05', '0.1'] as const).map((a) => ({ value: a, label: a }))} onChange={(a) => go({ alpha: a === '0.05' ? undefined : a })} />
            </Field>
            <Field label="k of pass@k" className="trend-k">
              <NumberInput value={k} min={1} max={1000} step={1} onChange={(n) => Number.isInteger(n) && n >= 1 && go({ k: n === 1 ? undefined : n })} data-testid="trends-k" />
            </Field>
          </div>
          {chosen?.notes.map((note) => (
            <Notice key={note} testId="trend-note">
              {sentence(note)}
            </Notice>
          ))}
          <div className={`trends ${found.isPlaceholderData || drawn.isPlaceholderData ? 'stale' : ''}`} aria-busy={found.isFetching || drawn.isFetching}>
            {shown.length === 0 ? (
              <Panel>
                <EmptyState
                  icon={<TrendingUp size={20} />}
                  title="No line yet"
                  testId="trends-no-line"
                  action={
                    <Link to="/evaluate" search={{ dataset: suite.dataset }} className="btn btn-primary btn-medium">
                      Run it again
                    </Link>
                  }
                >
                  Every series here has one run. A second run of the same model and strategy on the same version of the data set makes it a line.
                </EmptyState>
              </Panel>
            ) : drawn.error ? (
              <ErrorNotice title="The figure could not be made" error={drawn.error} action={<Button onClick={() => void drawn.refetch()}>Try again</Button>} />
            ) : drawn.data && query ? (
              <FigurePanel
                name="trends"
                figure={drawn.data.figure}
                source={{ kind: 'trends', ...query }}
                view={address.view ?? 'chart'}
                onView={(v) => go({ view: v === 'table' ? 'table' : undefined })}
                onPick={([, run = '']) => void navigate({ to: '/runs/$runId', params: { runId: run } })}
              />
            ) : (
              <Panel>
                <Skeleton lines={6} height="1.75rem" label="The figure is being drawn" />
              </Panel>
            )}
            <SeriesTable series={suite.series} mean={mean} chosen={chosen?.key ?? null} k={k} onChoose={(key) => go({ series: key ?? undefined, suite: suite.key })} />
            <Steps series={shown} alpha={Number(alpha)} alone={shown.length === 1} />
          </div>
        </>
      )}
    </Page>
  )
}
