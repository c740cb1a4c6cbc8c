import * as Plot from '@observablehq/plot'
import type { Axis, Point, Scale, Scatter } from '../ipc/types'
import type { PlotOptions } from './plot'

const LETTER = 6.7
const LINE = 15
const RADIUS = 6

export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

/** Where a value stands between the ends of an axis, from 0 to 1. */
export function shareOf(axis: Pick<Axis, 'min' | 'max'>, scale: Scale, value: number): number {
  const of = (v: number) => (scale === 'log' ? Math.log(Math.max(v, Number.MIN_VALUE)) : v)
  const share = (of(value) - of(axis.min)) / (of(axis.max) - of(axis.min) || 1)
  return Math.min(1, Math.max(0, share))
}

const meet = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

/** Left ends and middles of the dots' labels: beside, above or below each, where they touch nothing that stands there already. */
export function placeLabels(dots: readonly { x: number; y: number; width: number }[], area: Box): { x: number; y: number }[] {
  const around = dots.map((d): Box => ({ left: d.x - RADIUS, top: d.y - RADIUS, right: d.x + RADIUS, bottom: d.y + RADIUS }))
  const taken: Box[] = []
  return dots.map((dot, i) => {
    const boxed = (x: number, y: number): Box => ({ left: x, top: y - LINE / 2, right: x + dot.width, bottom: y + LINE / 2 })
    const right = dot.x + 11
    const left = dot.x - 11 - dot.width
    // Clear of the dot's own interval and of the front, which run level with it.
    const candidates = [12, -12, 26, -26].flatMap((dy) => [
      { x: right, y: dot.y - dy },
      { x: left, y: dot.y - dy },
    ])
    const fits = ({ x, y }: { x: number; y: number }) => {
      const own = boxed(x, y)
      const inside = own.left >= area.left + 2 && own.right <= area.right && own.top >= area.top && own.bottom <= area.bottom
      return inside && !taken.some((t) => meet(own, t)) && !around.some((a, k) => k !== i && meet(own, a))
    }
    const chosen = candidates.find(fits) ?? { x: Math.max(area.left + 2, Math.min(right, area.right - dot.width)), y: Math.max(area.top + LINE / 2, dot.y - 12) }
    taken.push(boxed(chosen.x, chosen.y))
    return chosen
  })
}

/** Dots over two axes with their intervals, and the front that no one beats. */
export function plotScatter({ x, y, x_scale, points, front, better }: Scatter, { width, theme }: PlotOptions): SVGSVGElement {
  const marginLeft = Math.round(Math.max(30, ...y.ticks.map((t) => t.label.length * LETTER)) + 12)
  const marginRight = 18
  const marginTop = 30
  const marginBottom = 48
  const height = Math.round(Math.min(440, Math.max(280, width * 0.48)))
  const colour = (p: Point) => p.color[theme]
  const area: Box = { left: marginLeft, top: marginTop, right: width - marginRight, bottom: height - marginBottom }
  const px = (value: number) => area.left + shareOf(x, x_scale, value) * (area.right - area.left)
  const py = (value: number) => area.bottom - shareOf(y, 'linear', value) * (area.bottom - area.top)
  const most = Math.min(260, width * 0.45)
  const texts = points.map((p) => short(p.label, Math.floor(most / LETTER)))
  const places = placeLabels(
    points.map((p, i) => ({ x: px(p.x), y: py(p.y), width: (texts[i] as string).length * (LETTER + (p.on_front ? 0.4 : 0)) })),
    area,
  )
  const onFront = front.flatMap((i) => points[i] ?? [])
  const last = onFront[onFront.length - 1]
  const steps = [...onFront.map((p) => ({ x: p.x, y: p.y })), ...(last ? [{ x: x.max, y: last.y }] : [])]
  // On a narrow drawing a label that would touch its neighbour is left out.
  let free = -Infinity
  const xTicks = x.ticks.filter((t) => {
    const half = (t.label.length * LETTER) / 2
    if (px(t.value) - half < free) return false
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
    x: { type: x_scale === 'log' ? 'log' : 'linear', domain: [x.min, x.max], axis: null },
    y: { domain: [y.min, y.max], axis: null },
    color: { type: 'identity' },
    marks: [
      Plot.ruleY(y.ticks, { y: 'value', className: 'fig-grid' }),
      Plot.ruleX(x.ticks, { x: 'value', className: 'fig-grid' }),
      Plot.text(y.ticks, { y: 'value', text: 'label', frameAnchor: 'left', textAnchor: 'end', dx: -8, className: 'fig-tick' }),
      Plot.text(xTicks, { x: 'value', text: 'label', frameAnchor: 'bottom', dy: 17, className: 'fig-tick' }),
      Plot.text([x_scale === 'log' ? `${x.label}, logarithmic` : x.label], { frameAnchor: 'bottom', dy: 38, className: 'fig-axis' }),
      Plot.text([y.label], { frameAnchor: 'top-left', textAnchor: 'start', dx: -marginLeft, dy: -22, className: 'fig-axis' }),
      Plot.text([`↖ ${better}`], { frameAnchor: 'top-right', textAnchor: 'end', dy: -22, className: 'fig-axis' }),
      Plot.line(steps, { x: 'x', y: 'y', curve: 'step-after', className: 'fig-front' }),
      Plot.link(points, { x1: 'x', x2: 'x', y1: 'y_low', y2: 'y_high', stroke: colour, strokeWidth: 2, strokeOpacity: 0.5, className: 'fig-interval' }),
      Plot.link(
        points.filter((p) => p.x_low !== null && p.x_high !== null),
        { x1: 'x_low', x2: 'x_high', y1: 'y', y2: 'y', stroke: colour, strokeWidth: 2, strokeOpacity: 0.5, className: 'fig-interval' },
      ),
      Plot.dot(points, {
        x: 'x',
        y: 'y',
        r: RADIUS,
        sort: null,
        // What is muted is hollow too: colour is never alone.
        fill: (p: Point) => (p.emphasis === 'muted' ? 'var(--surface)' : colour(p)),
        stroke: colour,
        strokeWidth: 2,
        className: 'fig-dot',
      }),
      ...points.map((p, i) => {
        const at = places[i] as { x: number; y: number }
        return Plot.text([p], { x: 'x', y: 'y', text: () => texts[i] as string, textAnchor: 'start', dx: at.x - px(p.x), dy: at.y - py(p.y), className: p.on_front ? 'fig-leader' : 'fig-label' })
      }),
    ],
  }) as SVGSVGElement
  const dots = svg.querySelectorAll<SVGElement>('.fig-dot circle')
  points.forEach((p, i) => {
    const dot = dots[i]
    if (!dot) return
    dot.setAttribute('tabindex', '0')
    dot.setAttribute('role', 'img')
    dot.setAttribute('aria-label', p.description)
    dot.dataset.keys = p.key
    dot.dataset.testid = 'figure-mark'
    dot.dataset.value = String(p.y)
    dot.dataset.front = String(p.on_front)
  })
  return svg
}

/** A label that loses its middle where it is too long: both ends of a model's name tell it apart. */
function short(label: string, most: number): string {
  if (label.length <= most) return label
  const head = Math.ceil((most - 1) / 2)
  return `${label.slice(0, head)}…${label.slice(label.length - (most - 1 - head))}`
}
