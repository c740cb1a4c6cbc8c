import { toErrorInfo } from './error'
import type { Ipc } from './ipc'
import type { BenchRecord, ErrorInfo, RunnerBench, TaskProgress } from './types'

export interface BenchState {
  running: boolean
  progress: TaskProgress | null
  /** Of the newest one since the window was opened. */
  record: BenchRecord | null
  error: ErrorInfo | null
}

const TASK = 'bench-runner'

/** The measurement of the runner. It outlives its page: one at a time, watched from wherever one comes back. */
export class BenchTask {
  readonly #ipc: Ipc
  readonly #listeners = new Set<() => void>()
  readonly #onDone: () => void
  #state: BenchState = { running: false, progress: null, record: null, error: null }

  constructor(ipc: Ipc, onDone: () => void) {
    this.#ipc = ipc
    this.#onDone = onDone
  }

  get(): BenchState {
    return this.#state
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async start(work: RunnerBench): Promise<void> {
    if (this.#state.running) return
    this.#put({ running: true, progress: null, error: null })
    try {
      const record = await this.#ipc.startBench(work, TASK, (progress) => this.#put({ progress }))
      this.#put({ running: false, progress: null, record })
      this.#onDone()
    } catch (thrown) {
      this.#put({ running: false, progress: null, error: toErrorInfo(thrown) })
    }
  }

  cancel(): void {
    void this.#ipc.cancelTask(TASK)
  }

  #put(change: Partial<BenchState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}
