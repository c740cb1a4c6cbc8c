import type { CompareBy, RunSummary } from '../../ipc/types'

/**
 * The baseline where it is among what is compared, else null: an address may name one of other runs. A strategy's is
 * kept only while the scores have it, for runs do not say which strategies `auto` became.
 */
export function baselineAmong(baseline: string | undefined, by: CompareBy, runs: readonly Pick<RunSummary, 'id' | 'models' | 'languages'>[], known: readonly string[]): string | null {
  if (baseline === undefined) return null
  if (known.includes(baseline)) return baseline
  if (by === 'series') return runs.some((r) => baseline.startsWith(`${r.id}/`) && r.models.some((m) => baseline.endsWith(`/${m}`))) ? baseline : null
  if (by === 'model') return runs.some((r) => r.models.includes(baseline)) ? baseline : null
  if (by === 'language') return runs.some((r) => r.languages.includes(baseline)) ? baseline : null
  return null
}
