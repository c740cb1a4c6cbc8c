import type { SandboxGauges } from '../../ipc/types'

interface Reading {
  /** Milliseconds. */
  at: number
  executed: number
}

/** The executor's newest gauges, with what its speed is told from. */
export interface Gauged {
  gauges: SandboxGauges | null
  readings: readonly Reading[]
}

/** Over how long the speed is taken: shorter jumps about, longer lags. */
const SPAN_MS = 10_000

/** New gauges on top of those before. */
export function gauged(before: Gauged | undefined, gauges: SandboxGauges | null, at: number): Gauged {
  if (gauges === null) return { gauges, readings: [] }
  const kept = (before?.readings ?? []).filter((r) => at - r.at <= SPAN_MS && r.executed <= gauges.executed)
  return { gauges, readings: [...kept, { at, executed: gauges.executed }] }
}

/** Programs a second; null until there are two readings. */
export function programsPerSecond({ readings }: Gauged): number | null {
  const first = readings[0]
  const last = readings[readings.length - 1]
  if (!first || !last || last.at <= first.at) return null
  return ((last.executed - first.executed) * 1000) / (last.at - first.at)
}
