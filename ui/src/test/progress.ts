import type { RunProgress } from '../ipc/types'

/** A run of twenty samples that has just begun, and what a test makes of it. */
export const progressOf = (part: Partial<RunProgress>): RunProgress => ({
  total: 20,
  generated: 0,
  done: 0,
  passed: 0,
  transport_failed: 0,
  content_failed: 0,
  verdicts: {},
  in_generation: 0,
  generation_limit: 0,
  waiting: 0,
  in_execution: 0,
  paused: false,
  memory_short: false,
  cache: { answer_hits: 0, answer_misses: 0, execution_hits: 0, execution_misses: 0 },
  withdrawn: 0,
  completion_tokens: 0,
  cost_usd: null,
  elapsed_s: 0,
  rate_per_s: null,
  remaining_s: null,
  remaining_low_s: null,
  remaining_high_s: null,
  cost_projected_usd: null,
  ...part,
})
