import { toErrorInfo } from './error'
import type { Ipc } from './ipc'
import type { ErrorInfo, RunEvent, RunId, RunProgress, RunStatus } from './types'

export type SampleDone = Extract<RunEvent, { type: 'sample_done' }>

/** What the window knows of a run from its events. */
export interface RunFeed {
  run: RunId
  progress: RunProgress | null
  /** The newest first. */
  tail: readonly SampleDone[]
  /** The newest first. */
  warnings: readonly ErrorInfo[]
  finished: { status: RunStatus; error: ErrorInfo | null } | null
}

export const TAIL = 60
const WARNINGS = 20

export const emptyFeed = (run: RunId): RunFeed => ({ run, progress: null, tail: [], warnings: [], finished: null })

/** One event on top of what was known. Events of other runs change nothing. */
export function reduceFeed(feed: RunFeed, event: RunEvent): RunFeed {
  if (event.run !== feed.run) return feed
  switch (event.type) {
    case 'started':
      // A resumed run starts again where it was left.
      return { ...feed, finished: null }
    case 'progress':
      return { ...feed, progress: event.progress }
    case 'sample_done': {
      if (feed.tail.some((s) => s.sample === event.sample)) return feed
      return { ...feed, tail: [event, ...feed.tail].slice(0, TAIL) }
    }
    case 'warning':
      return { ...feed, warnings: [event.error, ...feed.warnings].slice(0, WARNINGS) }
    case 'finished':
      return { ...feed, progress: event.progress, finished: { status: event.status, error: event.error } }
  }
}

/** Between two tellings at least: faster than this nobody reads. */
const TELL_MS = 100

/**
 * The feeds of the runs that are on. They outlive pages: a run goes on, and is listened to, while its
 * person looks elsewhere. Listeners are told at most ten times a second.
 */
export class RunFeeds {
  readonly #ipc: Ipc
  readonly #feeds = new Map<RunId, RunFeed>()
  readonly #watching = new Set<RunId>()
  readonly #listeners = new Set<() => void>()
  readonly #onFinished: (run: RunId) => void
  #scheduled = false
  #told = -Infinity

  constructor(ipc: Ipc, onFinished: (run: RunId) => void) {
    this.#ipc = ipc
    this.#onFinished = onFinished
  }

  get(run: RunId): RunFeed | undefined {
    return this.#feeds.get(run)
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What a run's channel calls. */
  handle(event: RunEvent): void {
    const { run } = event
    if (event.type === 'started') this.#watching.add(run)
    this.#feeds.set(run, reduceFeed(this.#feeds.get(run) ?? emptyFeed(run), event))
    if (event.type === 'finished') {
      this.#watching.delete(run)
      this.#onFinished(run)
    }
    this.#tell()
  }

  /** Listens to a run that is on, once. */
  async watch(run: RunId): Promise<void> {
    if (this.#watching.has(run)) return
    this.#watching.add(run)
    try {
      const on = await this.#ipc.watchRun(run, (event) => this.handle(event))
      // It ended between the list and the question.
      if (!on) {
        this.#watching.delete(run)
        this.#onFinished(run)
      }
    } catch (error) {
      this.#watching.delete(run)
      this.handle({ type: 'warning', run, error: toErrorInfo(error) })
    }
  }

  #tell(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setTimeout(() => {
      this.#scheduled = false
      this.#told = performance.now()
      for (const listener of this.#listeners) listener()
    }, Math.max(0, this.#told + TELL_MS - performance.now()))
  }
}
