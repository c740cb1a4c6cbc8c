import { useCallback, useRef, useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { keys, taskName, useBackend, useRuns } from './hooks'
import type { GridQuery, PolicySetup, RunId, SampleId, StrategyId, TaskProgress, WhatIfQuery } from './types'

/** Policies that choose strategies, what they are worth, and the rules `auto` goes by. */

/** A run that is on may be teaching a policy. */
function useWhileRunning(): number | false {
  return useRuns().data?.some((r) => r.status === 'running') ? 5_000 : false
}

export function usePolicies() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: [...keys.adaptive, 'policies'], queryFn: () => ipc.listPolicies(), staleTime: 5_000, refetchInterval: useWhileRunning() })
}

export function usePolicy(name: string | null) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: [...keys.adaptive, 'policy', name],
    queryFn: () => ipc.getPolicy(name ?? ''),
    enabled: name !== null,
    staleTime: 5_000,
    refetchInterval: useWhileRunning(),
  })
}

export function useUsualSetup(enabled = true) {
  const { ipc } = useBackend()
  return useQuery({ queryKey: [...keys.adaptive, 'usual'], queryFn: () => ipc.usualPolicySetup(), enabled, staleTime: Infinity })
}

export function usePolicyCommands() {
  const { ipc } = useBackend()
  const client = useQueryClient()
  const onSuccess = () => client.invalidateQueries({ queryKey: keys.adaptive })
  const create = useMutation({ mutationFn: ({ name, setup }: { name: string; setup: PolicySetup }) => ipc.createPolicy(name, setup), onSuccess })
  const reset = useMutation({ mutationFn: ({ name, setup }: { name: string; setup: PolicySetup | null }) => ipc.resetPolicy(name, setup), onSuccess })
  const freeze = useMutation({ mutationFn: ({ name, frozen }: { name: string; frozen: boolean }) => ipc.freezePolicy(name, frozen), onSuccess })
  const remove = useMutation({ mutationFn: (name: string) => ipc.deletePolicy(name), onSuccess })
  const save = useMutation({ mutationFn: ({ name, path }: { name: string; path: string }) => ipc.exportPolicy(name, path) })
  const bring = useMutation({ mutationFn: ({ path, name }: { path: string; name: string | null }) => ipc.importPolicy(path, name), onSuccess })
  const teach = useMutation({ mutationFn: ({ name, runs }: { name: string; runs: RunId[] }) => ipc.teachPolicy(name, runs), onSuccess })
  return { create, reset, freeze, remove, save, bring, teach }
}

/** Every decision made again, with how far that is and a way to stop it. */
export function useReplay() {
  const { ipc } = useBackend()
  const [progress, setProgress] = useState<TaskProgress | null>(null)
  const task = useRef('')
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: (name: string) => {
      task.current = taskName('replay')
      setProgress({ message: 'starting', fraction: null })
      return ipc.replayPolicy(name, task.current, setProgress)
    },
    onSettled: () => setProgress(null),
  })
  const cancel = useCallback(() => void ipc.cancelTask(task.current), [ipc])
  return { start: mutate, found: data, error, running: isPending, progress, cancel, reset }
}

/** Why a sample was asked as it was; null where no policy chose. */
export function useDecision(sample: SampleId | null) {
  const { ipc } = useBackend()
  return useQuery({ queryKey: [...keys.adaptive, 'decision', sample], queryFn: () => ipc.getDecision(sample as SampleId), enabled: sample !== null, staleTime: 30_000 })
}

export function useWhatIf(query: WhatIfQuery | null) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: [...keys.adaptive, 'what-if', query],
    queryFn: () => ipc.whatIf(query as WhatIfQuery),
    enabled: query !== null,
    placeholderData: (before) => (query === null ? undefined : before),
    staleTime: 30_000,
  })
}

interface GridTask {
  task: string
  progress: TaskProgress
}

/** A full grid, evaluated once it is asked for. What comes of it, and how far it is, outlives the page. */
export function useGrid(query: GridQuery | null, asked: boolean) {
  const { ipc } = useBackend()
  const client = useQueryClient()
  const at = ['grid-task', query]
  const grid = useQuery({
    queryKey: ['grid', query],
    queryFn: () => {
      const task = taskName('grid')
      const tell = (progress: TaskProgress) => client.setQueryData<GridTask>(at, { task, progress })
      tell({ message: 'starting', fraction: null })
      return ipc.evaluateGrid(query as GridQuery, task, tell)
    },
    enabled: query !== null && asked,
    staleTime: Infinity,
    retry: false,
  })
  const under = useQuery<GridTask | null>({ queryKey: at, queryFn: () => null, enabled: false }).data
  return { grid, progress: grid.isFetching ? (under?.progress ?? null) : null, cancel: () => void (under && ipc.cancelTask(under.task)) }
}

export function useFamilyRules() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: [...keys.adaptive, 'rules'], queryFn: () => ipc.familyRules(), staleTime: 30_000 })
}

export function useSetFamilyRule() {
  const { ipc } = useBackend()
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ kind, strategy }: { kind: string; strategy: StrategyId | null }) => ipc.setFamilyRule(kind, strategy),
    onSuccess: () => Promise.all([keys.adaptive, keys.prompt, keys.estimate].map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
}
