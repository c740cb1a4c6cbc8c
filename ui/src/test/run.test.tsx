import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { screen, waitFor, within } from '@testing-library/react'
import { makeFakeIpc } from '../ipc/fake'
import type { Ipc } from '../ipc/ipc'
import type { RunEvent } from '../ipc/types'
import { find, layOut, open, search } from './open'

// A run that is on, steered and watched.

beforeEach(layOut)
afterEach(() => vi.restoreAllMocks())

/** The made-up program with a run that is on but moves only when a test says so. */
async function still() {
  const fake = makeFakeIpc(new URLSearchParams())
  const base = (await fake.getRun('r6')).summary.progress
  let tell: (event: RunEvent) => void = () => undefined
  const watchRun: Ipc['watchRun'] = async (_run, on) => {
    tell = on
    return true
  }
  const progress = (part: Partial<typeof base>) => tell({ type: 'progress', run: 'r6', progress: { ...base, ...part } })
  return { ipc: { ...fake, watchRun }, base, progress, tell: (event: RunEvent) => tell(event) }
}

describe('a run that is on', () => {
  test('pauses and goes on', async () => {
    const { ipc, progress } = await still()
    const pauseRun = vi.fn<Ipc['pauseRun']>(async (_run, paused) => progress({ paused }))
    const { user } = open('/runs/r6', { ...ipc, pauseRun })
    const pause = await find('run-pause')
    expect(pause).toHaveTextContent('Pause')
    await user.click(pause)
    await waitFor(() => expect(screen.getByTestId('run-status')).toHaveTextContent('Paused'))
    // It is on all the same.
    expect(screen.getByTestId('run-status')).toHaveAttribute('data-status', 'running')
    expect(screen.getByTestId('run-left')).toHaveTextContent('not while it is paused')
    expect(screen.getByTestId('run-ticker')).toHaveTextContent('paused')
    await waitFor(() => expect(pause).toHaveTextContent('Continue'))
    // A button that is still at work takes no click.
    await waitFor(() => expect(pause).toBeEnabled())
    await user.click(pause)
    await waitFor(() => expect(screen.getByTestId('run-status')).toHaveTextContent('Running'))
    expect(pauseRun.mock.calls).toEqual([['r6', true], ['r6', false]])
  })

  test('is given another priority', async () => {
    const { ipc } = await still()
    const setPriority = vi.fn<Ipc['setPriority']>(ipc.setPriority)
    const { user } = open('/runs/r6', { ...ipc, setPriority })
    const choice = await find('run-priority')
    expect(choice).toHaveValue('normal')
    await user.selectOptions(choice, 'High')
    expect(setPriority).toHaveBeenCalledWith('r6', 'high')
    await waitFor(() => expect(screen.getByTestId('run-priority')).toHaveValue('high'))
  })

  test('tells its stages, its time left with how sure that is, its cost, and what it was spared', async () => {
    const { ipc, base, progress } = await still()
    open('/runs/r6', ipc)
    await find('run-stages')
    progress({ remaining_s: 720, remaining_low_s: 600, remaining_high_s: 900, cost_usd: 0.42, cost_projected_usd: 1.1, withdrawn: 37, memory_short: true, in_generation: 3, generation_limit: 5, cache: { ...base.cache, answer_hits: 10, answer_misses: 30 } })
    await waitFor(() => expect(screen.getByTestId('run-left')).toHaveTextContent('about 12 minbetween 10 and 15 min'))
    expect(within(screen.getByTestId('run-stages')).getByText('With the models').closest('li')).toHaveTextContent('3 of 5With the models10 known, 25 %')
    expect(screen.getByTestId('run-cost')).toHaveTextContent('$0.42about $1.10 in the end')
    expect(screen.getByTestId('run-saved')).toHaveTextContent('$0.00094')
    expect(screen.getByTestId('run-withdrawn')).toHaveTextContent('37')
    expect(screen.getByTestId('run-memory')).toHaveTextContent('Memory is short')
  })

  test('names its failures while they come, each with a sample to look at', async () => {
    const { ipc } = await still()
    const runFailures = vi.fn<Ipc['runFailures']>(async () => [{ transport: 'ok', content: 'incomplete', verdict: 'exception', count: 1234, example: 77, model: 'local:smollm2-135m', problem: 'starter/3', detail: 'IndexError: list index out of range' }])
    const { user, router } = open('/runs/r6', { ...ipc, runFailures })
    await waitFor(() => expect(screen.getByTestId('run-failure')).toHaveTextContent('1,234'))
    expect(screen.getByTestId('run-failure')).toHaveTextContent('Exceptionincomplete')
    await waitFor(() => expect(runFailures.mock.calls.length).toBeGreaterThan(1))
    await user.click(screen.getByTestId('run-failure-example'))
    await waitFor(() => expect(search(router)).toBe('?runs=r6&sample=77&verdicts=exception&contents=incomplete'))
  })

  test('holds no more of its tail than is shown', async () => {
    const { ipc, tell } = await still()
    open('/runs/r6', ipc)
    await find('run-stages')
    for (let i = 0; i < 300; i += 1) tell({ type: 'sample_done', run: 'r6', sample: 10_000 + i, model: 'local:m', problem: `P/${i}`, index: 0, transport: 'ok', content: 'ok', verdict: 'passed', detail: null })
    const tail = await find('run-tail')
    await waitFor(() => expect(tail).toHaveTextContent('P/299'))
    expect(within(tail).getAllByRole('listitem')).toHaveLength(14)
  })
})

describe('a run that has ended', () => {
  test('tells what did not pass from what is stored, and asks no more', async () => {
    const runFailures = vi.fn<Ipc['runFailures']>()
    open('/runs/r9', { runFailures })
    const failures = await screen.findAllByTestId('run-failure')
    const counts = failures.map((f) => Number(f.querySelector('.failure-count')?.textContent))
    expect(counts).toEqual([...counts].sort((a, b) => b - a))
    expect(runFailures).not.toHaveBeenCalled()
    expect(screen.queryByTestId('run-pause')).toBeNull()
  })

  test('tells how different its programs are, and when it stopped', async () => {
    open('/runs/r9')
    const diversity = await find('run-diversity')
    expect(within(diversity).getByRole('row', { name: /gpt-oss-20b 84\.0 61\.0 12 / })).toBeInTheDocument()
    expect(screen.getByTestId('run-withdrawn')).toHaveTextContent('38')
    expect(screen.getByTestId('page-run')).toHaveTextContent('from 5 samples, once it passes at most 10 % or at least 50 % of the time')
  })
})

describe('a sample', () => {
  test('says what of it was known', async () => {
    const fake = makeFakeIpc(new URLSearchParams({ running: '0' }))
    const getSample: Ipc['getSample'] = async (id) => {
      const detail = await fake.getSample(id)
      return { ...detail, sample: { ...detail.sample, answer_cached: true, execution_cached: false } }
    }
    const { user } = open('/samples?runs=r2', { ...fake, getSample })
    await user.click((await screen.findAllByTestId('samples-row'))[0] as HTMLElement)
    expect(await find('sample-answer-known')).toHaveTextContent('Answer was known')
    expect(screen.queryByTestId('sample-execution-known')).toBeNull()
  })
})

describe('evaluate', () => {
  test('a run may take what is known, stop early, and stand back', async () => {
    const startRun = vi.fn<Ipc['startRun']>().mockReturnValue(new Promise(() => undefined))
    const { user } = open('/evaluate?models=local:smollm2-135m&dataset=starter', { startRun })
    await user.click(await find('evaluate-advanced'))
    await user.click(screen.getByTestId('evaluate-cache-refresh'))
    await user.click(screen.getByTestId('evaluate-early-stop'))
    const rule = screen.getByTestId('evaluate-early-stop-rule')
    expect(rule).toHaveTextContent('biased')
    expect(rule).toHaveTextContent('nothing can be stopped early')
    const least = screen.getByTestId('evaluate-early-at-least')
    await user.clear(least)
    await user.type(least, '8')
    await user.click(screen.getByTestId('evaluate-priority-low'))
    await waitFor(() => expect(screen.getByTestId('evaluate-launch')).toHaveTextContent('Run 10 samples'))
    await user.click(screen.getByTestId('evaluate-launch'))
    expect(startRun.mock.calls[0]?.[0]).toMatchObject({ cache: 'refresh', early_stop: { at_least: 8, low: 0.1, high: 0.5, error: 0.05 }, priority: 'low', concurrency: 16 })
  })
})
