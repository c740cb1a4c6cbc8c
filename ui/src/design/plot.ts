import * as Plot from '@observablehq/plot'
import type { DotInterval, Figure, Mark } from '../ipc/types'
import { plotScatter } from './scatter'
import { plotTimeline } from './timeline'

/** The kinds of drawing are kept apart here; each takes the figure's numbers as they are and computes none. */

export interface PlotOptions {
  /** In CSS pixels. */
  width: number
  theme: 'light' | 'dark'
}

/** A drawing that is one of lines and dots; rows by columns are `MatrixView`'s. */
export type Plotted = Exclude<Figure['drawing'], { kind: 'matrix' }>

export function plotFigure(drawing: Plotted, title: string, options: PlotOptions): SVGSVGElement {
  return named(drawn(drawing, options), title)
}

function drawn(drawing: Plotted, options: PlotOptions): SVGSVGElement {
  switch (drawing.kind) {
    case 'scatter':
      return plotScatter(drawing, options)
    case 'timeline':
      return plotTimeline(drawing, options)
    case 'dot_interval':
      return dotInterval(drawing, options)
  }
}

/** The drawing with its name for assistive technology, which is otherwise told of marks alone. */
export function named(svg: SVGSVGElement, title: string): SVGSVGElement {
  svg.setAttribute('role', 'group')
  svg.setAttribute('aria-label', title)
  // The library names its groups by kind of mark; the summary and the marks' own descriptions say more.
  for (const group of svg.querySelectorAll('g[aria-label]')) {
    const marks = group.classList.contains('fig-dot')
    group.removeAttribute('aria-label')
    if (!marks) group.setAttribute('aria-hidden', 'true')
  }
  return svg
}

const ROW = 40
const LETTER = 6.7

const colourOf = (mark: Mark, theme: 'light' | 'dark'): string => mark.color[theme]

function dotInterval(drawing: DotInterval, { width, theme }: PlotOptions): SVGSVGElement {
  const { x, categories, marks, references } = drawing

  // Labels take what they need, but never so much that the intervals have no room.
  const longest = Math.max(0, ...categories.map((c) => Math.max(c.label.length, (c.detail?.length ?? 0) * 0.85)))
  const marginLeft = Math.round(Math.min(longest * LETTER + 20, width * 0.36, 280))
  const beside = Math.max(0, ...marks.map((m) => m.label.length + (m.annotation?.length ?? 0) * 0.92 + 2)) * LETTER
  const narrow = width < 520
  const marginRight = narrow ? 56 : Math.round(Math.min(beside + 16, width * 0.3))
  const marginTop = references.some((r) => r.label) ? 26 : 12
  const marginBottom = 46

  const labels = { frameAnchor: 'left', textAnchor: 'start', dx: -marginLeft, textOverflow: 'ellipsis' } as const
  const muted = (m: Mark) => m.emphasis === 'muted'
  const svg = Plot.plot({
    className: 'figure-plot',
    width,
    height: marginTop + marginBottom + ROW * Math.max(1, categories.length),
    marginLeft,
    marginRight,
    marginTop,
    marginBottom,
    style: { background: 'transparent', overflow: 'visible' },
    x: { domain: [x.min, x.max], axis: null },
    y: { domain: categories.map((c) => c.key), type: 'band', padding: 0, axis: null },
    color: { type: 'identity' },
    marks: [
      Plot.ruleX(x.ticks, { x: 'value', className: 'fig-grid' }),
      Plot.rectX(
        references.filter((r) => r.kind === 'band'),
        { x1: 'low', x2: 'high', className: 'fig-band' },
      ),
      Plot.ruleX(
        references.filter((r) => r.kind === 'line'),
        { x: 'value', className: 'fig-line' },
      ),
      Plot.text(
        references.filter((r) => r.label !== null),
        { x: (r) => (r.kind === 'line' ? r.value : (r.low + r.high) / 2), text: 'label', frameAnchor: 'top', dy: -14, className: 'fig-reference' },
      ),
      Plot.text(x.ticks, { x: 'value', text: 'label', frameAnchor: 'bottom', dy: 17, className: 'fig-tick' }),
      // Percentages say so at each tick.
      Plot.text([x.unit && x.unit !== '%' ? `${x.label} (${x.unit})` : x.label], { frameAnchor: 'bottom', dy: 37, className: 'fig-axis' }),
      ...[false, true].map((detailed) =>
        Plot.text(
          categories.filter((c) => (c.detail !== null) === detailed),
          { y: 'key', text: 'label', ...labels, dy: detailed ? -7 : 0, lineWidth: (marginLeft - 16) / 12.5, className: 'fig-label' },
        ),
      ),
      Plot.text(
        categories.filter((c) => c.detail !== null),
        { y: 'key', text: 'detail', ...labels, dy: 8, lineWidth: (marginLeft - 16) / 11.5, className: 'fig-detail' },
      ),
      Plot.link(marks, {
        x1: 'low',
        x2: 'high',
        y1: 'category',
        y2: 'category',
        stroke: (m: Mark) => colourOf(m, theme),
        strokeWidth: 3,
        strokeLinecap: 'round',
        strokeOpacity: 0.55,
        className: 'fig-interval',
      }),
      Plot.dot(marks, {
        x: 'value',
        y: 'category',
        r: 6,
        sort: null,
        // What is muted is hollow too: colour is never alone.
        fill: (m: Mark) => (muted(m) ? 'var(--surface)' : colourOf(m, theme)),
        stroke: (m: Mark) => colourOf(m, theme),
        strokeWidth: 2,
        className: 'fig-dot',
      }),
      Plot.text(marks, {
        x: 'high',
        y: 'category',
        text: 'label',
        textAnchor: 'start',
        dx: 12,
        className: 'fig-value',
      }),
    ],
  }) as SVGSVGElement

  // What can be pointed at and focused: the whole row of each mark, named by its description.
  const dots = svg.querySelectorAll<SVGElement>('.fig-dot circle')
  const values = svg.querySelectorAll<SVGElement>('.fig-value text')
  marks.forEach((mark, i) => {
    const dot = dots[i]
    if (!dot) return
    if (!narrow && mark.annotation !== null && values[i]) values[i].append(annotation(mark.annotation))
    dot.setAttribute('tabindex', '0')
    dot.setAttribute('role', 'img')
    dot.setAttribute('aria-label', mark.description)
    dot.dataset.keys = mark.keys.join('\n')
    dot.dataset.testid = 'figure-mark'
    dot.dataset.value = String(mark.value)
    dot.dataset.emphasis = mark.emphasis
  })
  return svg
}

/** What stands in small behind a mark's label, wherever that ends. */
function annotation(text: string): SVGTSpanElement {
  const span = document.createElementNS('http://www.w3.org/2000/svg', 'tspan')
  span.setAttribute('dx', '8')
  span.setAttribute('class', 'fig-note')
  span.textContent = text
  return span
}
