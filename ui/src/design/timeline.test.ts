import { describe, expect, test } from 'vitest'
import { timeline } from '../test/figure'
import { plotFigure } from './plot'
import { placeEnds } from './timeline'

const draw = (lines = timeline.lines, width = 900) => plotFigure({ ...timeline, lines }, 'pass@1 over time', { width, theme: 'light' })
const dots = (svg: SVGSVGElement) => [...svg.querySelectorAll<SVGElement>('.fig-dot circle')]

describe('lines over time', () => {
  test('show every point with its interval, every tick, and the lines’ names', () => {
    const svg = draw()
    expect(dots(svg)).toHaveLength(5)
    expect(svg.querySelectorAll('.fig-interval path')).toHaveLength(5)
    const shown = [...svg.querySelectorAll('text')].map((t) => t.textContent).join('|')
    for (const text of ['big', 'small', '5 Jan', '12 Jan', '50', 'Beginning of the run, UTC', '−20.0']) expect(shown).toContain(text)
  })

  test('stand where their numbers say: equal times are equal steps', () => {
    const [first, second, third] = dots(draw()).map((d) => Number(d.getAttribute('cx'))) as [number, number, number]
    expect(second - first).toBeCloseTo(third - second, 3)
  })

  test('what is left out is hollow; what is significant has a triangle, and nothing else has', () => {
    const svg = draw()
    const [full, , lost, hollow] = dots(svg)
    expect(full?.getAttribute('fill')).toBe(full?.getAttribute('stroke'))
    expect(hollow?.getAttribute('fill')).not.toBe(hollow?.getAttribute('stroke'))
    expect(lost?.dataset.step).toBe('worse')
    expect(svg.querySelectorAll('.fig-step path')).toHaveLength(1)
  })

  test('a line alone says how its level changed', () => {
    const svg = draw(timeline.lines.slice(0, 1))
    expect([...svg.querySelectorAll('text')].map((t) => t.textContent)).toContain('level −20.0, p = 0.010')
    expect(svg.querySelectorAll('.fig-front path, path.fig-front').length).toBeGreaterThan(0)
  })

  test('each point has a name, a place in the tab order and its run', () => {
    const points = timeline.lines.flatMap((l) => l.points.map((p) => ({ l, p })))
    for (const [i, dot] of dots(draw()).entries()) {
      expect(dot.getAttribute('aria-label')).toBe(points[i]?.p.description)
      expect(dot.getAttribute('tabindex')).toBe('0')
      expect(dot.dataset.keys).toBe(`${points[i]?.l.key}\n${points[i]?.p.key}`)
    }
  })

  test('need no lines, and fit a narrow window', () => {
    expect(dots(draw([]))).toHaveLength(0)
    expect(dots(draw(timeline.lines, 400))).toHaveLength(5)
  })
})

test('names at the ends never touch, and stay inside', () => {
  const placed = placeEnds([100, 102, 101, 290, 299], 0, 300)
  const sorted = [...placed].sort((a, b) => a - b)
  for (const [i, y] of sorted.entries()) if (i > 0) expect(y - (sorted[i - 1] as number)).toBeGreaterThanOrEqual(17)
  expect(Math.max(...placed)).toBeLessThanOrEqual(300)
  expect(placed[0]).toBeLessThan(placed[2] as number)
})
