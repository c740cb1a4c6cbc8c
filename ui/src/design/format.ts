/** Numbers, durations, sizes and dates as the window writes them. */

const whole = new Intl.NumberFormat('en-US')

export function count(n: number): string {
  return whole.format(n)
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

/**
 * Rounded as figures, reports and the command line are: what lies in the middle of two goes to the even one. 10 of 160 is
 * 6.2 everywhere, not 6.3 here and 6.2 in the figure beside it.
 */
function rounded(value: number, decimals: number): string {
  const steps = Math.abs(value) * 10 ** decimals
  // Only a number that binary fractions hold exactly can lie in the middle of two; of all others toFixed knows the nearer one.
  const isMiddle = Number.isInteger(value * 2 ** (decimals + 1)) && steps % 1 === 0.5
  if (!isMiddle || Math.floor(steps) % 2 === 1) return value.toFixed(decimals)
  return ((Math.sign(value) * Math.floor(steps)) / 10 ** decimals).toFixed(decimals)
}

/** A share in [0, 1] as a percentage; one decimal unless told otherwise. */
export function percent(share: number, decimals = 1): string {
  return `${rounded(share * 100, decimals)}\u202f%`
}

/** A share without its sign, for columns whose heading says %. */
export function points(share: number, decimals = 1): string {
  return rounded(share * 100, decimals)
}

/** A difference of shares in percentage points, with its sign; a true minus, not a hyphen. */
export function signedPoints(difference: number, decimals = 1): string {
  const text = rounded(Math.abs(difference * 100), decimals)
  if (Number(text) === 0) return `${text}`
  return `${difference > 0 ? '+' : '\u2212'}${text}`
}

/** An interval of shares: `38.2 – 61.9`. */
export function interval(low: number, high: number, decimals = 1): string {
  return `${points(low, decimals)}\u2009–\u2009${points(high, decimals)}`
}

/** An interval of signed differences. */
export function signedInterval(low: number, high: number, decimals = 1): string {
  return `${signedPoints(low, decimals)} to ${signedPoints(high, decimals)}`
}

/** A p-value: three digits, never `0`. */
export function pValue(p: number): string {
  if (p < 0.001) return '<\u20090.001'
  return p.toFixed(3)
}

/** Seconds, coarser the longer: `0.4 s`, `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < 1) return `${seconds.toFixed(1)} s`
  const s = Math.round(seconds)
  if (s < 60) return `${s} s`
  const minutes = Math.floor(s / 60)
  if (minutes < 60) return `${minutes} min ${String(s % 60).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

/** Milliseconds: `3.2 ms`, `412 ms`, `2.4 s`. */
export function milliseconds(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
}

/** US dollars: `$12.30`, `$0.42`, `$0`; less than ten cents with two digits that count: `$0.0042`. */
export function dollars(usd: number): string {
  if (usd === 0) return '$0'
  if (usd < 0.000001) return '<\u2009$0.000001'
  if (usd < 0.1) return `$${usd.toFixed(Math.min(7, 1 - Math.floor(Math.log10(usd))))}`
  return `$${usd >= 1000 ? count(Math.round(usd)) : usd.toFixed(2)}`
}

/** A sum of costs; one that lacks some says so. The same words as the engine's. */
export interface Spending {
  cost_usd: number | null
  costs_known: number
  costs_unknown: number
}

/** `at least $1.20 (cost of 3 of 40 answers unknown)`; null where nothing is known. */
export function spending({ cost_usd, costs_known, costs_unknown }: Spending): string | null {
  if (cost_usd === null) return null
  if (costs_unknown === 0) return dollars(cost_usd)
  return `at least ${dollars(cost_usd)} (cost of ${count(costs_unknown)} of ${count(costs_known + costs_unknown)} answers unknown)`
}

/** The same for a narrow column, whose title has the whole: `≥ $1.20`. */
export function spendingShort(spent: Spending): string | null {
  if (spent.cost_usd === null) return null
  return `${spent.costs_unknown > 0 ? '\u2265\u2009' : ''}${dollars(spent.cost_usd)}`
}

/** From one amount to another; one of them when they are written the same. */
export function dollarRange(low: number, high: number): string {
  const [from, to] = [dollars(low), dollars(high)]
  return from === to ? from : `${from}\u2009–\u2009${to}`
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = n
  let unit = -1
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit] ?? ''}`
}

const dayAndTime = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
const dayYearTime = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' })

/** An RFC 3339 instant in local time; the year only when it is not this one. */
export function when(iso: string, now: Date = new Date()): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  return (date.getFullYear() === now.getFullYear() ? dayAndTime : dayYearTime).format(date)
}

/** `just now`, `5 min ago`, `3 h ago`, then the date. */
export function ago(iso: string, now: Date = new Date()): string {
  const seconds = (now.getTime() - new Date(iso).getTime()) / 1000
  if (Number.isNaN(seconds)) return iso
  if (seconds < 60) return 'just now'
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  return when(iso, now)
}

/** A digest short enough for a line; the whole of it belongs in a title. */
export function shortDigest(digest: string): string {
  const hex = digest.replace(/^sha256:/, '')
  return hex.length > 12 ? `${hex.slice(0, 12)}…` : hex
}
