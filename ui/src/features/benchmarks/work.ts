import { plural } from '../../design/format'
import { languageName } from '../../design/names'
import type { BenchRecord, DatasetStatus, RunnerBench } from '../../ipc/types'

/** Small enough for a window: a minute on an ordinary machine. */
export const SMALL: RunnerBench = {
  models: 2,
  dataset: 'starter',
  languages: ['python'],
  problems: 10,
  samples: 3,
  baseline: 20,
  concurrency: 64,
  latency_low_ms: 50,
  latency_high_ms: 800,
}

/** What is wrong with the work, in words; null when it can be done. */
export function fault(work: RunnerBench, dataset: DatasetStatus | undefined): string | null {
  const whole = (n: number | null, least: number, most = 1_000_000) => n !== null && Number.isInteger(n) && n >= least && n <= most
  if (!dataset) return 'Choose a data set.'
  if (dataset.state !== 'ready') return 'Fetch this data set first.'
  if (work.languages.length === 0) return 'Choose at least one language.'
  if (!whole(work.models, 1, 64)) return 'Between 1 and 64 models.'
  if (!whole(work.problems, 1)) return 'The number of problems is a whole number from 1.'
  if (!whole(work.samples, 1, 1000)) return 'Between 1 and 1,000 samples per problem.'
  if (!whole(work.baseline, work.models)) return 'One after another: at least a sample for each model.'
  if (!whole(work.latency_low_ms, 1) || !whole(work.latency_high_ms, work.latency_low_ms)) return 'An answer takes at least 1 ms, and at most no less than at least.'
  return null
}

/** How long the part that is done one after another waits for answers, in seconds. */
export const waitingSeconds = (work: RunnerBench): number => (work.baseline * (work.latency_low_ms + work.latency_high_ms)) / 2 / 1000

/** `9.0×`; more digits than two say nothing. */
export const times = (x: number): string => `${x >= 100 ? Math.round(x) : x.toFixed(1)}×`

/** The work in a few words, for a row of the history. */
export const workInWords = ({ work }: BenchRecord): string =>
  `${work.dataset}${work.problems === null ? '' : `, ${work.problems} problems`}, ${work.languages.map(languageName).join(', ')}, ${plural(work.models, 'model')}, ${plural(work.samples, 'sample')} each`
