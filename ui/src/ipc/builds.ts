import { toErrorInfo } from './error'
import type { Ipc } from './ipc'
import type { ErrorInfo } from './types'

export type BuildState = 'waiting' | 'running' | 'built' | 'failed' | 'cancelled'

/** The newest build of one language's image. */
export interface Build {
  language: string
  state: BuildState
  /** The last lines of the log. */
  log: readonly string[]
  error: ErrorInfo | null
}

/** Lines kept of one log. */
export const LOG = 200

/** How long lines are gathered before the page hears of them. */
const GATHER_MS = 60

interface Order {
  language: string
  again: boolean
}

/**
 * The builds of the sandbox's images, one after another: they share layers, and the machine. They
 * outlive pages, so that a log can be read after one has looked elsewhere.
 */
export class SandboxBuilds {
  readonly #ipc: Ipc
  readonly #builds = new Map<string, Build>()
  readonly #queue: Order[] = []
  readonly #listeners = new Set<() => void>()
  readonly #onEnd: () => void
  #running: string | null = null
  #told = false
  /** Replaced whenever something changed. */
  #all: readonly Build[] = []

  constructor(ipc: Ipc, onEnd: () => void) {
    this.#ipc = ipc
    this.#onEnd = onEnd
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get(language: string): Build | undefined {
    return this.#builds.get(language)
  }

  all(): readonly Build[] {
    return this.#all
  }

  /** Builds a language's image when those before it are done; `again` even if it is there. */
  start(language: string, again: boolean): void {
    const state = this.get(language)?.state
    if (state === 'waiting' || state === 'running') return
    this.#put({ language, state: 'waiting', log: [], error: null })
    this.#queue.push({ language, again })
    if (this.#running === null) void this.#work()
  }

  /** Stops a build, or takes it from the queue. */
  cancel(language: string): void {
    const build = this.get(language)
    if (build?.state === 'running') void this.#ipc.cancelTask(taskOf(language))
    if (build?.state !== 'waiting') return
    const at = this.#queue.findIndex((order) => order.language === language)
    if (at >= 0) this.#queue.splice(at, 1)
    this.#put({ ...build, state: 'cancelled' })
  }

  async #work(): Promise<void> {
    for (let order = this.#queue.shift(); order; order = this.#queue.shift()) {
      const { language, again } = order
      this.#running = language
      let build: Build = { language, state: 'running', log: [], error: null }
      this.#put(build)
      const change = (to: Partial<Build>) => {
        build = { ...build, ...to }
        this.#put(build)
      }
      try {
        await this.#ipc.buildSandbox(language, again, taskOf(language), ({ message }) => change({ log: [...build.log.slice(1 - LOG), message] }))
        change({ state: 'built' })
      } catch (thrown) {
        const error = toErrorInfo(thrown)
        change(error.code === 'cancelled' ? { state: 'cancelled' } : { state: 'failed', error })
      }
      this.#onEnd()
    }
    this.#running = null
  }

  #put(build: Build): void {
    this.#builds.set(build.language, build)
    if (this.#told) return
    this.#told = true
    setTimeout(() => {
      this.#told = false
      this.#all = [...this.#builds.values()]
      for (const listener of this.#listeners) listener()
    }, GATHER_MS)
  }
}

const taskOf = (language: string): string => `sandbox-${language}`
