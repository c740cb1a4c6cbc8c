import { useId, useMemo, useRef, useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { Bookmark, BookmarkPlus, Box, ChartNoAxesColumn, CornerDownLeft, FileText, FlaskConical, History, Keyboard, ListChecks, Moon, Puzzle, Route, Rows3, Sun, SunMoon, Timer, TrendingUp, type LucideIcon } from 'lucide-react'
import { Dialog } from '../../design/components/Dialog'
import { statusName } from '../../design/names'
import { useAllRuns, useProblems, useSetSettings, useSettings, useStatus } from '../../ipc/hooks'
import type { Theme } from '../../ipc/types'
import { useViews } from '../../ipc/upkeep'
import { ROOMS } from '../../app/Shell'
import { useGoToView } from '../views/useGoToView'
import { rank } from './match'
import './Palette.css'

interface Entry {
  id: string
  group: 'Actions' | 'Views' | 'Go to' | 'Runs' | 'Models' | 'Problems'
  title: string
  aside?: string
  words?: string
  Icon: LucideIcon
  run: () => void
}

const MOST = 60

interface PaletteProps {
  open: boolean
  onClose: () => void
  onHelp: () => void
  onSaveView: () => void
  onArrangeViews: () => void
}

/** Every action, page, run, model and problem, a few letters away. */
export function Palette({ open, onClose, ...actions }: PaletteProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Find or do anything" wide testId="palette">
      <PaletteList onClose={onClose} {...actions} />
    </Dialog>
  )
}

function PaletteList({ onClose, ...actions }: Omit<PaletteProps, 'open'>) {
  const entries = useEntries(actions)
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const shown = useMemo(() => {
    const hits = rank(entries, query, MOST)
    const groups = [...new Set(hits.map((h) => h.group))]
    return groups.flatMap((g) => hits.filter((h) => h.group === g))
  }, [entries, query])
  const chosen = Math.min(at, Math.max(0, shown.length - 1))

  const go = (entry: Entry | undefined) => {
    if (!entry) return
    onClose()
    entry.run()
  }
  const move = (to: number) => {
    const next = (to + shown.length) % Math.max(1, shown.length)
    setAt(next)
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' })
  }

  return (
    <div className="palette">
      <input
        className="input palette-input"
        data-autofocus
        placeholder="A page, an action, a run, a model, a problem…"
        role="combobox"
        aria-label="Find or do anything"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={shown.length > 0 ? `${id}-${chosen}` : undefined}
        autoComplete="off"
        spellCheck={false}
        data-testid="palette-input"
        value={query}
        onChange={(e) => {
          setQuery(e.target.value)
          setAt(0)
        }}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') move(chosen + 1)
          else if (e.key === 'ArrowUp') move(chosen - 1)
          else if (e.key === 'Enter') go(shown[chosen])
          else return
          e.preventDefault()
        }}
      />
      <div className="palette-list" id={`${id}-list`} role="listbox" aria-label="Results" ref={list} tabIndex={-1}>
        {shown.map((entry, i) => (
          <div key={entry.id} role="presentation">
            {entry.group !== shown[i - 1]?.group && (
              <p className="palette-group" role="presentation">
                {entry.group}
              </p>
            )}
            <div
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === chosen}
              data-index={i}
              data-testid="palette-entry"
              className="palette-entry"
              onMouseMove={() => setAt(i)}
              onClick={() => go(entry)}
            >
              <entry.Icon size={15} aria-hidden />
              <span className="grow clip">{entry.title}</span>
              {entry.aside && <span className="faint small clip">{entry.aside}</span>}
              {i === chosen && <CornerDownLeft size={13} aria-hidden className="faint" />}
            </div>
          </div>
        ))}
      </div>
      {shown.length === 0 && (
        <p className="palette-none" role="status">
          Nothing is called “{query}”.
        </p>
      )}
    </div>
  )
}

function useEntries({ onHelp, onSaveView, onArrangeViews }: Omit<PaletteProps, 'open' | 'onClose'>): Entry[] {
  const navigate = useNavigate()
  const runs = useAllRuns().data
  const views = useViews().data
  const goToView = useGoToView()
  const status = useStatus().data
  const settings = useSettings().data
  const setSettings = useSetSettings().mutate
  const datasets = status?.datasets.filter((d) => d.state === 'ready') ?? []
  const first = useProblems(datasets[0]?.id ?? null).data
  const second = useProblems(datasets[1]?.id ?? null).data
  const third = useProblems(datasets[2]?.id ?? null).data

  return useMemo(() => {
    const theme = (value: Theme) => () => settings && setSettings({ ...settings, theme: value })
    const done = runs?.filter((r) => r.scores.length > 0 && !r.archived) ?? []
    const entries: Entry[] = [
      { id: 'new', group: 'Actions', title: 'New evaluation', words: 'start run launch', Icon: FlaskConical, run: () => void navigate({ to: '/evaluate' }) },
      {
        id: 'compare-all',
        group: 'Actions',
        title: 'Compare all runs with a score',
        Icon: ChartNoAxesColumn,
        run: () => void navigate({ to: '/compare', search: { runs: done.map((r) => r.id) } }),
      },
      { id: 'trends', group: 'Actions', title: 'Follow scores over time', words: 'trend trends regression change drift history', Icon: TrendingUp, run: () => void navigate({ to: '/trends' }) },
      { id: 'policies', group: 'Actions', title: 'Look at what a policy has learned', words: 'adaptive bandit policy arms strategy reward learn freeze', Icon: Route, run: () => void navigate({ to: '/adaptive' }) },
      { id: 'what-if', group: 'Actions', title: 'Ask a policy what it would choose', words: 'adaptive what-if context features', Icon: Route, run: () => void navigate({ to: '/adaptive', search: { tab: 'what-if' } }) },
      { id: 'grid', group: 'Actions', title: 'Evaluate a full grid of strategies', words: 'adaptive regret oracle cross-fitted off-policy', Icon: Route, run: () => void navigate({ to: '/adaptive', search: { tab: 'grid' } }) },
      { id: 'rules', group: 'Actions', title: 'Choose what Automatic stands for', words: 'adaptive auto family rules override', Icon: Route, run: () => void navigate({ to: '/adaptive', search: { tab: 'auto' } }) },
      { id: 'failures', group: 'Actions', title: 'Show failed samples', Icon: Rows3, run: () => void navigate({ to: '/samples', search: { verdicts: ['failed', 'exception', 'timeout'] } }) },
      { id: 'report', group: 'Actions', title: 'Export a report', words: 'html pdf markdown csv', Icon: FileText, run: () => void navigate({ to: '/reports' }) },
      { id: 'bench', group: 'Actions', title: 'Measure this machine', words: 'benchmark speed throughput', Icon: Timer, run: () => void navigate({ to: '/library', search: { tab: 'benchmarks' } }) },
      { id: 'caches', group: 'Actions', title: 'Clear what is known', words: 'cache caches empty answers executions', Icon: History, run: () => void navigate({ to: '/health' }) },
      { id: 'save-view', group: 'Actions', title: 'Save this view', words: 'bookmark keep address', Icon: BookmarkPlus, run: onSaveView },
      { id: 'arrange-views', group: 'Actions', title: 'Arrange the saved views', words: 'rename reorder delete bookmarks', Icon: Bookmark, run: onArrangeViews },
      { id: 'archived', group: 'Actions', title: 'Show archived runs', words: 'archive put away', Icon: ListChecks, run: () => void navigate({ to: '/runs', search: { place: 'archived' } }) },
      { id: 'deleted', group: 'Actions', title: 'Restore a deleted run', words: 'undelete trash bin', Icon: ListChecks, run: () => void navigate({ to: '/runs', search: { place: 'deleted' } }) },
      { id: 'light', group: 'Actions', title: 'Light theme', Icon: Sun, run: theme('light') },
      { id: 'dark', group: 'Actions', title: 'Dark theme', Icon: Moon, run: theme('dark') },
      { id: 'system', group: 'Actions', title: 'Follow the system’s theme', Icon: SunMoon, run: theme('system') },
      { id: 'help', group: 'Actions', title: 'Keyboard shortcuts', aside: '?', Icon: Keyboard, run: onHelp },
    ]
    for (const view of views ?? []) entries.push({ id: `view-${view.id}`, group: 'Views', title: view.name, aside: view.page, words: view.address, Icon: Bookmark, run: () => goToView(view) })
    for (const room of ROOMS)
      entries.push({ id: `go-${room.id}`, group: 'Go to', title: room.title, aside: `g ${room.key}`, Icon: room.Icon, run: () => void navigate({ to: room.to }) })
    for (const run of runs ?? [])
      entries.push({
        id: `run-${run.id}`,
        group: 'Runs',
        title: run.name,
        aside: run.archived ? 'Archived' : statusName(run.status),
        words: `${run.models.join(' ')} ${run.dataset} ${run.tags.join(' ')} ${run.id}`,
        Icon: ListChecks,
        run: () => void navigate({ to: '/runs/$runId', params: { runId: run.id } }),
      })
    for (const model of status?.models ?? [])
      entries.push({
        id: `model-${model.reference}`,
        group: 'Models',
        title: model.title,
        aside: model.ready ? 'evaluate' : 'not installed',
        words: model.reference,
        Icon: Box,
        run: () => void (model.ready ? navigate({ to: '/evaluate', search: { models: [model.reference] } }) : navigate({ to: '/library', search: { tab: 'models' } })),
      })
    for (const problem of [...(first ?? []), ...(second ?? []), ...(third ?? [])])
      entries.push({
        id: `problem-${problem.dataset}-${problem.id}`,
        group: 'Problems',
        title: problem.id,
        aside: problem.entry_point,
        words: problem.entry_point,
        Icon: Puzzle,
        run: () => void navigate({ to: '/problems/$dataset/$', params: { dataset: problem.dataset, _splat: problem.id } }),
      })
    return entries
  }, [navigate, runs, status, settings, setSettings, onHelp, onSaveView, onArrangeViews, views, goToView, first, second, third])
}
