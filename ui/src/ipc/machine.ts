import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { BenchState } from './bench'
import { keys, useBackend } from './hooks'
import type { CacheKind, RunnerBench } from './types'

/** The program and the machine it runs on: health, caches, measurements. */

/** Asked anew every two seconds while somebody looks. */
export function useHealth() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.health, queryFn: () => ipc.health(), refetchInterval: 2_000 })
}

export function useCaches() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.caches, queryFn: () => ipc.caches(), staleTime: 5_000 })
}

export function useCacheCommands() {
  const { ipc } = useBackend()
  const client = useQueryClient()
  // The limit is one of the settings.
  const refresh = () => Promise.all([keys.caches, keys.health, keys.settings].map((queryKey) => client.invalidateQueries({ queryKey })))
  const clear = useMutation({ mutationFn: (only: CacheKind | null) => ipc.clearCaches(only), onSuccess: refresh })
  const limit = useMutation({ mutationFn: (megabytes: number) => ipc.setCacheLimit(megabytes), onSuccess: refresh })
  return { clear, limit }
}

export function useBenchRuns() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.bench, queryFn: () => ipc.benchRuns(), staleTime: 60_000 })
}

/** The measurement that is on, or was last. */
export function useBench(): BenchState & { start: (work: RunnerBench) => void; cancel: () => void } {
  const { bench } = useBackend()
  const state = useSyncExternalStore(
    useCallback((listener) => bench.subscribe(listener), [bench]),
    () => bench.get(),
  )
  return useMemo(() => ({ ...state, start: (work) => void bench.start(work), cancel: () => bench.cancel() }), [state, bench])
}
