import type { PairView, RunSummary, ScoreView } from '../../ipc/types'

/** The model a line stands for, when it stands for one. */
export function modelOfScore(score: Pick<ScoreView, 'key' | 'runs'>, runs: readonly Pick<RunSummary, 'id' | 'models'>[]): string | null {
  const models = [...new Set(runs.filter((r) => score.runs.includes(r.id)).flatMap((r) => r.models))]
  if (models.length === 1) return models[0] ?? null
  // Longest first: one reference may be the beginning of another.
  return models.sort((a, b) => b.length - a.length).find((m) => score.key.includes(m)) ?? null
}

/** What a pair says, in words; what is not significant is never called better. */
export function inWords(pair: PairView, alpha: number): string {
  if (pair.p === null) return 'Not tested'
  const p = pair.p_adjusted ?? pair.p
  if (pair.significant) return pair.diff > 0 ? 'First is better' : 'Second is better'
  return p < alpha * 2 ? 'No difference shown (close)' : 'No difference shown'
}
