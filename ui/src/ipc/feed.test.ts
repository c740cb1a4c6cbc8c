import { describe, expect, test, vi } from 'vitest'
import { progressOf } from '../test/progress'
import { RunFeeds, TAIL, emptyFeed, reduceFeed } from './feed'
import type { Ipc } from './ipc'
import type { RunEvent } from './types'

const progress = (done: number) => progressOf({ total: 10, generated: done, done, elapsed_s: done })

const done = (sample: number): RunEvent => ({
  type: 'sample_done',
  run: 'r',
  sample,
  model: 'local:m',
  problem: `P/${sample}`,
  index: 0,
  transport: 'ok',
  content: 'ok',
  verdict: 'passed',
  detail: null,
})

describe('reduceFeed', () => {
  test('keeps the newest progress and the newest samples first', () => {
    const feed = [{ type: 'progress', run: 'r', progress: progress(1) } as RunEvent, done(1), done(2), { type: 'progress', run: 'r', progress: progress(2) } as RunEvent].reduce(reduceFeed, emptyFeed('r'))
    expect(feed.progress?.done).toBe(2)
    expect(feed.tail.map((s) => s.sample)).toEqual([2, 1])
  })

  test('holds no more than its tail and tells no sample twice', () => {
    let feed = emptyFeed('r')
    for (let i = 0; i < TAIL + 20; i += 1) feed = reduceFeed(feed, done(i))
    feed = reduceFeed(feed, done(TAIL + 19))
    expect(feed.tail).toHaveLength(TAIL)
    expect(feed.tail[0]?.sample).toBe(TAIL + 19)
  })

  test('ends, and begins anew when the run is resumed', () => {
    const ended = reduceFeed(emptyFeed('r'), { type: 'finished', run: 'r', status: 'cancelled', progress: progress(4), error: null })
    expect(ended.finished).toEqual({ status: 'cancelled', error: null })
    expect(ended.progress?.done).toBe(4)
    const resumed = reduceFeed(ended, { type: 'started', run: 'r', total: 10, outstanding: 6 })
    expect(resumed.finished).toBeNull()
  })

  test('is not moved by another run', () => {
    const feed = emptyFeed('r')
    expect(reduceFeed(feed, { ...done(1), run: 'other' } as RunEvent)).toBe(feed)
  })
})

describe('RunFeeds', () => {
  test('listens to a run once, and tells when it has ended meanwhile', async () => {
    const watchRun = vi.fn().mockResolvedValueOnce(true).mockResolvedValueOnce(false)
    const finished = vi.fn()
    const feeds = new RunFeeds({ watchRun } as unknown as Ipc, finished)
    await feeds.watch('a')
    await feeds.watch('a')
    expect(watchRun).toHaveBeenCalledTimes(1)
    await feeds.watch('b')
    expect(finished).toHaveBeenCalledWith('b')
  })

  test('does not listen twice to a run it started itself', async () => {
    const watchRun = vi.fn().mockResolvedValue(true)
    const feeds = new RunFeeds({ watchRun } as unknown as Ipc, vi.fn())
    feeds.handle({ type: 'started', run: 'a', total: 1, outstanding: 1 })
    await feeds.watch('a')
    expect(watchRun).not.toHaveBeenCalled()
  })

  test('tells at most ten times a second, and the last of what it heard', () => {
    vi.useFakeTimers()
    try {
      const feeds = new RunFeeds({} as Ipc, vi.fn())
      const seen: (number | undefined)[] = []
      feeds.subscribe(() => seen.push(feeds.get('r')?.progress?.done))
      for (let i = 1; i <= 200; i += 1) {
        feeds.handle({ type: 'progress', run: 'r', progress: progress(i) })
        vi.advanceTimersByTime(10)
      }
      vi.advanceTimersByTime(200)
      // Two seconds of news.
      expect(seen.length).toBeGreaterThan(15)
      expect(seen.length).toBeLessThanOrEqual(21)
      expect(seen.at(-1)).toBe(200)
    } finally {
      vi.useRealTimers()
    }
  })

  test('keeps the trouble it has in listening', async () => {
    const feeds = new RunFeeds({ watchRun: () => Promise.reject(new Error('gone')) } as unknown as Ipc, vi.fn())
    await feeds.watch('a')
    expect(feeds.get('a')?.warnings[0]?.message).toBe('gone')
  })
})
