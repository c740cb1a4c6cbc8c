import { useMemo } from 'react'
import { Link, getRouteApi } from '@tanstack/react-router'
import { ChartNoAxesColumn, Check, Copy, Download } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { FigureView, figureText } from '../../design/components/FigureView'
import { Field, NumberInput, Segmented, Select } from '../../design/components/Form'
import { EmptyState, ErrorNotice, Notice, sentence } from '../../design/components/Notice'
import { Page, Panel } from '../../design/components/Panel'
import { useToasts } from '../../design/components/Toast'
import { bytes } from '../../design/format'
import { useComparison, useExportFigure, useAllRuns, useSystem } from '../../ipc/hooks'
import type { CompareBy, CompareQuery, Correction, Figure, FigureFormat } from '../../ipc/types'
import type { Alpha, CompareAddress } from '../../app/address'
import { RunPicker } from '../run/RunPicker'
import { chosenRuns, scored } from '../run/runs'
import { Pairs } from './Pairs'
import './Compare.css'

const route = getRouteApi('/compare')

const BYS: readonly { value: CompareBy; label: string; testId: string }[] = [
  { value: 'series', label: 'Run and model', testId: 'compare-by-series' },
  { value: 'model', label: 'Model', testId: 'compare-by-model' },
  { value: 'strategy', label: 'Strategy', testId: 'compare-by-strategy' },
  { value: 'language', label: 'Language', testId: 'compare-by-language' },
]

export function ComparePage() {
  const address = route.useSearch()
  const navigate = route.useNavigate()
  const runs = useAllRuns()
  const all = useMemo(() => runs.data ?? [], [runs.data])
  const usable = useMemo(() => scored(all), [all])
  const chosen = useMemo(() => chosenRuns(all, address.runs), [all, address.runs])
  const go = (part: Partial<CompareAddress>) => void navigate({ to: '/compare', search: (s) => ({ ...s, ...part }), replace: !('runs' in part) })

  const query = useMemo<CompareQuery | null>(
    () =>
      chosen.length === 0
        ? null
        : {
            runs: chosen.map((r) => r.id),
            by: address.by ?? 'series',
            baseline: address.baseline ?? null,
            alpha: Number(address.alpha ?? '0.05'),
            correction: address.correction ?? 'holm',
            k: address.k ?? 1,
          },
    [chosen, address],
  )
  const comparison = useComparison(query)
  const view = comparison.data
  const scores = view?.scores ?? []
  const baseline = scores.some((s) => s.key === address.baseline) ? (address.baseline ?? '') : ''

  return (
    <Page
      title="Compare"
      testId="page-compare"
      lead="Scores with their intervals, and whether a difference is one: always on the problems both have answered."
      actions={
        <>
          <RunPicker runs={usable} chosen={chosen.map((r) => r.id)} onChange={(ids) => go({ runs: ids, baseline: undefined })} />
          {query && (
            <Link to="/reports" search={{ runs: query.runs }} className="btn btn-primary btn-medium" data-testid="compare-report">
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
          <div className="compare-controls" role="group" aria-label="How to compare">
            <Field label="One line for each">
              <Segmented label="One line for each" value={query.by} options={BYS} onChange={(by) => go({ by: by === 'series' ? undefined : by, baseline: undefined })} />
            </Field>
            <Field label="Against" className="compare-baseline">
              <Select
                value={baseline}
                options={[{ value: '', label: 'All pairs' }, ...scores.map((s) => ({ value: s.key, label: s.label }))]}
                onChange={(key) => go({ baseline: key === '' ? undefined : key })}
                data-testid="compare-baseline"
              />
            </Field>
            <Field label="Correction">
              <Select<Correction>
                value={query.correction}
                options={[
                  { value: 'holm', label: 'Holm' },
                  { value: 'benjamini_hochberg', label: 'Benjamini–Hochberg' },
                ]}
                onChange={(c) => go({ correction: c === 'holm' ? undefined : c })}
              />
            </Field>
            <Field label="α">
              <Select<Alpha>
                value={address.alpha ?? '0.05'}
                options={(['0.01', '0.05', '0.1'] as const).map((a) => ({ value: a, label: a }))}
                onChange={(a) => go({ alpha: a === '0.05' ? undefined : a })}
              />
            </Field>
            <Field label="k of pass@k" className="compare-k">
              <NumberInput value={query.k} min={1} max={1000} step={1} onChange={(k) => Number.isInteger(k) && k >= 1 && go({ k: k === 1 ? undefined : k })} data-testid="compare-k" />
            </Field>
          </div>
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
            <div className={`compare ${comparison.isPlaceholderData ? 'stale' : ''}`} aria-busy={comparison.isFetching}>
              <FigurePanel
                figure={view.figure}
                query={query}
                view={address.view ?? 'chart'}
                onView={(v) => go({ view: v === 'table' ? 'table' : undefined })}
                onPick={(keys) => {
                  const ids = scores.filter((s) => keys.includes(s.key)).flatMap((s) => s.runs)
                  void navigate({ to: '/samples', search: { runs: [...new Set(ids)] } })
                }}
              />
              <Pairs view={view} alpha={query.alpha} />
            </div>
          )}
        </>
      )}
    </Page>
  )
}

interface FigurePanelProps {
  figure: Figure
  query: CompareQuery
  view: 'chart' | 'table'
  onView: (view: 'chart' | 'table') => void
  onPick: (keys: readonly string[]) => void
}

function FigurePanel({ figure, query, view, onView, onPick }: FigurePanelProps) {
  const toasts = useToasts()
  const system = useSystem()
  const exportFigure = useExportFigure()
  const [copied, setCopied] = useState(false)
  const save = async (format: FigureFormat) => {
    try {
      const done = await exportFigure.mutateAsync({ query, format, path: null })
      toasts.done(`Saved ${done.path} (${bytes(done.bytes)}).`, { label: 'Show in folder', run: () => void system.revealPath(done.path).catch(toasts.failed) })
    } catch (error) {
      toasts.failed(error)
    }
  }
  return (
    <Panel className="compare-figure">
      <FigureView
        figure={figure}
        view={view}
        testId="compare-figure"
        onPick={onPick}
        tools={
          <>
            <Segmented
              label="View as"
              value={view}
              options={[
                { value: 'chart', label: 'Chart', testId: 'compare-view-chart' },
                { value: 'table', label: 'Table', testId: 'compare-view-table' },
              ]}
              onChange={onView}
            />
            <IconButton
              label={copied ? 'Copied' : 'Copy the numbers'}
              icon={copied ? <Check size={15} /> : <Copy size={15} />}
              onClick={() =>
                void navigator.clipboard.writeText(figureText(figure)).then(
                  () => {
                    setCopied(true)
                    window.setTimeout(() => setCopied(false), 1500)
                  },
                  () => toasts.failed({ code: 'clipboard-refused', message: 'the clipboard could not be written', hint: null }),
                )
              }
            />
            {(['svg', 'png', 'csv'] as const).map((format) => (
                <Button key={format} size="small" busy={exportFigure.isPending && exportFigure.variables?.format === format} onClick={() => void save(format)} data-testid={`compare-export-${format}`} aria-label={`Export as ${format.toUpperCase()}`}>
                  {format.toUpperCase()}
                </Button>
            ))}
          </>
        }
      />
    </Panel>
  )
}
