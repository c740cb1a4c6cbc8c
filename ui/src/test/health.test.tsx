import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { screen, waitFor, within } from '@testing-library/react'
import { IpcError } from '../ipc/error'
import { makeFakeIpc } from '../ipc/fake'
import type { Ipc } from '../ipc/ipc'
import { find, layOut, open } from './open'

beforeEach(layOut)
afterEach(() => vi.restoreAllMocks())

describe('health', () => {
  test('tells what runs and what it runs on, and looks again', async () => {
    const fake = makeFakeIpc(new URLSearchParams())
    const health = vi.fn<Ipc['health']>(fake.health)
    open('/health', { ...fake, health })
    const engine = await find('health-engine')
    expect(engine).toHaveTextContent('Docker 20.10.24')
    expect(engine).toHaveTextContent('2 of 2Running')
    expect(screen.getByTestId('health-language-go')).toHaveTextContent('not built')
    expect(screen.getByTestId('health-language-python')).toHaveTextContent('263 MB')
    expect(screen.getByTestId('health-runs')).toHaveTextContent('Starter set, SmolLM2 and gpt-oss')
    expect(within(screen.getByTestId('health-requests')).getByRole('row', { name: /smollm2-135m \d 6 16/ })).toBeInTheDocument()
    expect(screen.getByTestId('health-memory')).toHaveTextContent('Floor800 MB')
    expect(screen.getByTestId('health-store')).toHaveTextContent('Free on disk83 GB')
    expect(screen.getByTestId('health-metrics')).toHaveTextContent('http://127.0.0.1:9464/metrics')
    await waitFor(() => expect(health.mock.calls.length).toBeGreaterThan(1))
  })

  test('says what is missing, and how metrics are switched on', async () => {
    open('/health', { state: 'broken' })
    expect(await find('health-engine-trouble')).toHaveTextContent('No container engine answers. Install Docker')
    expect(screen.getByTestId('health-runs')).toHaveTextContent('None in this program')
    expect(screen.getByTestId('health-requests')).toHaveTextContent('No model is being asked')
    expect(screen.getByTestId('health-metrics')).toHaveTextContent('ASSAY_METRICS=127.0.0.1:9464')
  })

  test('is a few keys away', async () => {
    const { user, router } = open('/')
    await find('page-overview')
    await user.keyboard('gh')
    await find('page-health')
    await user.keyboard('{Control>}k{/Control}')
    await find('palette-input')
    await user.keyboard('measure this')
    await waitFor(() => expect(screen.getAllByTestId('palette-entry')[0]).toHaveTextContent('Measure this machine'))
    await user.keyboard('{Enter}')
    await find('bench-form')
    expect(router.state.location.pathname).toBe('/library')
  })
})

describe('what is known', () => {
  test('is cleared only after it was asked', async () => {
    const fake = makeFakeIpc(new URLSearchParams({ running: '0' }))
    const clearCaches = vi.fn<Ipc['clearCaches']>(fake.clearCaches)
    const { user } = open('/health', { ...fake, clearCaches })
    expect(await find('cache-answers')).toHaveTextContent('18,41261 MB30.0 of 26,316$4.12')
    await user.click(screen.getByTestId('cache-clear-answers'))
    expect(clearCaches).not.toHaveBeenCalled()
    expect(screen.getByTestId('cache-clear-confirm')).toHaveTextContent('Runs keep their samples')
    await user.click(screen.getByTestId('cache-clear-confirm-yes'))
    expect(clearCaches).toHaveBeenCalledWith('answers')
    expect(await find('toast-ok')).toHaveTextContent('18,412 entries cleared')
    await waitFor(() => expect(screen.getByTestId('cache-clear-answers')).toBeDisabled())
    expect(screen.getByTestId('cache-clear-executions')).toBeEnabled()
  })

  test('may take more or less, from the settings too, and the theme keeps that', async () => {
    const { user, ipc } = open('/settings')
    const field = await find('cache-limit')
    expect(field).toHaveValue(2000)
    expect(screen.getByTestId('cache-limit-set')).toBeDisabled()
    await user.clear(field)
    await user.type(field, '500')
    await user.click(screen.getByTestId('cache-limit-set'))
    await waitFor(() => expect(screen.getByTestId('caches')).toHaveTextContent('86 MB of 500 MB'))
    await user.click(screen.getByTestId('theme-dark'))
    await waitFor(async () => expect(await ipc.getSettings()).toMatchObject({ theme: 'dark', cache_limit_mb: 500 }))
  })

  test('that cannot be read says why', async () => {
    open('/settings', { caches: () => Promise.reject(new IpcError({ code: 'store-busy', message: 'the store is busy', hint: null })) })
    expect(await find('error-notice')).toHaveTextContent('The store is busy.')
  })
})

describe('benchmarks', () => {
  test('are started with small defaults, watched, and end in a result and a history', async () => {
    const fake = makeFakeIpc(new URLSearchParams({ running: '0' }))
    // It waits half way until the test has seen it.
    let goOn: () => void = () => undefined
    const seen = new Promise<void>((resolve) => (goOn = resolve))
    const startBench = vi.fn<Ipc['startBench']>(async (work, task, on) => {
      on({ message: 'one after another: 7 of 20', fraction: 0.35 })
      await seen
      return fake.startBench(work, task, on)
    })
    const { user } = open('/library?tab=benchmarks', { ...fake, startBench })
    await find('bench-form')
    expect(await screen.findAllByTestId('bench-row')).toHaveLength(5)
    await user.click(screen.getByTestId('bench-start'))
    expect(startBench.mock.calls[0]?.[0]).toEqual({ models: 2, dataset: 'starter', languages: ['python'], problems: 10, samples: 3, baseline: 20, concurrency: 64, latency_low_ms: 50, latency_high_ms: 800 })
    await waitFor(() => expect(screen.getByTestId('bench-progress')).toHaveTextContent('one after another: 7 of 20'))
    goOn()
    await waitFor(() => expect(screen.getByTestId('bench-result')).toHaveTextContent('What it came to'))
    expect(screen.getByTestId('bench-speedup')).toHaveTextContent('9.1×')
    expect(screen.getByTestId('bench-result')).toHaveTextContent('95 % interval')
    expect(screen.getByTestId('bench-same')).toHaveTextContent('Same verdicts20 of 20 samples')
    await waitFor(() => expect(screen.getAllByTestId('bench-row')).toHaveLength(6))
    await waitFor(() => expect(screen.getAllByTestId('bench-mark')).toHaveLength(12))
  })

  test('go on while one looks elsewhere, and stop when told to', async () => {
    let stop: () => void = () => undefined
    const cancelTask = vi.fn<Ipc['cancelTask']>(async () => (stop(), true))
    const startBench: Ipc['startBench'] = (_work, _task, on) =>
      new Promise((_, reject) => {
        on({ message: 'all at once: 3 of 60', fraction: 0.05 })
        stop = () => reject(new IpcError({ code: 'cancelled', message: 'the measurement was stopped', hint: null }))
      })
    const { user } = open('/library?tab=benchmarks', { startBench, cancelTask })
    await user.click(await find('bench-start'))
    await find('bench-progress')
    await user.click(screen.getByTestId('library-models'))
    expect(screen.queryByTestId('bench-progress')).toBeNull()
    await user.click(screen.getByTestId('library-benchmarks'))
    expect(await find('bench-progress')).toHaveTextContent('all at once: 3 of 60')
    await user.click(screen.getByTestId('bench-cancel'))
    expect(await screen.findByText(/was stopped; nothing was kept/)).toBeInTheDocument()
    expect(cancelTask).toHaveBeenCalledTimes(1)
    expect(await screen.findAllByTestId('bench-row')).toHaveLength(5)
  })

  test('say what they lack before they begin', async () => {
    const { user } = open('/library?tab=benchmarks')
    const baseline = await find('bench-baseline')
    await user.clear(baseline)
    await user.type(baseline, '1')
    expect(screen.getByTestId('bench-start')).toBeDisabled()
    expect(screen.getByTestId('bench-form')).toHaveTextContent('at least a sample for each model')
  })

  test('an empty history says what will stand there', async () => {
    open('/library?tab=benchmarks', { state: 'empty' })
    expect(await find('bench-empty')).toHaveTextContent('a chart of both ways')
  })
})
