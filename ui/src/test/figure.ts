import type { Figure, Mark, Scatter, TimePoint, Timeline } from '../ipc/types'

const mark = (key: string, value: number, low: number, high: number, muted: boolean): Mark => ({
  category: key,
  keys: [key],
  value,
  low,
  high,
  color: muted ? { slot: null, light: '#808893', dark: '#8b94a0' } : { slot: 0, light: '#0072b2', dark: '#4aa8e8' },
  emphasis: muted ? 'muted' : 'normal',
  label: `${(value * 100).toFixed(1)} %`,
  annotation: `${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)}`,
  description: `${key}: ${(value * 100).toFixed(1)} %, interval ${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)} %.`,
})

/** A figure as the reports make it: two series, one of them incomplete. */
export const figure: Figure & { drawing: { kind: 'dot_interval' } } = {
  id: 'scores-pass-at-1',
  title: 'pass@1 by model',
  subtitle: 'humaneval 1.0.3',
  caption: 'Mean unbiased pass@1 over problems with 95 % intervals (Wilson); n = 164 problems.',
  facts: [{ label: 'Problems', value: '164' }],
  summary: 'pass@1. Seven: 61.6 %. Small: 43.9 %, incomplete.',
  drawing: {
    kind: 'dot_interval',
    x: {
      label: 'pass@1',
      unit: '%',
      min: 0,
      max: 1,
      ticks: [0, 0.5, 1].map((value) => ({ value, label: `${value * 100}` })),
      format: 'percent',
    },
    categories: [
      { key: 'seven', label: 'Seven', detail: null },
      { key: 'small', label: 'Small', detail: 'incomplete' },
    ],
    marks: [mark('seven', 0.616, 0.54, 0.687, false), mark('small', 0.439, 0.366, 0.515, true)],
    references: [{ kind: 'line', value: 0.5, label: 'half' }],
  },
  table: {
    caption: 'Scores',
    columns: [
      { label: 'Series', unit: null, align: 'start' },
      { label: 'pass@1', unit: '%', align: 'end' },
    ],
    rows: [
      { cells: ['Seven', '61.6'], is_muted: false },
      { cells: ['Small', '43.9'], is_muted: true },
    ],
  },
}

const point = (key: string, x: number, y: number, front: boolean): Scatter['points'][number] => ({
  key,
  label: key,
  x,
  x_low: x * 0.8,
  x_high: x * 1.3,
  y,
  y_low: y - 0.05,
  y_high: y + 0.05,
  color: { slot: 0, light: '#0072b2', dark: '#4aa8e8' },
  emphasis: front ? 'normal' : 'muted',
  on_front: front,
  description: `${key}: ${y}, ${x} an answer.`,
})

/** Four series against their cost, three of them on the front. */
export const scatter: Scatter & { kind: 'scatter' } = {
  kind: 'scatter',
  x: { label: 'US dollars an answer', unit: null, min: 0.0001, max: 0.1, ticks: [0.0001, 0.001, 0.01, 0.1].map((value) => ({ value, label: `$${value}` })), format: 'dollars' },
  x_scale: 'log',
  y: { label: 'pass@1', unit: '%', min: 0, max: 1, ticks: [0, 0.5, 1].map((value) => ({ value, label: `${value * 100}` })), format: 'percent' },
  points: [point('small', 0.0002, 0.4, true), point('middle', 0.002, 0.6, true), point('odd', 0.003, 0.5, false), point('large', 0.05, 0.8, true)],
  front: [0, 1, 3],
  better: 'cheaper and better',
}

const WEEK = 7 * 86_400_000
const MONDAY = Date.UTC(2026, 0, 5)
const measured = (key: string, week: number, y: number, more: Partial<TimePoint> = {}): TimePoint => ({
  key,
  x: MONDAY + week * WEEK,
  y,
  y_low: y - 0.05,
  y_high: y + 0.05,
  emphasis: 'normal',
  step: null,
  description: `${key}: ${y}.`,
  ...more,
})

/** Two lines, one of which loses its level with a significant step; the other's second point is left out of everything. */
export const timeline: Timeline & { kind: 'timeline' } = {
  kind: 'timeline',
  x: { label: 'Beginning of the run, UTC', unit: null, min: MONDAY - 86_400_000, max: MONDAY + 2 * WEEK + 86_400_000, ticks: [0, 1, 2].map((w) => ({ value: MONDAY + w * WEEK, label: `${5 + 7 * w} Jan` })), format: 'date' },
  y: { label: 'pass@1', unit: '%', min: 0, max: 1, ticks: [0, 0.5, 1].map((value) => ({ value, label: `${value * 100}` })), format: 'percent' },
  lines: [
    {
      key: 'suite/big',
      label: 'big',
      color: { slot: 0, light: '#0072b2', dark: '#4aa8e8' },
      points: [measured('r1', 0, 0.7), measured('r2', 1, 0.7), measured('r3', 2, 0.5, { step: { is_worse: true, label: '−20.0', color: { slot: null, light: '#b4480a', dark: '#f58b45' } } })],
      change: { x: MONDAY + 1.5 * WEEK, before: 0.7, after: 0.5, label: 'level −20.0, p = 0.010' },
    },
    {
      key: 'suite/small',
      label: 'small',
      color: { slot: 1, light: '#d55e00', dark: '#f58b45' },
      points: [measured('r1', 0, 0.3, { emphasis: 'muted' }), measured('r2', 1, 0.32)],
      change: null,
    },
  ],
}
