import { useEffect, useMemo, useRef, useState } from 'react'
import { Link, Outlet, useNavigate, useRouter, useRouterState } from '@tanstack/react-router'
import {
  Activity,
  ArrowLeft,
  ArrowRight,
  Bookmark,
  ChartNoAxesColumn,
  FileText,
  FlaskConical,
  Gauge,
  Keyboard,
  Library,
  ListChecks,
  Route,
  Rows3,
  Search,
  Settings as SettingsIcon,
  TrendingUp,
  type LucideIcon,
} from 'lucide-react'
import { IconButton } from '../design/components/Button'
import { Kbd, Logo } from '../design/components/Bits'
import { useAllRuns, useRuns, useStatus, useWatchRunning } from '../ipc/hooks'
import { Palette } from '../features/palette/Palette'
import { ArrangeViews } from '../features/views/ArrangeViews'
import { SaveView } from '../features/views/SaveView'
import { ViewLinks } from '../features/views/ViewLinks'
import { keep, keptSearch, type Kept } from './kept'
import { RunTicker } from './RunTicker'
import { ShortcutsHelp } from './ShortcutsHelp'
import { useAppearance } from './theme'
import { useShortcuts, type Shortcut } from './shortcuts'
import './Shell.css'

interface Room {
  to: '/' | '/evaluate' | '/runs' | '/compare' | '/adaptive' | '/trends' | '/samples' | '/reports' | '/library' | '/health' | '/settings'
  id: string
  title: string
  key: string
  Icon: LucideIcon
}

export const ROOMS: readonly Room[] = [
  { to: '/', id: 'overview', title: 'Overview', key: 'o', Icon: Gauge },
  { to: '/evaluate', id: 'evaluate', title: 'Evaluate', key: 'e', Icon: FlaskConical },
  { to: '/runs', id: 'runs', title: 'Runs', key: 'r', Icon: ListChecks },
  { to: '/compare', id: 'compare', title: 'Compare', key: 'c', Icon: ChartNoAxesColumn },
  { to: '/adaptive', id: 'adaptive', title: 'Adaptive', key: 'a', Icon: Route },
  { to: '/trends', id: 'trends', title: 'Trends', key: 't', Icon: TrendingUp },
  { to: '/samples', id: 'samples', title: 'Samples', key: 's', Icon: Rows3 },
  { to: '/reports', id: 'reports', title: 'Reports', key: 'p', Icon: FileText },
  { to: '/library', id: 'library', title: 'Library', key: 'l', Icon: Library },
  { to: '/health', id: 'health', title: 'Health', key: 'h', Icon: Activity },
  { to: '/settings', id: 'settings', title: 'Settings', key: ',', Icon: SettingsIcon },
]

export function Shell() {
  useAppearance()
  const navigate = useNavigate()
  const router = useRouter()
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)
  const [saving, setSaving] = useState(false)
  const [arranging, setArranging] = useState(false)
  const runs = useRuns().data
  useWatchRunning(runs)

  const seen = useRouterState({ select: (s) => s.location })
  const [kept, setKept] = useState<Kept>({})
  const keeps = keep(kept, seen.pathname, seen.search)
  if (keeps !== kept) setKept(keeps)

  const shortcuts = useMemo<Shortcut[]>(
    () => [
      { keys: 'mod+k', what: 'Find anything, do anything', run: () => setPalette((open) => !open) },
      { keys: '?', what: 'Keyboard shortcuts', run: () => setHelp(true) },
      { keys: 'mod+d', what: 'Save this view', run: () => setSaving(true) },
      ...ROOMS.map((room) => ({ keys: `g ${room.key}`, what: `Go to ${room.title}`, run: () => void navigate({ to: room.to, search: keptSearch(keeps, room.to) }) })),
      { keys: 'alt+ArrowLeft', what: 'Back', run: () => router.history.back() },
      { keys: 'alt+ArrowRight', what: 'Forward', run: () => router.history.forward() },
    ],
    [navigate, router, keeps],
  )
  useShortcuts(shortcuts)

  const path = useRouterState({ select: (s) => s.location.pathname })
  const address = useRouterState({ select: (s) => s.location.href })
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    main.current?.scrollTo(0, 0)
    const room = ROOMS.find((r) => r.to !== '/' && path.startsWith(r.to)) ?? ROOMS[0]
    document.title = `${problemOf(path) ?? room?.title ?? 'Overview'} · Assay`
  }, [path])

  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus() }}>
        Skip to the content
      </a>
      <Sidebar kept={keeps} onArrange={() => setArranging(true)} />
      <div className="shell-right">
        <header className="topbar">
          <IconButton label="Back" icon={<ArrowLeft size={16} />} onClick={() => router.history.back()} size="small" />
          <IconButton label="Forward" icon={<ArrowRight size={16} />} onClick={() => router.history.forward()} size="small" />
          <Breadcrumbs />
          <RunTicker />
          <button type="button" className="topbar-search" onClick={() => setPalette(true)} data-testid="open-palette">
            <Search size={14} aria-hidden />
            <span>Find or do…</span>
            <Kbd keys="mod+K" />
          </button>
          <IconButton label="Save this view" icon={<Bookmark size={16} />} onClick={() => setSaving(true)} data-testid="save-view" />
          <IconButton label="Keyboard shortcuts" icon={<Keyboard size={16} />} onClick={() => setHelp(true)} />
        </header>
        <main id="main" ref={main} tabIndex={-1} className="main">
          <Outlet />
        </main>
      </div>
      <Palette open={palette} onClose={() => setPalette(false)} onHelp={() => setHelp(true)} onSaveView={() => setSaving(true)} onArrangeViews={() => setArranging(true)} />
      <SaveView open={saving} address={address} onClose={() => setSaving(false)} />
      <ArrangeViews open={arranging} onClose={() => setArranging(false)} />
      <ShortcutsHelp open={help} onClose={() => setHelp(false)} shortcuts={shortcuts} />
    </div>
  )
}

/** The id of the problem that a page is about, when it is about one. */
function problemOf(path: string): string | undefined {
  const id = /^\/problems\/[^/]+\/(.+)$/.exec(path)?.[1]
  return id === undefined ? undefined : decodeURIComponent(id)
}

function Sidebar({ kept, onArrange }: { kept: Kept; onArrange: () => void }) {
  const status = useStatus().data
  const running = useRuns().data?.filter((r) => r.status === 'running').length ?? 0
  const python = status?.languages.find((l) => l.language === 'python')
  const healthy = status?.engine.ok === true && python?.ready === true
  return (
    <nav className="sidebar" aria-label="Rooms">
      <Link to="/" className="brand" aria-label="Assay, overview">
        <Logo />
        <span className="brand-name">Assay</span>
      </Link>
      <ul>
        {ROOMS.map(({ to, id, title, Icon }) => (
          <li key={id}>
            <Link
              to={to}
              search={keptSearch(kept, to)}
              className="nav-link"
              activeOptions={{ exact: to === '/', includeSearch: false }}
              activeProps={{ 'aria-current': 'page' }}
              data-testid={`nav-${id}`}
              title={title}
            >
              <Icon size={17} strokeWidth={1.9} aria-hidden />
              <span className="nav-text">{title}</span>
              {id === 'runs' && running > 0 && (
                <span className="nav-count" aria-label={`${running} running`}>
                  {running}
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
      <ViewLinks onArrange={onArrange} />
      <div className="sidebar-foot">
        {status && (
          <Link to="/library" search={{ tab: 'sandbox' }} className="health" data-testid="sandbox-health" data-ok={healthy} title={status.engine.detail}>
            <span className={`dot ${healthy ? 'dot-ok' : 'dot-bad'}`} aria-hidden />
            <span className="nav-text">{healthy ? 'Sandbox ready' : 'Sandbox needs care'}</span>
          </Link>
        )}
        {status && <span className="version nav-text num">{status.version}</span>}
      </div>
    </nav>
  )
}

function Breadcrumbs() {
  const path = useRouterState({ select: (s) => s.location.pathname })
  const runs = useAllRuns().data
  const room = ROOMS.find((r) => r.to !== '/' && path.startsWith(r.to)) ?? ROOMS[0]
  const runId = /^\/runs\/([^/]+)/.exec(path)?.[1]
  const run = runId ? runs?.find((r) => r.id === decodeURIComponent(runId)) : undefined
  const problem = problemOf(path)
  return (
    <nav aria-label="Where you are" className="crumbs">
      <ol>
        {runId && (
          <li>
            <Link to="/runs">Runs</Link>
          </li>
        )}
        <li aria-current="page" className="clip">
          {problem ?? (runId ? (run?.name ?? 'Run') : room?.title)}
        </li>
      </ol>
    </nav>
  )
}
