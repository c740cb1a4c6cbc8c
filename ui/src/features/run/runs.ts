import type { RunStatus, RunSummary } from '../../ipc/types'

/** What every page asks of runs. */

export const canResume = (status: RunStatus): boolean => status === 'cancelled' || status === 'interrupted' || status === 'failed'

/** Runs that have something to compare or report. */
export const scored = (runs: readonly RunSummary[]): RunSummary[] => runs.filter((r) => r.scores.length > 0 && r.progress.done > 0)

/**
 * The chosen runs that are there; when none was chosen, the newest ones of the data set that the newest
 * scored run used, so that a page is never needlessly empty.
 */
export function chosenRuns(runs: readonly RunSummary[], ids: readonly string[] | undefined, most = 6): RunSummary[] {
  const usable = scored(runs)
  if (ids) return usable.filter((r) => ids.includes(r.id))
  const newest = usable.find((r) => r.status !== 'running')
  return newest ? usable.filter((r) => r.dataset === newest.dataset && r.status !== 'running').slice(0, most) : []
}
