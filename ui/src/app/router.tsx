import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, type RouterHistory } from '@tanstack/react-router'
import { adaptiveAddress, compareAddress, evaluateAddress, libraryAddress, parseSearch, problemAddress, reportsAddress, runsAddress, samplesAddress, stringifySearch, trendsAddress } from './address'
import { NotFound, PageError } from './PageError'
import { Shell } from './Shell'

const root = createRootRoute({ component: Shell })

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../features/overview/OverviewPage'), 'OverviewPage'),
})
const evaluate = createRoute({
  getParentRoute: () => root,
  path: '/evaluate',
  validateSearch: evaluateAddress,
  component: lazyRouteComponent(() => import('../features/evaluate/EvaluatePage'), 'EvaluatePage'),
})
const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: runsAddress,
  component: lazyRouteComponent(() => import('../features/run/RunsPage'), 'RunsPage'),
})
const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$runId',
  component: lazyRouteComponent(() => import('../features/run/RunPage'), 'RunPage'),
})
const compare = createRoute({
  getParentRoute: () => root,
  path: '/compare',
  validateSearch: compareAddress,
  component: lazyRouteComponent(() => import('../features/compare/ComparePage'), 'ComparePage'),
})
const trends = createRoute({
  getParentRoute: () => root,
  path: '/trends',
  validateSearch: trendsAddress,
  component: lazyRouteComponent(() => import('../features/trends/TrendsPage'), 'TrendsPage'),
})
const adaptive = createRoute({
  getParentRoute: () => root,
  path: '/adaptive',
  validateSearch: adaptiveAddress,
  component: lazyRouteComponent(() => import('../features/adaptive/AdaptivePage'), 'AdaptivePage'),
})
// An id may hold slashes: `HumanEval/0`.
const problem = createRoute({
  getParentRoute: () => root,
  path: '/problems/$dataset/$',
  validateSearch: problemAddress,
  component: lazyRouteComponent(() => import('../features/problem/ProblemPage'), 'ProblemPage'),
})
const samples = createRoute({
  getParentRoute: () => root,
  path: '/samples',
  validateSearch: samplesAddress,
  component: lazyRouteComponent(() => import('../features/samples/SamplesPage'), 'SamplesPage'),
})
const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  validateSearch: reportsAddress,
  component: lazyRouteComponent(() => import('../features/reports/ReportsPage'), 'ReportsPage'),
})
const library = createRoute({
  getParentRoute: () => root,
  path: '/library',
  validateSearch: libraryAddress,
  component: lazyRouteComponent(() => import('../features/library/LibraryPage'), 'LibraryPage'),
})
const health = createRoute({
  getParentRoute: () => root,
  path: '/health',
  component: lazyRouteComponent(() => import('../features/health/HealthPage'), 'HealthPage'),
})
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/settings/SettingsPage'), 'SettingsPage'),
})

const routeTree = root.addChildren([overview, evaluate, runs, run, compare, adaptive, trends, problem, samples, reports, library, health, settings])

/** The router; tests give it a memory history, the window keeps what it shows behind the `#`. */
export function makeRouter(history: RouterHistory = createHashHistory()) {
  return createRouter({
    routeTree,
    history,
    parseSearch,
    stringifySearch,
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: NotFound,
    defaultPendingMs: 300,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
