import * as Plot from '@observablehq/plot'
import { named, type PlotOptions } from '../../design/plot'
import { when } from '../../design/format'
import type { BenchRecord } from '../../ipc/types'
import { times } from './work'

/** The same colours in both themes as marks of figures have. */
const colours = { light: { fast: '#0072b2', slow: '#808893' }, dark: { fast: '#4aa8e8', slow: '#8b94a0' } }

interface Point {
  at: Date
  per_s: number
  way: 'fast' | 'slow'
  record: BenchRecord
}

const written = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 })
const LABELS = { fast: 'all at once', slow: 'one after another' }

/** A scale for rates from a fraction of a sample to thousands: 1, 2 and 5 of each decade. */
export function rateTicks(low: number, high: number): number[] {
  const ticks: number[] = []
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.ceil(Math.log10(high)); decade += 1)
    for (const step of [1, 2, 5]) {
      const tick = step * 10 ** decade
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(Number(tick.toPrecision(1)))
    }
  return ticks
}

/** One measurement in a sentence, for hover and keyboard focus. */
export const inWords = (r: BenchRecord): string =>
  `${when(r.at)}: ${written.format(r.optimised.per_s)} samples a second all at once, ${written.format(r.sequential.per_s)} one after another; ${times(r.speedup)} as fast, 95 % interval ${times(r.speedup_low)} to ${times(r.speedup_high)}.`

/** Samples a second both ways over time; the rates on a logarithmic scale, so that equal steps are equal factors. */
export function plotHistory(records: readonly BenchRecord[], { width, theme }: PlotOptions): SVGSVGElement {
  const ordered = [...records].sort((a, b) => a.at.localeCompare(b.at))
  const points = ordered.flatMap((record): Point[] => {
    const at = new Date(record.at)
    return [
      { at, per_s: record.optimised.per_s, way: 'fast', record },
      { at, per_s: record.sequential.per_s, way: 'slow', record },
    ]
  })
  const rates = points.map((p) => p.per_s)
  const low = Math.min(...rates) / 1.6
  const high = Math.max(...rates) * 1.6
  const instants = ordered.map((r) => new Date(r.at).getTime())
  const first = Math.min(...instants)
  const last = Math.max(...instants)
  // A single measurement stands in the middle of its day.
  const room = Math.max((last - first) * 0.04, 3_600_000 * (first === last ? 12 : 1))
  const newest = ordered[ordered.length - 1] as BenchRecord
  const ends = points.filter((p) => p.record === newest)
  const colour = colours[theme]
  const svg = named(Plot.plot({
    className: 'figure-plot',
    width,
    height: 260,
    marginLeft: 52,
    marginRight: width < 520 ? 20 : 128,
    marginTop: 26,
    marginBottom: 34,
    style: { background: 'transparent', overflow: 'visible' },
    x: { type: 'time', domain: [new Date(first - room), new Date(last + room)], axis: null },
    y: { type: 'log', domain: [low, high], axis: null },
    color: { type: 'identity' },
    marks: [
      Plot.ruleY(rateTicks(low, high), { className: 'fig-grid' }),
      Plot.text(rateTicks(low, high), { y: (d: number) => d, text: (d: number) => written.format(d), frameAnchor: 'left', textAnchor: 'end', dx: -8, className: 'fig-tick' }),
      Plot.text(['samples a second'], { frameAnchor: 'top-left', textAnchor: 'start', dx: -48, dy: -18, className: 'fig-axis' }),
      Plot.axisX({ anchor: 'bottom', label: null, ticks: Math.max(2, Math.floor(width / 140)), tickSize: 0, className: 'fig-tick' }),
      Plot.line(points, { x: 'at', y: 'per_s', z: 'way', stroke: (p: Point) => colour[p.way], strokeWidth: 2, strokeOpacity: 0.55, className: 'fig-interval' }),
      Plot.dot(points, {
        x: 'at',
        y: 'per_s',
        r: 5.5,
        sort: null,
        // The baseline is hollow too: colour is never alone.
        fill: (p: Point) => (p.way === 'slow' ? 'var(--surface)' : colour.fast),
        stroke: (p: Point) => colour[p.way],
        strokeWidth: 2,
        className: 'fig-dot',
      }),
      ...(width < 520 ? [] : [Plot.text(ends, { x: 'at', y: 'per_s', text: (p: Point) => LABELS[p.way], textAnchor: 'start', dx: 12, className: 'fig-value' })]),
    ],
  }) as SVGSVGElement, 'Samples a second by date')
  const dots = svg.querySelectorAll<SVGElement>('.fig-dot circle')
  points.forEach((point, i) => {
    const dot = dots[i]
    if (!dot) return
    dot.dataset.keys = point.record.at
    dot.dataset.testid = 'bench-mark'
    dot.setAttribute('aria-label', inWords(point.record))
    // Both dots of a measurement say the same: one of them is enough for the keyboard.
    if (point.way === 'fast') {
      dot.setAttribute('tabindex', '0')
      dot.setAttribute('role', 'img')
    } else dot.setAttribute('aria-hidden', 'true')
  })
  return svg
}
