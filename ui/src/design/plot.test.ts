import { describe, expect, test } from 'vitest'
import { figure } from '../test/figure'
import { plotFigure } from './plot'

const draw = (theme: 'light' | 'dark' = 'light', width = 900) => plotFigure(figure.drawing, figure.title, { width, theme })
const dots = (svg: SVGSVGElement) => [...svg.querySelectorAll<SVGElement>('.fig-dot circle')]
const texts = (svg: SVGSVGElement) => [...svg.querySelectorAll('text')].map((t) => t.textContent)

describe('a dot-and-interval figure', () => {
  test('shows every mark, label, tick, reference and value of the figure', () => {
    const svg = draw()
    expect(dots(svg)).toHaveLength(2)
    const shown = texts(svg).join('|')
    for (const text of ['Seven', 'Small', 'incomplete', '0', '50', '100', 'half', 'pass@1', '61.6 %', '54.0–68.7']) expect(shown).toContain(text)
  })

  test('stands where its numbers say: dots in order, each inside of its interval', () => {
    const svg = draw()
    const [seven, small] = dots(svg).map((d) => Number(d.getAttribute('cx')))
    expect(seven).toBeGreaterThan(small as number)
    const intervals = [...svg.querySelectorAll('.fig-interval path')].map((p) => (p.getAttribute('d') ?? '').match(/-?[\d.]+/g)?.map(Number) ?? [])
    expect(intervals).toHaveLength(2)
    intervals.forEach(([x1, , x2], i) => {
      const x = [seven, small][i] as number
      expect(x).toBeGreaterThan(x1 as number)
      expect(x).toBeLessThan(x2 as number)
    })
  })

  test('uses the colours of the figure, of the theme in force', () => {
    expect(dots(draw('light'))[0]?.getAttribute('fill')).toBe('#0072b2')
    expect(dots(draw('dark'))[0]?.getAttribute('fill')).toBe('#4aa8e8')
  })

  test('draws what is muted hollow: colour is never alone', () => {
    const [normal, muted] = dots(draw())
    expect(normal?.getAttribute('fill')).toBe(normal?.getAttribute('stroke'))
    expect(muted?.getAttribute('fill')).not.toBe(muted?.getAttribute('stroke'))
    expect(muted?.getAttribute('stroke')).toBe('#808893')
  })

  test('gives each mark a name and a place in the tab order', () => {
    for (const [i, dot] of dots(draw()).entries()) {
      expect(dot.getAttribute('aria-label')).toBe(figure.drawing.marks[i]?.description)
      expect(dot.getAttribute('tabindex')).toBe('0')
      expect(dot.dataset.keys).toBe(figure.drawing.marks[i]?.keys.join('\n'))
    }
  })

  test('needs no marks to be drawn', () => {
    const empty = { ...figure.drawing, marks: [], categories: [] }
    expect(plotFigure(empty, figure.title, { width: 400, theme: 'light' }).querySelectorAll('.fig-dot circle')).toHaveLength(0)
  })
})
