import type { EarlyStop } from '../../ipc/types'

/** The core's own rule (`EarlyStop::default`). */
export const EARLY_STOP: EarlyStop = { at_least: 5, low: 0.1, high: 0.5, error: 0.05 }

/** What is wrong with a rule, in words; null when nothing is. */
export function earlyStopFault({ at_least, low, high, error }: EarlyStop): string | null {
  if (!(Number.isInteger(at_least) && at_least >= 1)) return 'Stopping early takes a whole number of samples from 1.'
  if (!(low > 0 && high < 1 && low < high)) return 'Stopping early: both shares lie between 0 and 1, the first below the second.'
  if (!(error > 0 && error < 0.5)) return 'Stopping early: the chance of an error lies between 0 and 0.5.'
  return null
}
