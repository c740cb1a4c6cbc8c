import type { PairView, RunSummary, ScoreView } from '../../ipc/types'

/** The model a line stands for, when it stands for one. */
export function modelOfScore(score: Pick<ScoreView, 'key' | 'runs'>, runs: readonly Pick<RunSummary, 'id' | 'models'>[]): string | null {
  const models = [...new Set(runs.filter((r) => score.runs.includes(r.id)).flatMap((r) => r.models))]
  if (models.length === 1) return models[0] ?? null
  // Longest first: one reference may be the beginning of another.
  return models.sort((a, b) => b.length - a.length).find((m) => score.key.includes(m)) ?? null
}

/** What a pair says. A difference that is not significant is none, whichever way it points. */
export function verdictOnPair(pair: Pick<PairView, 'significant' | 'diff'>): 'first' | 'second' | 'none' {
  if (!pair.significant || pair.diff === 0) return 'none'
  return pair.diff > 0 ? 'first' : 'second'
}
