import * as Plot from '@observablehq/plot'
import type { TimeLine, TimePoint, Timeline } from '../ipc/types'
import type { PlotOptions } from './plot'
import { shareOf } from './scatter'

const LETTER = 6.7
const RADIUS = 5.5
/** Between the middles of two names at the lines' ends. */
const STEP = 17
/** Lines beyond so many have no name of their own: there is no room for more. */
const NAMES = 18

/** Where the names at the lines' ends stand: beside their last points, moved apart where they would touch, inside of the plot. */
export function placeEnds(wanted: readonly number[], top: number, bottom: number): number[] {
  const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y)
  let free = top
  for (const end of order) {
    end.y = Math.max(end.y, free)
    free = end.y + STEP
  }
  let room = bottom
  for (const end of [...order].reverse()) {
    end.y = Math.min(end.y, room)
    room = end.y - STEP
  }
  const placed = new Array<number>(wanted.length)
  for (const end of order) placed[end.i] = end.y
  return placed
}

interface Placed {
  point: TimePoint
  line: TimeLine
}

/** Lines over time: dots with their intervals, triangles where a step is significant, dashes where a level changed. */
export function plotTimeline({ x, y, lines }: Timeline, { width, theme }: PlotOptions): SVGSVGElement {
  const several = lines.length > 1
  const longest = Math.max(0, ...lines.map((l) => l.label.length))
  const marginLeft = Math.round(Math.max(30, ...y.ticks.map((t) => t.label.length * LETTER)) + 12)
  const marginRight = several && width >= 520 ? Math.round(Math.min(longest * LETTER + 30, width * 0.3)) : 18
  const marginTop = 30
  const marginBottom = 48
  const height = Math.round(Math.min(400, Math.max(280, width * 0.42)))
  const area = { left: marginLeft, top: marginTop, right: width - marginRight, bottom: height - marginBottom }
  const px = (value: number) => area.left + shareOf(x, 'linear', value) * (area.right - area.left)
  const py = (value: number) => area.bottom - shareOf(y, 'linear', value) * (area.bottom - area.top)
  const colour = ({ line }: Placed) => line.color[theme]
  const points: Placed[] = lines.flatMap((line) => line.points.map((point) => ({ line, point })))
  const stepped = points.filter(({ point }) => point.step !== null)
  // Worse stands below its interval where there is room, better above.
  const below = ({ point }: Placed) => point.step?.is_worse === true && py(point.y_low) + 30 <= area.bottom
  const levels = lines.flatMap((line) => {
    const [first, last] = [line.points[0], line.points[line.points.length - 1]]
    const c = line.change
    return c && first && last
      ? [
          { x1: first.x, x2: c.x, y1: c.before, y2: c.before },
          { x1: c.x, x2: c.x, y1: c.before, y2: c.after },
          { x1: c.x, x2: last.x, y1: c.after, y2: c.after },
        ]
      : []
  })
  const change = several ? null : (lines[0]?.change ?? null)
  // The label of the change stands beside the higher level, on the side where the line is lower, unless there is no room.
  const long = (change?.label.length ?? 0) * 6.2
  const fell = change !== null && change.after < change.before
  const leftOf = change !== null && !((fell && px(change.x) + 10 + long <= area.right) || px(change.x) - 10 - long < area.left)
  const ended = lines.filter((l) => l.points.length > 0).slice(0, NAMES)
  const lastOf = (line: TimeLine) => line.points[line.points.length - 1] as TimePoint
  const ends = several && width >= 520 ? placeEnds(ended.map((l) => py(lastOf(l).y)), area.top, area.bottom) : []
  const most = Math.floor((marginRight - 26) / LETTER)
  // A label that would touch its neighbour, or leave the drawing, is left out.
  let free = 0
  const xTicks = x.ticks.filter((t) => {
    const half = (t.label.length * LETTER) / 2
    if (px(t.value) - half < free || px(t.value) + half > width) return false
    free = px(t.value) + half + 8
    return true
  })
  const svg = Plot.plot({
    className: 'figure-plot',
    width,
    height,
    marginLeft,
    marginRight,
    marginTop,
    marginBottom,
    style: { background: 'transparent', overflow: 'visible' },
    x: { domain: [x.min, x.max], axis: null },
    y: { domain: [y.min, y.max], axis: null },
    color: { type: 'identity' },
    marks: [
      Plot.ruleY(y.ticks, { y: 'value', className: 'fig-grid' }),
      Plot.ruleX(x.ticks, { x: 'value', className: 'fig-grid' }),
      Plot.text(y.ticks, { y: 'value', text: 'label', frameAnchor: 'left', textAnchor: 'end', dx: -8, className: 'fig-tick' }),
      Plot.text(xTicks, { x: 'value', text: 'label', frameAnchor: 'bottom', dy: 17, className: 'fig-tick' }),
      Plot.text([x.label], { frameAnchor: 'bottom', dy: 38, className: 'fig-axis' }),
      Plot.text([y.label], { frameAnchor: 'top-left', textAnchor: 'start', dx: -marginLeft, dy: -22, className: 'fig-axis' }),
      Plot.link(levels, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', className: 'fig-front' }),
      ...(change ? [Plot.text([change], { x: 'x', y: (c) => Math.max(c.before, c.after), text: 'label', textAnchor: leftOf ? 'end' : 'start', dx: leftOf ? -8 : 8, className: 'fig-reference' })] : []),
      Plot.line(points, { x: (p: Placed) => p.point.x, y: (p: Placed) => p.point.y, z: (p: Placed) => p.line.key, stroke: colour, strokeWidth: 1.2, strokeOpacity: 0.7, className: 'fig-path' }),
      Plot.link(points, { x1: (p: Placed) => p.point.x, x2: (p: Placed) => p.point.x, y1: (p: Placed) => p.point.y_low, y2: (p: Placed) => p.point.y_high, stroke: colour, strokeWidth: 2.2, strokeOpacity: 0.5, className: 'fig-interval' }),
      Plot.dot(points, {
        x: (p: Placed) => p.point.x,
        y: (p: Placed) => p.point.y,
        r: RADIUS,
        sort: null,
        // What is muted is hollow too: colour is never alone.
        fill: (p: Placed) => (p.point.emphasis === 'muted' ? 'var(--surface)' : colour(p)),
        stroke: colour,
        strokeWidth: 2,
        className: 'fig-dot',
      }),
      ...stepped.flatMap((p) => {
        const down = below(p)
        const edge = down ? p.point.y_low : p.point.y_high
        const step = p.point.step as NonNullable<TimePoint['step']>
        const at = { x: () => p.point.x, y: () => edge }
        return [
          Plot.dot([p], { ...at, dy: down ? 10 : -10, r: 5, symbol: 'triangle', rotate: step.is_worse ? 180 : 0, fill: step.color[theme], className: 'fig-step' }),
          Plot.text([p], { ...at, dy: down ? 24 : -24, text: () => step.label, fill: step.color[theme], className: 'fig-step-label' }),
        ]
      }),
      ...ended.slice(0, ends.length).map((line, i) => {
        const at = ends[i] as number
        const dy = at - py(lastOf(line).y)
        return Plot.text([line], { x: () => lastOf(line).x, y: () => lastOf(line).y, text: () => short(line.label, most), textAnchor: 'start', dx: area.right - px(lastOf(line).x) + 15, dy, className: 'fig-end' })
      }),
      ...ended.slice(0, ends.length).map((line, i) =>
        Plot.dot([line], { x: () => lastOf(line).x, y: () => lastOf(line).y, r: 3.5, dx: area.right - px(lastOf(line).x) + 7, dy: (ends[i] as number) - py(lastOf(line).y), fill: line.color[theme], className: 'fig-end-dot' }),
      ),
    ],
  }) as SVGSVGElement
  const dots = svg.querySelectorAll<SVGElement>('.fig-dot circle')
  points.forEach(({ point, line }, i) => {
    const dot = dots[i]
    if (!dot) return
    dot.setAttribute('tabindex', '0')
    dot.setAttribute('role', 'img')
    dot.setAttribute('aria-label', point.description)
    dot.dataset.keys = `${line.key}\n${point.key}`
    dot.dataset.testid = 'figure-mark'
    dot.dataset.value = String(point.y)
    dot.dataset.emphasis = point.emphasis
    dot.dataset.step = point.step === null ? 'none' : point.step.is_worse ? 'worse' : 'better'
  })
  return svg
}

/** A label that loses its middle where it is too long: both ends of a model's name tell it apart. */
function short(label: string, most: number): string {
  if (label.length <= most) return label
  const head = Math.ceil((most - 1) / 2)
  return `${label.slice(0, head)}…${label.slice(label.length - (most - 1 - head))}`
}
