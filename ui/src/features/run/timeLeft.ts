import type { RunProgress } from '../../ipc/types'

type Unit = 's' | 'min' | 'h'

/** As coarse as an estimate is: five seconds, minutes, tenths of hours. */
function coarse(seconds: number): [text: string, unit: Unit] {
  if (seconds < 118) return [String(Math.max(5, Math.round(seconds / 5) * 5)), 's']
  if (seconds < 90 * 60) return [String(Math.round(seconds / 60)), 'min']
  return [(seconds / 3600).toFixed(1), 'h']
}

function between(low: number, high: number): string | null {
  const [from, unit] = coarse(low)
  const [to, last] = coarse(high)
  if (unit !== last) return `between ${from} ${unit} and ${to} ${last}`
  return from === to ? null : `between ${from} and ${to} ${unit}`
}

export interface TimeLeft {
  /** `about 12 min`; null while nothing is known. */
  about: string | null
  /** How sure that is: `between 10 and 15 min`; or why nothing is known. */
  range: string | null
}

/** How long a run will go on, with how far that may be wrong. */
export function timeLeft({ paused, remaining_s, remaining_low_s, remaining_high_s }: RunProgress): TimeLeft {
  if (paused) return { about: null, range: 'not while it is paused' }
  if (remaining_s === null) return { about: null, range: 'not known yet' }
  const about = `about ${coarse(remaining_s).join(' ')}`
  if (remaining_low_s === null) return { about, range: null }
  if (remaining_high_s === null) return { about, range: `at least ${coarse(remaining_low_s).join(' ')}` }
  return { about, range: between(remaining_low_s, remaining_high_s) }
}
