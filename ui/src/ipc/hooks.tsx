import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react'
import { QueryClientProvider, keepPreviousData, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { BenchTask } from './bench'
import { SandboxBuilds, type Build } from './builds'
import { RunFeeds, type RunFeed } from './feed'
import type { Ipc } from './ipc'
import type {
  CustomProvider,
  PreviewRequest,
  Priority,
  RunDetail,
  RunId,
  RunSpec,
  RunSummary,
  SandboxGauges,
  Settings,
  TaskProgress,
} from './types'

interface Backend {
  ipc: Ipc
  feeds: RunFeeds
  builds: SandboxBuilds
  bench: BenchTask
}

const BackendContext = createContext<Backend | null>(null)

export const keys = {
  status: ['status'] as const,
  runs: ['runs'] as const,
  run: (id: RunId) => ['run', id] as const,
  samples: ['samples'] as const,
  comparison: ['comparison'] as const,
  trends: ['trends'] as const,
  /** Policies and rules that choose strategies; a full grid is apart, since it takes a while. */
  adaptive: ['adaptive'] as const,
  preview: ['preview'] as const,
  problems: (dataset: string) => ['problems', dataset] as const,
  doctor: ['doctor'] as const,
  gauges: ['gauges'] as const,
  providers: ['providers'] as const,
  custom: ['custom'] as const,
  strategies: ['strategies'] as const,
  strategy: (id: string) => ['strategy', id] as const,
  prompt: ['prompt'] as const,
  settings: ['settings'] as const,
  secrets: ['secrets'] as const,
  keyVariable: (url: string) => ['key-variable', url] as const,
  estimate: ['estimate'] as const,
  health: ['health'] as const,
  caches: ['caches'] as const,
  bench: ['bench'] as const,
  deleted: ['deleted'] as const,
  plans: ['plans'] as const,
  views: ['views'] as const,
}

export function IpcProvider({ ipc, client, children }: { ipc: Ipc; client: QueryClient; children: ReactNode }) {
  const backend = useMemo<Backend>(() => {
    const refresh = (run: RunId) => {
      for (const queryKey of [keys.runs, keys.run(run), keys.samples, keys.comparison, keys.trends, keys.adaptive, keys.preview, keys.status]) void client.invalidateQueries({ queryKey })
    }
    const built = () => {
      for (const queryKey of [keys.status, keys.doctor]) void client.invalidateQueries({ queryKey })
    }
    const measured = () => void client.invalidateQueries({ queryKey: keys.bench })
    return { ipc, feeds: new RunFeeds(ipc, refresh), builds: new SandboxBuilds(ipc, built), bench: new BenchTask(ipc, measured) }
  }, [ipc, client])
  return (
    <BackendContext value={backend}>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </BackendContext>
  )
}

export function useBackend(): Backend {
  const backend = use(BackendContext)
  if (!backend) throw new Error('an ipc hook outside of IpcProvider')
  return backend
}

/** The system's dialogs and the file browser. */
export function useSystem() {
  const { ipc } = useBackend()
  return useMemo(
    () => ({
      chooseSavePath: ipc.chooseSavePath.bind(ipc),
      chooseFile: ipc.chooseFile.bind(ipc),
      openPath: ipc.openPath.bind(ipc),
      revealPath: ipc.revealPath.bind(ipc),
    }),
    [ipc],
  )
}

// What is installed

export function useStatus() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.status, queryFn: () => ipc.appStatus(), staleTime: 5_000 })
}

export function useProblems(dataset: string | null) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: keys.problems(dataset ?? ''),
    queryFn: () => ipc.listProblems(dataset ?? ''),
    enabled: dataset !== null,
    staleTime: 60_000,
  })
}

export function useDoctor(enabled: boolean) {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.doctor, queryFn: () => ipc.doctor(), enabled, staleTime: 60_000 })
}

export function useModelCommands() {
  const { ipc } = useBackend()
  const client = useQueryClient()
  const refresh = () => Promise.all([client.invalidateQueries({ queryKey: keys.status }), client.invalidateQueries({ queryKey: keys.settings })])
  const check = useMutation({ mutationFn: (reference: string) => ipc.checkModel(reference) })
  const add = useMutation({ mutationFn: (reference: string) => ipc.addModel(reference), onSuccess: refresh })
  const remove = useMutation({ mutationFn: (reference: string) => ipc.removeModel(reference), onSuccess: refresh })
  return { check, add, remove }
}

export function useProviders() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.providers, queryFn: () => ipc.listProviders(), staleTime: Infinity })
}

let nextTask = 0

/** A name for a task that `cancelTask` takes, unlike any before it. */
export function taskName(what: string): string {
  nextTask += 1
  return `${what}-${nextTask}`
}

/** What a provider's server has, asked on demand; `cancel` stops the question. */
export function useOffers() {
  const { ipc } = useBackend()
  const task = useRef('')
  const { mutate, isPending, data, error, reset } = useMutation({
    mutationFn: ({ provider, url }: { provider: string; url: string | null }) => {
      task.current = taskName('offers')
      return ipc.providerModels(provider, url, task.current)
    },
  })
  const cancel = useCallback(() => void ipc.cancelTask(task.current), [ipc])
  return { ask: mutate, asking: isPending, offers: data, error, reset, cancel }
}

/** One prompt sent to a model to try it: its answer so far, and what is known of it at the end. */
export function useTestPrompt(reference: string) {
  const { ipc } = useBackend()
  const [text, setText] = useState('')
  const task = useRef('')
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: (prompt: string) => {
      task.current = taskName('test-prompt')
      const mine = task.current
      setText('')
      return ipc.testPrompt(reference, prompt, mine, (piece) => {
        if (task.current === mine) setText((before) => before + piece)
      })
    },
  })
  const cancel = useCallback(() => void ipc.cancelTask(task.current), [ipc])
  return { send: mutate, running: isPending, text: data?.text ?? text, answer: data, error, cancel }
}

export function useCustomProviders() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.custom, queryFn: () => ipc.listCustomProviders(), staleTime: 60_000 })
}

export function useCustomProviderCommands() {
  const { ipc } = useBackend()
  const client = useQueryClient()
  const refresh = () => Promise.all([keys.custom, keys.status, keys.secrets].map((queryKey) => client.invalidateQueries({ queryKey })))
  const save = useMutation({ mutationFn: (provider: CustomProvider) => ipc.saveCustomProvider(provider), onSuccess: refresh })
  const remove = useMutation({ mutationFn: (id: string) => ipc.removeCustomProvider(id), onSuccess: refresh })
  return { save, remove }
}

// Strategies

export function useStrategies() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.strategies, queryFn: () => ipc.listStrategies(), staleTime: 60_000 })
}

export function useStrategySource(id: string | null) {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.strategy(id ?? ''), queryFn: () => ipc.strategySource(id ?? ''), enabled: id !== null, staleTime: 60_000 })
}

export function useStrategyCommands() {
  const { ipc } = useBackend()
  const client = useQueryClient()
  const refresh = () => Promise.all([keys.strategies, ['strategy'], keys.prompt].map((queryKey) => client.invalidateQueries({ queryKey })))
  const save = useMutation({ mutationFn: ({ id, text }: { id: string; text: string }) => ipc.saveStrategy(id, text), onSuccess: refresh })
  const duplicate = useMutation({ mutationFn: ({ id, newId }: { id: string; newId: string }) => ipc.duplicateStrategy(id, newId), onSuccess: refresh })
  const remove = useMutation({ mutationFn: (id: string) => ipc.deleteStrategy(id), onSuccess: refresh })
  return { save, duplicate, remove }
}

export function usePromptPreview(request: PreviewRequest | null) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: [...keys.prompt, request],
    queryFn: () => ipc.previewPrompt(request as PreviewRequest),
    enabled: request !== null,
    placeholderData: (before) => (request === null ? undefined : before),
    staleTime: 60_000,
  })
}

export function useDatasetCommands() {
  const { ipc } = useBackend()
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: keys.status })
  const verify = useMutation({ mutationFn: (id: string) => ipc.verifyDataset(id), onSuccess: refresh })
  const importFile = useMutation({ mutationFn: ({ path, id }: { path: string; id: string | null }) => ipc.importDataset(path, id), onSuccess: refresh })
  return { verify, importFile }
}

/** The newest build of a language's image since the window was opened. */
export function useBuild(language: string): Build | undefined {
  const { builds } = useBackend()
  return useSyncExternalStore(
    useCallback((listener) => builds.subscribe(listener), [builds]),
    () => builds.get(language),
  )
}

/** All of them, the first started first. */
export function useBuilds(): readonly Build[] {
  const { builds } = useBackend()
  return useSyncExternalStore(
    useCallback((listener) => builds.subscribe(listener), [builds]),
    () => builds.all(),
  )
}

export function useBuildCommands() {
  const { builds } = useBackend()
  return useMemo(() => ({ start: builds.start.bind(builds), cancel: builds.cancel.bind(builds) }), [builds])
}

/** What the executor does, asked about once a second while `on`; `fold` adds each answer to those before. */
export function useGauges<T>(on: boolean, fold: (before: T | undefined, gauges: SandboxGauges | null, at: number) => T): T | undefined {
  const { ipc } = useBackend()
  const client = useQueryClient()
  return useQuery({
    queryKey: keys.gauges,
    queryFn: async () => fold(client.getQueryData<T>(keys.gauges), await ipc.sandboxGauges(), Date.now()),
    enabled: on,
    refetchInterval: 1_000,
    gcTime: 0,
  }).data
}

export type TaskKind = 'model' | 'dataset'

/** A download that shows its progress and can be stopped. */
export function useTask(kind: TaskKind, id: string) {
  const { ipc } = useBackend()
  const client = useQueryClient()
  const task = `${kind}-${id}`
  const [progress, setProgress] = useState<TaskProgress | null>(null)
  const { mutate, mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: async () => {
      setProgress({ message: 'starting', fraction: null })
      if (kind === 'model') await ipc.pullModel(id, task, setProgress)
      else await ipc.pullDataset(id, task, setProgress)
    },
    onSettled: () => {
      setProgress(null)
      void client.invalidateQueries({ queryKey: keys.doctor })
      return client.invalidateQueries({ queryKey: keys.status })
    },
  })
  const cancel = useCallback(() => void ipc.cancelTask(task), [ipc, task])
  return { start: mutate, startAsync: mutateAsync, running: isPending, progress, error, reset, cancel }
}

// Keys of model servers

/** Where keys are. The keyring may be slow or locked: ask for it where it is shown, not at the start. */
export function useKeys() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.secrets, queryFn: () => ipc.listKeys(), staleTime: 5_000 })
}

export function useKeyCommands() {
  const { ipc } = useBackend()
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: keys.secrets })
  // A mutation keeps what it was given: not for longer than it takes, since this is a secret.
  const set = useMutation({ mutationFn: ({ variable, secret }: { variable: string; secret: string }) => ipc.setKey(variable, secret), onSettled: refresh, gcTime: 0 })
  const forget = useMutation({ mutationFn: (variable: string) => ipc.forgetKey(variable), onSettled: refresh })
  const cancel = useCallback((variable: string) => void ipc.cancelTask(`key-${variable}`), [ipc])
  return { set, forget, cancel }
}

/** The variable that holds the key of a server at this address, by the engine's rule; null while it is none. */
export function useKeyVariable(url: string): string | null {
  const { ipc } = useBackend()
  const address = url.trim()
  const found = useQuery({ queryKey: keys.keyVariable(address), queryFn: () => ipc.keyVariable(address), enabled: address !== '', staleTime: Infinity })
  return found.data ?? null
}

// Settings

export function useSettings() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.settings, queryFn: () => ipc.getSettings(), staleTime: Infinity })
}

export function useSetSettings() {
  const { ipc } = useBackend()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (settings: Settings) => ipc.setSettings(settings),
    onMutate: (settings) => {
      const before = client.getQueryData<Settings>(keys.settings)
      client.setQueryData(keys.settings, settings)
      return { before }
    },
    onError: (_error, _settings, context) => {
      if (context?.before) client.setQueryData(keys.settings, context.before)
    },
  })
}

// Runs

const inSight = (runs: RunSummary[]): RunSummary[] => runs.filter((r) => !r.archived)
const everyOne = (runs: RunSummary[]): RunSummary[] => runs

function useRunList(select: (runs: RunSummary[]) => RunSummary[]) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: keys.runs,
    queryFn: () => ipc.listRuns(),
    select,
    staleTime: 5_000,
    // Another front may start runs too.
    refetchInterval: (query) => (query.state.data?.some((r) => r.status === 'running') ? 5_000 : 30_000),
  })
}

/** Every run but archived ones. */
export const useRuns = () => useRunList(inSight)

/** Archived runs, too: for what a person put away and named. */
export const useAllRuns = () => useRunList(everyOne)

export function useRun(id: RunId) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: keys.run(id),
    queryFn: () => ipc.getRun(id),
    staleTime: 5_000,
    // What its events do not tell: what known answers saved, how different the programs are.
    refetchInterval: (query) => (query.state.data?.summary.status === 'running' ? 10_000 : false),
  })
}

/** What did not pass so far, while the run is on; afterwards the run itself tells it. */
export function useRunFailures(run: RunId, live: boolean) {
  const { ipc } = useBackend()
  return useQuery({ queryKey: [...keys.run(run), 'failures'], queryFn: () => ipc.runFailures(run), enabled: live, refetchInterval: 2_000 })
}

export function useEstimate(spec: RunSpec | null) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: [...keys.estimate, spec],
    queryFn: () => ipc.estimate(spec as RunSpec),
    enabled: spec !== null,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
}

export function useRunCommands() {
  const { ipc, feeds } = useBackend()
  const client = useQueryClient()
  const refresh = async () => {
    await Promise.all([keys.runs, keys.status, ['run'], keys.samples, keys.comparison, keys.trends, keys.adaptive].map((queryKey) => client.invalidateQueries({ queryKey })))
  }
  const on = useCallback((event: Parameters<RunFeeds['handle']>[0]) => feeds.handle(event), [feeds])
  const { progress: fetching, cancel: cancelFetch, first } = useStepBefore()
  const start = useMutation({
    mutationFn: async (spec: RunSpec) => {
      await first((task, heard) => ipc.ensureModels(spec, task, heard))
      return ipc.startRun(spec, on)
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.runs }),
  })
  const resume = useMutation({
    mutationFn: async (run: RunId) => {
      await first((task, heard) => ipc.ensureModelsOfRun(run, task, heard))
      return ipc.resumeRun(run, on)
    },
    onSuccess: refresh,
  })
  const cancel = useMutation({ mutationFn: (run: RunId) => ipc.cancelRun(run), onSuccess: refresh })
  // The run's own events tell that it pauses; nobody waits for the lists to be read anew.
  const steered = (run: RunId) => void Promise.all([keys.runs, keys.run(run)].map((queryKey) => client.invalidateQueries({ queryKey })))
  const pause = useMutation({ mutationFn: ({ run, paused }: { run: RunId; paused: boolean }) => ipc.pauseRun(run, paused), onSuccess: (_, { run }) => steered(run) })
  const prioritise = useMutation({
    mutationFn: ({ run, priority }: { run: RunId; priority: Priority }) => ipc.setPriority(run, priority),
    onSuccess: (_, { run, priority }) => {
      client.setQueryData<RunDetail>(keys.run(run), (before) => before && { ...before, priority })
      steered(run)
    },
  })
  const removeExamples = useMutation({ mutationFn: () => ipc.removeSampleWorkspace(), onSuccess: refresh })
  const restoreExamples = useMutation({ mutationFn: () => ipc.restoreSampleWorkspace(), onSuccess: refresh })
  /** The download of models before a run, while it is under way. */
  const fetch = { progress: fetching, cancel: cancelFetch }
  return { start, resume, fetch, cancel, pause, prioritise, removeExamples, restoreExamples }
}

/** A step before another one: its progress, and a way to stop it, which fails both with `cancelled`. */
function useStepBefore() {
  const { ipc } = useBackend()
  const client = useQueryClient()
  const [progress, setProgress] = useState<TaskProgress | null>(null)
  const task = useRef('')
  const first = useCallback(
    async (step: (task: string, heard: (progress: TaskProgress) => void) => Promise<readonly string[]>) => {
      const mine = taskName('models-of-run')
      task.current = mine
      try {
        const brought = await step(mine, setProgress)
        if (brought.length > 0) await client.invalidateQueries({ queryKey: keys.status })
      } finally {
        setProgress(null)
      }
    },
    [client],
  )
  const cancel = useCallback(() => void ipc.cancelTask(task.current), [ipc])
  return { progress, cancel, first }
}

/** What a run's events have told so far. */
export function useRunFeed(run: RunId): RunFeed | undefined {
  const { feeds } = useBackend()
  return useSyncExternalStore(
    useCallback((listener) => feeds.subscribe(listener), [feeds]),
    () => feeds.get(run),
  )
}

/** Listens to every run of the list that is on, whoever started it. */
export function useWatchRunning(runs: readonly RunSummary[] | undefined) {
  const { feeds } = useBackend()
  useEffect(() => {
    for (const run of runs ?? []) if (run.status === 'running') void feeds.watch(run.id)
  }, [runs, feeds])
}
