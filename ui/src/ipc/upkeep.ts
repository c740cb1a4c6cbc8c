import { useCallback, useRef, useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { keys, taskName, useBackend } from './hooks'
import type { RunId, SavedView, SplitBy, TaskProgress } from './types'

// What people make of their runs: names, notes, tags, the archive, deletion, merging, splitting; and saved views.

/** Everything that shows runs, or is made of them. */
const OF_RUNS = [keys.runs, keys.status, ['run'], keys.samples, keys.comparison, keys.trends, keys.adaptive, keys.preview, keys.deleted, keys.plans] as const

function useRefreshRuns() {
  const client = useQueryClient()
  return useCallback(async () => void (await Promise.all(OF_RUNS.map((queryKey) => client.invalidateQueries({ queryKey })))), [client])
}

export function useUpkeepCommands() {
  const { ipc } = useBackend()
  const onSuccess = useRefreshRuns()
  const rename = useMutation({ mutationFn: ({ run, name }: { run: RunId; name: string }) => ipc.renameRun(run, name), onSuccess })
  const note = useMutation({ mutationFn: ({ run, note }: { run: RunId; note: string }) => ipc.noteRun(run, note), onSuccess })
  const tag = useMutation({ mutationFn: ({ runs, add, remove }: { runs: RunId[]; add: string[]; remove: string[] }) => ipc.tagRuns(runs, add, remove), onSuccess })
  const archive = useMutation({ mutationFn: ({ runs, archived }: { runs: RunId[]; archived: boolean }) => ipc.archiveRuns(runs, archived), onSuccess })
  // Nobody waits for the lists: the page of a deleted run is left at once.
  const remove = useMutation({ mutationFn: (runs: RunId[]) => ipc.deleteRuns(runs), onSuccess: () => void onSuccess() })
  const restore = useMutation({ mutationFn: (runs: RunId[]) => ipc.restoreRuns(runs), onSuccess })
  const purge = useMutation({ mutationFn: (runs: RunId[]) => ipc.purgeRuns(runs), onSuccess })
  const undoRegroup = useMutation({ mutationFn: (runs: RunId[]) => ipc.undoRegroup(runs), onSuccess })
  return { rename, note, tag, archive, remove, restore, purge, undoRegroup }
}

export function useDeletedRuns() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.deleted, queryFn: () => ipc.listDeletedRuns(), staleTime: 5_000 })
}

/** What a merge of these runs will make; nothing is asked while there are none. */
export function useMergePlan(runs: readonly RunId[]) {
  const { ipc } = useBackend()
  return useQuery({ queryKey: [...keys.plans, 'merge', runs], queryFn: () => ipc.planMerge([...runs]), enabled: runs.length > 0, retry: false })
}

export function useSplitPlan(run: RunId | null, by: SplitBy) {
  const { ipc } = useBackend()
  return useQuery({ queryKey: [...keys.plans, 'split', run, by], queryFn: () => ipc.planSplit(run as RunId, by), enabled: run !== null, retry: false })
}

/** Merging and splitting, with how far they are and a way to stop them: then nothing was changed. */
export function useRegroup() {
  const { ipc } = useBackend()
  const onSuccess = useRefreshRuns()
  const [progress, setProgress] = useState<TaskProgress | null>(null)
  const task = useRef('')
  const begin = () => {
    task.current = taskName('regroup')
    setProgress({ message: 'starting', fraction: null })
    return task.current
  }
  const onSettled = () => setProgress(null)
  const merge = useMutation({ mutationFn: ({ runs, name }: { runs: RunId[]; name: string | null }) => ipc.mergeRuns(runs, name, begin(), setProgress), onSuccess: () => void onSuccess(), onSettled })
  const split = useMutation({ mutationFn: ({ run, by }: { run: RunId; by: SplitBy }) => ipc.splitRun(run, by, begin(), setProgress), onSuccess: () => void onSuccess(), onSettled })
  const cancel = useCallback(() => void ipc.cancelTask(task.current), [ipc])
  return { merge, split, progress, cancel }
}

// Saved views

export function useViews() {
  const { ipc } = useBackend()
  return useQuery({ queryKey: keys.views, queryFn: () => ipc.listViews(), staleTime: 60_000 })
}

export function useViewCommands() {
  const { ipc } = useBackend()
  const client = useQueryClient()
  const onSuccess = () => client.invalidateQueries({ queryKey: keys.views })
  const save = useMutation({ mutationFn: ({ name, address, replace }: { name: string; address: string; replace: boolean }) => ipc.saveView(name, address, replace), onSuccess })
  const rename = useMutation({ mutationFn: ({ id, name }: { id: number; name: string }) => ipc.renameView(id, name), onSuccess })
  const move = useMutation({ mutationFn: ({ id, to }: { id: number; to: number }) => ipc.moveView(id, to), onSuccess })
  const remove = useMutation({ mutationFn: (id: number) => ipc.deleteView(id), onSuccess })
  /** As it was, in the place it had. */
  const restore = useMutation({
    mutationFn: async ({ view, place }: { view: SavedView; place: number }) => {
      const made = await ipc.saveView(view.name, view.address, false)
      await ipc.moveView(made.id, place)
    },
    onSuccess,
  })
  return { save, rename, move, remove, restore }
}
