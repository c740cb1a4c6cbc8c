import type { AdaptiveAddress } from '../../app/address'
import type { ChoiceRole, GridQuery, RunSummary } from '../../ipc/types'

/** Runs whose strategy was theirs, and not a policy's; with something to learn from. */
export const fixedRuns = (runs: readonly RunSummary[]): RunSummary[] => runs.filter((r) => r.strategy !== 'adaptive' && !r.archived && r.scores.length > 0)

/** Where nothing else is said; the command line's, too. */
export const FOLDS = 10
export const SEED = 0

/** The grid of an address; null while no run of it is there. */
export function gridQuery({ runs, policy, baseline, folds = FOLDS, seed = SEED, own }: AdaptiveAddress, there: readonly RunSummary[]): GridQuery | null {
  const ids = (runs ?? []).filter((id) => there.some((r) => r.id === id))
  return ids.length === 0 ? null : { runs: ids, policy: policy ?? null, baseline: baseline ?? null, folds, seed, own_choices: own ?? false }
}

/** Those that together ask one model by the most strategies, the newest run of each: what a first visit would want. */
export function proposed(runs: readonly RunSummary[]): string[] {
  const byModel = new Map<string, Map<string, RunSummary>>()
  const whole = fixedRuns(runs).filter((r) => r.status === 'completed')
  whole.sort((a, b) => b.created_at.localeCompare(a.created_at))
  for (const run of whole)
    for (const model of run.models) {
      const key = `${run.dataset}/${run.dataset_version}/${model}`
      const byStrategy = byModel.get(key) ?? new Map<string, RunSummary>()
      if (!byStrategy.has(run.strategy)) byStrategy.set(run.strategy, run)
      byModel.set(key, byStrategy)
    }
  const most = [...byModel.values()].sort((a, b) => b.size - a.size)[0]
  return most === undefined || most.size < 2 ? [] : [...most.values()].map((r) => r.id)
}

const roles: Record<ChoiceRole, string> = {
  adaptive: 'by the policy, cross-fitted',
  fixed: 'the same everywhere',
  best_fixed: 'best on the other folds',
  random: 'any, with the same chance',
  oracle: 'nobody can know that',
}

export const roleInWords = (role: ChoiceRole): string => roles[role]
