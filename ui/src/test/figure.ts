import type { Figure, Mark } from '../ipc/types'

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
export const figure: Figure = {
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
