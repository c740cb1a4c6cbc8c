import { count, percent } from '../../design/format'
import type { RunProgress } from '../../ipc/types'

export interface Stage {
  key: 'outstanding' | 'asking' | 'waiting' | 'executing' | 'done'
  label: string
  count: number
  /** Behind the count: `of 8`. */
  of: string | null
  /** Under it: what of this stage was known already. */
  known: string | null
}

const knownOf = (hits: number, misses: number): string | null => (hits === 0 ? null : `${count(hits)} known, ${percent(hits / (hits + misses), 0)}`)

/** Where the samples of a run are on their way. */
export function stages({ total, generated, done, transport_failed, in_generation, generation_limit, in_execution, cache }: RunProgress): Stage[] {
  // What was asked for and not answered is done, and was never generated.
  const left = total - generated - transport_failed
  return [
    { key: 'outstanding', label: 'Outstanding', count: Math.max(0, left - in_generation), of: null, known: null },
    { key: 'asking', label: 'With the models', count: in_generation, of: generation_limit > 0 ? `of ${count(generation_limit)}` : null, known: knownOf(cache.answer_hits, cache.answer_misses) },
    { key: 'waiting', label: 'Waiting for a container', count: Math.max(0, generated + transport_failed - done - in_execution), of: null, known: null },
    { key: 'executing', label: 'Executing', count: in_execution, of: null, known: knownOf(cache.execution_hits, cache.execution_misses) },
    { key: 'done', label: 'Done', count: done, of: null, known: null },
  ]
}
