import { describe, expect, test, vi } from 'vitest'
import { LOG, SandboxBuilds } from './builds'
import { IpcError } from './error'
import type { Ipc, Listen } from './ipc'
import type { TaskProgress } from './types'

interface Call {
  language: string
  again: boolean
  task: string
  say: (message: string) => void
  end: () => void
  fail: (error: Error) => void
}

function made() {
  const calls: Call[] = []
  const cancelTask = vi.fn(async (task: string) => {
    calls.find((c) => c.task === task)?.fail(new IpcError({ code: 'cancelled', message: 'cancelled', hint: null }))
    return true
  })
  const buildSandbox = (language: string, again: boolean, task: string, on: Listen<TaskProgress>) =>
    new Promise<void>((end, fail) => calls.push({ language, again, task, end, fail, say: (message) => on({ message, fraction: null }) }))
  const ended = vi.fn()
  const builds = new SandboxBuilds({ buildSandbox, cancelTask } as unknown as Ipc, ended)
  const states = () => ['java', 'go', 'rust'].map((l) => builds.get(l)?.state)
  return { builds, calls, cancelTask, ended, states, soon: () => new Promise((r) => setTimeout(r, 0)) }
}

describe('SandboxBuilds', () => {
  test('builds one after another, and each once', async () => {
    const { builds, calls, ended, states, soon } = made()
    builds.start('java', false)
    builds.start('go', true)
    builds.start('java', true)
    expect(states()).toEqual(['running', 'waiting', undefined])
    calls[0]?.end()
    await soon()
    expect(states()).toEqual(['built', 'running', undefined])
    expect(ended).toHaveBeenCalledOnce()
    expect(calls.map((c) => [c.language, c.again])).toEqual([
      ['java', false],
      ['go', true],
    ])
    calls[1]?.end()
    await soon()
    builds.start('rust', false)
    expect(states()).toEqual(['built', 'built', 'running'])
  })

  test('keeps the end of the log, and why a build failed; the next goes on', async () => {
    const { builds, calls, states, soon } = made()
    builds.start('java', false)
    builds.start('go', false)
    for (let i = 0; i < LOG + 5; i += 1) calls[0]?.say(`line ${i}`)
    calls[0]?.fail(new IpcError({ code: 'image-build-failed', message: 'no such package', hint: 'look at the log' }))
    await soon()
    expect(states()).toEqual(['failed', 'running', undefined])
    const build = builds.get('java')
    expect(build?.error).toEqual({ code: 'image-build-failed', message: 'no such package', hint: 'look at the log' })
    expect(build?.log).toHaveLength(LOG)
    expect(build?.log.at(-1)).toBe(`line ${LOG + 4}`)
  })

  test('cancels what runs and forgets what waits', async () => {
    const { builds, calls, cancelTask, states, soon } = made()
    builds.start('java', false)
    builds.start('go', false)
    builds.start('rust', false)
    builds.cancel('go')
    builds.cancel('java')
    expect(cancelTask).toHaveBeenCalledWith('sandbox-java')
    await soon()
    expect(states()).toEqual(['cancelled', 'cancelled', 'running'])
    expect(builds.get('java')?.error).toBeNull()
    expect(calls).toHaveLength(2)
  })

  test('tells its listeners', async () => {
    const { builds, calls } = made()
    const heard = vi.fn()
    const stop = builds.subscribe(heard)
    builds.start('java', false)
    calls[0]?.say('a')
    calls[0]?.say('b')
    await vi.waitFor(() => expect(heard).toHaveBeenCalledOnce())
    expect(builds.all().map((b) => b.log)).toEqual([['a', 'b']])
    stop()
  })
})
