import { describe, expect, test } from 'vitest'
import { scatter } from '../test/figure'
import { plotFigure } from './plot'
import { placeLabels, shareOf } from './scatter'

const draw = (width = 900) => plotFigure(scatter, 'pass@1 against cost', { width, theme: 'light' })
const dots = (svg: SVGSVGElement) => [...svg.querySelectorAll<SVGElement>('.fig-dot circle')]

describe('a scatter', () => {
  test('shows every point, label and tick, and what is good', () => {
    const svg = draw()
    expect(dots(svg)).toHaveLength(4)
    const shown = [...svg.querySelectorAll('text')].map((t) => t.textContent).join('|')
    for (const text of ['small', 'middle', 'odd', 'large', '$0.0001', '$0.1', '50', 'US dollars an answer, logarithmic', '↖ cheaper and better']) expect(shown).toContain(text)
    expect(svg.querySelectorAll('.fig-interval path')).toHaveLength(8)
  })

  test('stands where its numbers say: equal factors are equal steps', () => {
    const [small, middle, , large] = dots(draw()).map((d) => Number(d.getAttribute('cx')))
    // Ten times each, then twenty-five times.
    expect((middle as number) - (small as number)).toBeCloseTo(((large as number) - (middle as number)) / Math.log10(25), 0)
  })

  test('draws the front from left to right, and off it hollow', () => {
    const svg = draw()
    expect(svg.querySelectorAll('.fig-front path, path.fig-front').length).toBeGreaterThan(0)
    const [, , odd] = dots(svg)
    expect(odd?.getAttribute('fill')).not.toBe(odd?.getAttribute('stroke'))
    expect(dots(svg).map((d) => d.dataset.front)).toEqual(['true', 'true', 'false', 'true'])
  })

  test('gives each point a name and a place in the tab order', () => {
    for (const [i, dot] of dots(draw()).entries()) {
      expect(dot.getAttribute('aria-label')).toBe(scatter.points[i]?.description)
      expect(dot.getAttribute('tabindex')).toBe('0')
      expect(dot.dataset.keys).toBe(scatter.points[i]?.key)
    }
  })

  test('needs no points', () => {
    expect(dots(plotFigure({ ...scatter, points: [], front: [] }, 'none', { width: 400, theme: 'dark' }))).toHaveLength(0)
  })
})

describe('labels', () => {
  test('touch neither each other nor another dot, where there is room', () => {
    const area = { left: 0, top: 0, right: 600, bottom: 400 }
    const at = [0, 1, 2, 3].map((i) => ({ x: 300 + 4 * i, y: 200 + 3 * i, width: 80 }))
    const placed = placeLabels(at, area)
    const boxes = placed.map((p) => ({ left: p.x, right: p.x + 80, top: p.y - 7.5, bottom: p.y + 7.5 }))
    for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false)
  })

  test('stay inside', () => {
    const [right] = placeLabels([{ x: 590, y: 5, width: 100 }], { left: 0, top: 0, right: 600, bottom: 400 })
    expect((right?.x ?? 0) + 100).toBeLessThanOrEqual(600)
  })
})

test('a value stands at its share of the axis', () => {
  expect(shareOf({ min: 0, max: 4 }, 'linear', 1)).toBe(0.25)
  expect(shareOf({ min: 0.01, max: 100 }, 'log', 1)).toBeCloseTo(0.5)
  expect(shareOf({ min: 0, max: 4 }, 'linear', 9)).toBe(1)
})
