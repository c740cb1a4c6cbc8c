import type { RunOrigin, RunStatus, RunSummary } from '../../ipc/types'

/** What every page asks of runs. */

export const canResume = (status: RunStatus): boolean => status === 'cancelled' || status === 'interrupted' || status === 'failed'

/** Made of other runs: what it lacks only those can do. */
export const madeOfOthers = (origin: RunOrigin): boolean => origin === 'merged' || origin === 'split'

/** Runs that have something to compare or report. */
export const scored = (runs: readonly RunSummary[]): RunSummary[] => runs.filter((r) => r.scores.length > 0 && r.progress.done > 0)

/**
 * The chosen runs that are there; when none was chosen, the newest ones of the data set that the newest
 * scored run used, so that a page is never needlessly empty. What was put away is chosen by name only.
 */
export function chosenRuns(runs: readonly RunSummary[], ids: readonly string[] | undefined, most = 6): RunSummary[] {
  const usable = scored(runs)
  if (ids) return usable.filter((r) => ids.includes(r.id))
  const current = usable.filter((r) => r.status !== 'running' && !r.archived)
  const newest = current[0]
  return newest ? current.filter((r) => r.dataset === newest.dataset).slice(0, most) : []
}

/** Tags that are in use, each in the spelling it is most often met in, in alphabetical order. */
export function knownTags(runs: readonly Pick<RunSummary, 'tags'>[]): string[] {
  const spellings = new Map<string, Map<string, number>>()
  for (const tag of runs.flatMap((r) => r.tags)) {
    const of = spellings.get(tag.toLowerCase()) ?? new Map<string, number>()
    of.set(tag, (of.get(tag) ?? 0) + 1)
    spellings.set(tag.toLowerCase(), of)
  }
  return [...spellings.values()].flatMap((of) => [...of].sort((a, b) => b[1] - a[1])[0]?.[0] ?? []).sort((a, b) => a.localeCompare(b))
}

/** Whether two tags are the same: case does not tell them apart. */
export const sameTag = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
