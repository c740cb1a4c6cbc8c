import { useMemo, useState } from 'react'
import { Link, getRouteApi, useNavigate } from '@tanstack/react-router'
import { Download, FileText, X } from 'lucide-react'
import { Button, IconButton } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { Checkbox, Field, Input } from '../../design/components/Form'
import { EmptyState, ErrorNotice } from '../../design/components/Notice'
import { Page, Panel } from '../../design/components/Panel'
import { useToasts } from '../../design/components/Toast'
import { bytes, plural } from '../../design/format'
import { useAllRuns, useSystem } from '../../ipc/hooks'
import { useExportReport, useReportPreview } from '../../ipc/results'
import type { ReportFormat, ReportQuery, ReportSection } from '../../ipc/types'
import { REPORT_SECTIONS } from '../../app/address'
import { RunPicker } from '../run/RunPicker'
import { chosenRuns, scored } from '../run/runs'
import './Reports.css'

const route = getRouteApi('/reports')

const FORMATS: readonly { format: ReportFormat; extension: string; label: string; what: string }[] = [
  { format: 'html', extension: 'html', label: 'HTML', what: 'All in one file' },
  { format: 'pdf', extension: 'pdf', label: 'PDF', what: 'For papers and decks' },
  { format: 'markdown', extension: 'md', label: 'Markdown', what: 'For issues and notes' },
  { format: 'csv', extension: 'csv', label: 'CSV', what: 'The numbers' },
]

const SECTIONS: Record<ReportSection, { label: string; what: string }> = {
  significance: { label: 'Matrix of all pairs', what: 'Differences with adjusted p-values' },
  languages: { label: 'Heat map of languages', what: 'Scores by series and language, with intervals' },
  cost: { label: 'Score against cost', what: 'With the Pareto front' },
  time: { label: 'Score against time', what: 'With the Pareto front' },
  problems: { label: 'Who solves which problem', what: 'A grid, the hardest first' },
  flips: { label: 'Where two of them part', what: 'Problems that one solves and the other does not' },
  trends: { label: 'Scores over time', what: 'Of series that have two of the runs or more' },
}

export function ReportsPage() {
  const address = route.useSearch()
  const navigate = useNavigate()
  const runs = useAllRuns()
  const all = useMemo(() => runs.data ?? [], [runs.data])
  const usable = useMemo(() => scored(all), [all])
  const chosen = useMemo(() => chosenRuns(all, address.runs), [all, address.runs])
  const sections = useMemo(() => address.sections ?? [], [address.sections])
  const [title, setTitle] = useState('')
  const [settled, setSettled] = useState('')
  const [asking, setAsking] = useState(false)
  const [published, setPublished] = useState<string | null>(null)
  const query = useMemo<ReportQuery | null>(
    () => (chosen.length === 0 ? null : { runs: chosen.map((r) => r.id), title: settled.trim() === '' ? null : settled.trim(), published, sections }),
    [chosen, settled, published, sections],
  )
  const preview = useReportPreview(query)
  const exportReport = useExportReport()
  const system = useSystem()
  const toasts = useToasts()

  const save = async (format: ReportFormat, extension: string) => {
    if (!query) return
    try {
      let path: string | null = null
      if (asking) {
        path = await system.chooseSavePath({ title: 'Export the report', name: fileName(query.title ?? chosen[0]?.name ?? 'report'), extension })
        if (path === null) return
      }
      const done = await exportReport.mutateAsync({ query, format, path })
      toasts.done(`Saved ${done.path} (${bytes(done.bytes)}).`, { label: 'Open it', run: () => void system.openPath(done.path).catch(toasts.failed) })
    } catch (error) {
      toasts.failed(error)
    }
  }

  return (
    <Page
      title="Reports"
      testId="page-reports"
      fill
      lead="Scores, tests, settings, versions and digests: enough for a reader to check and to do it again."
      actions={<RunPicker runs={usable} chosen={chosen.map((r) => r.id)} onChange={(ids) => void navigate({ to: '/reports', search: { ...address, runs: ids } })} />}
    >
      {runs.data && query === null ? (
        <Panel>
          <EmptyState
            icon={<FileText size={20} />}
            title={usable.length === 0 ? 'Nothing to report yet' : 'No runs chosen'}
            action={
              usable.length === 0 ? (
                <Link to="/evaluate" className="btn btn-primary btn-medium">
                  Run an evaluation
                </Link>
              ) : undefined
            }
          >
            {usable.length === 0 ? 'A report of any finished runs will be shown here before it is exported.' : 'Choose at least one run above.'}
          </EmptyState>
        </Panel>
      ) : (
        <div className="reports">
          <div className="stack reports-side">
            <Panel title="Export">
              <div className="stack">
                <Field label="Title" aside="optional">
                  <Input placeholder="Made from data set and models" value={title} onChange={(e) => setTitle(e.target.value)} onBlur={() => setSettled(title)} onKeyDown={(e) => e.key === 'Enter' && setSettled(title)} data-testid="report-title" />
                </Field>
                <div className="reports-published">
                  <span className="small">Published scores</span>
                  {published === null ? (
                    <Button
                      size="small"
                      onClick={() => void system.chooseFile({ title: 'Published scores', extensions: ['toml'] }).then((path) => path !== null && setPublished(path), toasts.failed)}
                      data-testid="report-published"
                    >
                      Choose a file
                    </Button>
                  ) : (
                    <>
                      <span className="small faint reports-file" title={published}>
                        {published.split(/[/\\]/).pop()}
                      </span>
                      <IconButton label="Without published scores" icon={<X size={14} />} onClick={() => setPublished(null)} data-testid="report-published-clear" />
                    </>
                  )}
                </div>
                <ul className="formats">
                  {FORMATS.map(({ format, extension, label, what }) => (
                    <li key={format}>
                      <Button
                        kind={format === 'html' ? 'primary' : 'secondary'}
                        icon={<Download size={15} aria-hidden />}
                        busy={exportReport.isPending && exportReport.variables?.format === format}
                        disabled={query === null || exportReport.isPending}
                        onClick={() => void save(format, extension)}
                        data-testid={`report-export-${format}`}
                      >
                        {label}
                      </Button>
                      <span className="small faint">{what}</span>
                    </li>
                  ))}
                </ul>
                <Checkbox label="Ask where to save" detail="Otherwise into the folder of reports." checked={asking} onChange={setAsking} data-testid="report-ask" />
              </div>
            </Panel>
            <Panel title="More sections">
              <fieldset className="reports-sections">
                <legend className="sr-only">More sections, beside scores, differences, methods and settings</legend>
                {REPORT_SECTIONS.map((section) => (
                  <Checkbox
                    key={section}
                    label={<span title={SECTIONS[section].what}>{SECTIONS[section].label}</span>}
                    checked={sections.includes(section)}
                    onChange={(on) =>
                      void navigate({
                        to: '/reports',
                        search: { ...address, sections: REPORT_SECTIONS.filter((s) => (s === section ? on : sections.includes(s))) },
                        replace: true,
                      })
                    }
                    data-testid={`report-section-${section}`}
                  />
                ))}
              </fieldset>
            </Panel>
            <Panel title={plural(chosen.length, 'run')}>
              <ul className="reports-runs">
                {chosen.map((r) => (
                  <li key={r.id}>
                    <Link to="/runs/$runId" params={{ runId: r.id }}>
                      {r.name}
                    </Link>
                  </li>
                ))}
              </ul>
            </Panel>
          </div>
          <section className="preview" aria-label="Preview" aria-busy={preview.isFetching}>
            {preview.error ? (
              <div className="preview-wait">
                <ErrorNotice title="The report could not be made" error={preview.error} action={<Button onClick={() => void preview.refetch()}>Try again</Button>} />
              </div>
            ) : preview.data !== undefined ? (
              // Without allow-scripts: a report holds none, and what a model wrote must never become one.
              <iframe title="Preview of the report" sandbox="" srcDoc={preview.data} className={preview.isPlaceholderData ? 'stale' : ''} data-testid="report-preview" />
            ) : (
              <div className="preview-wait">
                <Skeleton lines={10} height="1.25rem" label="The report is being made" />
              </div>
            )}
          </section>
        </div>
      )}
    </Page>
  )
}

/** A name that every file system takes. */
export function fileName(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s+/g, '-')
    .toLowerCase()
    .slice(0, 60)
  return `assay-${plain === '' ? 'report' : plain}`
}
