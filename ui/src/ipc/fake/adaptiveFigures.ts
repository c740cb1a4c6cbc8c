import type { Figure, PolicyArm, TimeLine } from '../types'
import { random, wilson } from './data'
import { markColour } from './figures'

/** The figures of a policy as the engine makes them. */

export const countAxis = (label: string, most: number) => {
  const power = 10 ** Math.floor(Math.log10(Math.max(0.1, most / 5)))
  const step = [1, 2, 5, 10].map((of) => of * power).find((s) => s >= most / 5) ?? most
  return { label, unit: null, min: 0, max: most, ticks: Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => ({ value: i * step, label: String(Math.round(i * step * 10) / 10) })), format: 'count' as const }
}

export const percentAxis = (label: string, highest: number) => {
  const max = Math.min(1, Math.ceil(Math.max(0.2, highest * 1.1) * 5) / 5)
  return { label, unit: '%', min: 0, max, ticks: Array.from({ length: Math.round(max * 5) + 1 }, (_, i) => ({ value: i / 5, label: `${i * 20}\u202f%` })), format: 'percent' as const }
}

export function rewardsFigure(policy: string, all: readonly PolicyArm[]): Figure {
  const arms = all.flatMap((a) => (a.reward ? [{ ...a, reward: a.reward }] : []))
  const top = Math.min(1, Math.ceil(Math.max(...arms.map((a) => a.reward.high)) * 1.12 * 5) / 5)
  const says = (a: (typeof arms)[number]) => `${a.title}: mean reward ${a.reward.value.toFixed(2)}, 95\u202f% interval ${a.reward.low.toFixed(2)} to ${a.reward.high.toFixed(2)}, ${a.pulls} outcomes.`
  const caption = `Mean reward of each strategy where the policy “${policy}” learned of it, with normal 95\u202f% intervals (1.96 standard errors). A policy uses a strategy where it expects much of it, so that these means are no fair comparison of strategies; a full grid is.`
  return {
    id: 'policy-rewards',
    title: `What the strategies brought to “${policy}”`,
    subtitle: null,
    caption,
    facts: [],
    summary: `Mean reward by strategy. ${arms.map(says).join(' ')}`,
    drawing: {
      kind: 'dot_interval',
      x: { label: 'Mean reward', unit: null, min: 0, max: top, ticks: Array.from({ length: Math.round(top * 5) + 1 }, (_, i) => ({ value: i / 5, label: (i / 5).toFixed(1) })), format: 'share' },
      categories: arms.map((a) => ({ key: a.arm, label: a.title, detail: `n = ${a.pulls}` })),
      marks: arms.map((a, i) => ({ category: a.arm, keys: [a.arm], ...a.reward, color: markColour(i), emphasis: 'normal', label: a.reward.value.toFixed(2), annotation: `${a.reward.low.toFixed(2)}–${a.reward.high.toFixed(2)}`, description: says(a) })),
      references: [],
    },
    table: {
      caption,
      columns: [{ label: 'Strategy', unit: null, align: 'start' }, ...['Outcomes', 'Mean reward', 'Low', 'High'].map((label) => ({ label, unit: null, align: 'end' as const }))],
      rows: arms.map((a) => ({ cells: [a.title, String(a.pulls), a.reward.value.toFixed(3), a.reward.low.toFixed(3), a.reward.high.toFixed(3)], is_muted: false })),
    },
  }
}

export function progressFigure(policy: string, outcomes: number): Figure | null {
  const length = Math.max(10, Math.ceil(outcomes / 20))
  const draw = random(3)
  const stretches = Array.from({ length: Math.ceil(outcomes / length) }, (_, i) => {
    const n = Math.min(length, outcomes - i * length)
    const passed = Math.min(n, Math.round(n * (0.2 + 0.2 * (1 - Math.exp(-i / 5)) + (draw() - 0.5) * 0.12)))
    const [low, high] = wilson(passed, n)
    return { last: i * length + n, value: passed / n, low, high }
  })
  if (stretches.length < 2) return null
  const pct = (v: number) => (v * 100).toFixed(1)
  const says = (s: (typeof stretches)[number]) => `Up to outcome ${s.last}: ${pct(s.value)}\u202f% passed, interval ${pct(s.low)}–${pct(s.high)}.`
  const caption = `Share of the outcomes that passed, in the order the policy “${policy}” learned them, ${length} at a time, with Wilson’s 95\u202f% intervals. Which models and problems were asked changes along the way: a line that rises is no proof of learning.`
  const line: TimeLine = { key: 'passed', label: 'passed', color: markColour(0), change: null, points: stretches.map((s) => ({ key: String(s.last), x: s.last, y: s.value, y_low: s.low, y_high: s.high, emphasis: 'normal', step: null, description: says(s) })) }
  return {
    id: 'policy-progress',
    title: `Passed, as “${policy}” went on`,
    subtitle: null,
    caption,
    facts: [],
    summary: `Share that passed. ${stretches.map(says).join(' ')}`,
    drawing: { kind: 'timeline', x: countAxis('Outcomes learned', stretches[stretches.length - 1]?.last ?? 1), y: percentAxis('Passed', Math.max(...stretches.map((s) => s.high))), lines: [line] },
    table: {
      caption,
      columns: ['Up to outcome', 'Passed', 'Low', 'High'].map((label, i) => ({ label, unit: i > 0 ? '%' : null, align: 'end' as const })),
      rows: stretches.map((s) => ({ cells: [String(s.last), pct(s.value), pct(s.low), pct(s.high)], is_muted: false })),
    },
  }
}
