import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { screen, waitFor, within } from '@testing-library/react'
import { IpcError } from '../ipc/error'
import { makeFakeIpc } from '../ipc/fake'
import type { Ipc } from '../ipc/ipc'
import { find, layOut, open, search } from './open'

// The pages as a person goes through them, over a program that is made up.

beforeEach(layOut)
afterEach(() => vi.restoreAllMocks())

describe('a first start', () => {
  test('three clicks lead from nothing to a run', async () => {
    const { user, router } = open('/', { state: 'empty' })
    await user.click(await find('overview-first'))
    const launch = await find('evaluate-launch')
    await waitFor(() => expect(launch).toHaveTextContent('Run 10 samples'))
    await user.click(launch)
    expect(await find('run-status')).toHaveTextContent('Running')
    expect(router.state.location.pathname).toMatch(/^\/runs\/n/)
    expect((await find('run-progress')).getAttribute('aria-valuetext')).toMatch(/^\d+ of 10 samples$/)
  })
})

describe('evaluate', () => {
  test('starts exactly what was filled in', async () => {
    const startRun = vi.fn<Ipc['startRun']>().mockRejectedValue(new IpcError({ code: 'engine-unreachable', message: 'no container engine answers', hint: 'start Docker' }))
    const { user } = open('/evaluate?models=local:smollm2-135m&dataset=starter', { startRun })
    const field = await find('evaluate-problems-count')
    await user.clear(field)
    await user.type(field, '5')
    await user.click(await find('evaluate-strategy-completion'))
    const samples = screen.getByTestId('evaluate-samples')
    await user.clear(samples)
    await user.type(samples, '3')
    await waitFor(() => expect(screen.getByTestId('evaluate-estimate-samples')).toHaveTextContent('15'))
    await user.click(screen.getByTestId('evaluate-launch'))
    expect(startRun.mock.calls[0]?.[0]).toMatchObject({
      models: [{ provider: 'local', name: 'smollm2-135m', url: null }],
      dataset: 'starter',
      languages: ['python'],
      problems: { kind: 'first', count: 5 },
      strategy: 'completion',
      samples: 3,
    })
    // What went wrong is said where it was clicked, with what to do.
    const notice = await find('error-notice')
    expect(notice).toHaveTextContent('No container engine answers.')
    expect(notice).toHaveTextContent('Start Docker.')
    expect(notice).toHaveAttribute('data-code', 'engine-unreachable')
  })

  test('adds a server only after it has answered', async () => {
    const { user, router } = open('/evaluate')
    await user.click(await find('evaluate-add-model'))
    await user.click(screen.getByTestId('add-model-add'))
    expect(await screen.findByText(/Give the name/)).toBeInTheDocument()
    await user.type(screen.getByTestId('add-model-name'), 'mine')
    await user.clear(screen.getByTestId('add-model-url'))
    await user.type(screen.getByTestId('add-model-url'), 'http://127.0.0.1:9/v1')
    await user.click(screen.getByTestId('add-model-add'))
    expect(await find('error-notice')).toHaveTextContent('Nothing answers at')
    await user.clear(screen.getByTestId('add-model-url'))
    await user.type(screen.getByTestId('add-model-url'), 'http://127.0.0.1:8080/v1')
    await user.click(screen.getByTestId('add-model-add'))
    await waitFor(() => expect(search(router)).toContain('openai:mine@http'))
  })

  test('offers no run that cannot be done', async () => {
    open('/evaluate', { state: 'broken' })
    expect(await find('evaluate-launch')).toBeDisabled()
  })
})

describe('compare', () => {
  test('shows the figure, its table, and every pair in words', async () => {
    const { user, router } = open('/compare?runs=r2,r3')
    await find('compare-figure')
    await waitFor(() => expect(screen.getAllByTestId('figure-mark')).toHaveLength(3))
    const pairs = await screen.findAllByTestId('compare-pair')
    expect(pairs).toHaveLength(3)
    for (const pair of pairs) {
      const significant = pair.dataset.significant === 'true'
      if (significant) expect(pair).toHaveTextContent(/(First|Second) is better/)
      else expect(pair).toHaveTextContent('No difference shown')
    }
    await user.click(screen.getByTestId('compare-view-table'))
    expect(search(router)).toContain('view=table')
    expect(within(screen.getByTestId('compare-figure')).getByRole('table')).toHaveTextContent('qwen2.5-coder-7b')
  })

  test('keeps its choices in the address, and goes back', async () => {
    const { user, router } = open('/compare?runs=r2,r3')
    await find('compare-figure')
    await user.click(screen.getByTestId('compare-by-model'))
    await waitFor(() => expect(search(router)).toBe('?runs=r2,r3&by=model'))
    await user.click(screen.getByTestId('choose-runs'))
    await user.click(screen.getByTestId('pick-run-r3'))
    await waitFor(() => expect(search(router)).toBe('?runs=r2&by=model'))
    router.history.back()
    await waitFor(() => expect(search(router)).toBe('?runs=r2,r3&by=model'))
  })
})

describe('samples', () => {
  test('a row opens; j and k go on; Escape closes', async () => {
    const { user, router } = open('/samples?runs=r2')
    const rows = await screen.findAllByTestId('samples-row')
    await user.click(rows[2] as HTMLElement)
    await waitFor(() => expect(screen.getByTestId('sample-problem')).toHaveTextContent('HumanEval/2'))
    expect(search(router)).toContain(`sample=${rows[2]?.dataset.sample}`)
    await user.keyboard('j')
    await waitFor(() => expect(screen.getByTestId('sample-problem')).toHaveTextContent('HumanEval/3'))
    await user.keyboard('kk')
    await waitFor(() => expect(screen.getByTestId('sample-problem')).toHaveTextContent('HumanEval/1'))
    await user.click(screen.getByTestId('sample-tab-diff'))
    expect(await find('sample-diff')).toHaveTextContent('answer → program')
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByTestId('sample-detail')).toBeNull())
  })

  test('a filter asks for exactly that, and its chip takes it away', async () => {
    const { user, router, ipc } = open('/samples?runs=r2')
    await screen.findAllByTestId('samples-row')
    await user.click(screen.getByTestId('filter-verdict'))
    await user.click(screen.getByTestId('filter-verdict-timeout'))
    await waitFor(() => expect(search(router)).toBe('?runs=r2&verdicts=timeout'))
    const { total } = await ipc.listSamples({ runs: ['r2'], models: [], languages: [], strategies: [], verdicts: ['timeout'], transports: [], contents: [], rules: [], text: null, sort: 'natural', descending: false, offset: 0, limit: 1 })
    expect(total).toBeGreaterThan(0)
    await waitFor(() => expect(screen.getByTestId('samples-total')).toHaveTextContent(`${total} sample`))
    await user.click(screen.getAllByTestId('filter-chip')[1] as HTMLElement)
    await waitFor(() => expect(search(router)).toBe('?runs=r2'))
  })
})

describe('a sample’s execution', () => {
  test('tells toolchain, image, processor time, and what the compiler said', async () => {
    const fake = makeFakeIpc(new URLSearchParams({ running: '0' }))
    const getSample: Ipc['getSample'] = async (id) => {
      const detail = await fake.getSample(id)
      const execution = detail.sample.execution && { ...detail.sample.execution, compilation: { ok: false, duration_ms: 312.4, diagnostics: "program.cpp:3:5: error: 'x' was not declared" } }
      return { ...detail, sample: { ...detail.sample, execution } }
    }
    const { user } = open('/samples?runs=r2&verdicts=failed&tab=output', { ...fake, getSample })
    await user.click((await screen.findAllByTestId('samples-row'))[0] as HTMLElement)
    const facts = await find('sample-execution')
    expect(facts).toHaveTextContent('Python 3.11.2')
    expect(facts).toHaveTextContent('Processor time')
    expect(within(facts).getByTitle(/^sha256:5d9c0a7f/)).toBeInTheDocument()
    expect(screen.getByTestId('sample-compiled')).toHaveTextContent('Errors')
    expect(screen.getByTestId('sample-diagnostics')).toHaveTextContent("'x' was not declared")
  })
})

describe('a run that goes on', () => {
  test('shows what the executor does, by language', async () => {
    open('/runs/r6', { state: 'full', ...makeFakeIpc(new URLSearchParams()) })
    const executor = await find('run-executor')
    expect(executor).toHaveTextContent('At most 2 programs at once')
    expect(within(executor).getByTestId('executor-running')).toHaveTextContent('2')
    expect(within(executor).getByRole('row', { name: /^C\+\+ 1 1/ })).toHaveTextContent('342')
  })

  test('one that has ended does not', async () => {
    const sandboxGauges = vi.fn<Ipc['sandboxGauges']>()
    open('/runs/r2', { sandboxGauges })
    await find('run-scores')
    expect(screen.queryByTestId('run-executor')).toBeNull()
    expect(sandboxGauges).not.toHaveBeenCalled()
  })
})

describe('languages', () => {
  test('what is missing is built one after another, with its log', async () => {
    const { user } = open('/library?tab=sandbox')
    const go = await find('sandbox-go')
    expect(go).toHaveAttribute('data-ready', 'false')
    expect(await find('sandbox-python')).toHaveTextContent('Python 3.11.2')
    await user.click(screen.getByTestId('sandbox-build-missing'))
    await waitFor(() => expect(go).toHaveAttribute('data-build', 'running'))
    expect(screen.getByTestId('sandbox-rust')).toHaveAttribute('data-build', 'waiting')
    expect(await find('sandbox-log-go')).toHaveTextContent('Step 1/6')
    await waitFor(() => expect(go).toHaveAttribute('data-ready', 'true'), { timeout: 5000 })
    // The made-up build of Rust fails, and says why.
    await waitFor(() => expect(screen.getByTestId('sandbox-state-rust')).toHaveTextContent('Build failed'), { timeout: 5000 })
    expect(screen.getByTestId('sandbox-rust')).toHaveTextContent('apt-get ended with 100')
  }, 15_000)

  test('what is built stays built when building it again fails', async () => {
    const buildSandbox = vi.fn<Ipc['buildSandbox']>().mockRejectedValue(new IpcError({ code: 'image-build-failed', message: 'apt-get ended with 100', hint: null }))
    const { user } = open('/library?tab=sandbox', { buildSandbox })
    await user.click(await find('sandbox-build-python'))
    await waitFor(() => expect(screen.getByTestId('sandbox-python')).toHaveTextContent('the image from before is still used'))
    expect(screen.getByTestId('sandbox-state-python')).toHaveTextContent('Built')
    expect(screen.getByTestId('sandbox-state-python')).not.toHaveTextContent('failed')
  })

  test('a build can be cancelled', async () => {
    const { user } = open('/library?tab=sandbox')
    await user.click(await find('sandbox-build-go'))
    await user.click(await find('sandbox-cancel-go'))
    await waitFor(() => expect(screen.getByTestId('sandbox-go')).toHaveAttribute('data-build', 'cancelled'))
    expect(screen.getByTestId('sandbox-state-go')).toHaveTextContent('Not built')
  })
})

describe('reports', () => {
  test('are shown without scripts, and exported with one click', async () => {
    const exportReport = vi.fn<Ipc['exportReport']>().mockResolvedValue({ path: '/tmp/report.html', bytes: 1200, figures: 1 })
    const { user } = open('/reports?runs=r2', { exportReport })
    const frame = await find('report-preview')
    expect(frame).toHaveAttribute('sandbox', '')
    await user.click(screen.getByTestId('report-export-html'))
    expect(exportReport).toHaveBeenCalledWith({ runs: ['r2'], title: null, published: null, sections: [] }, 'html', null)
    expect(await find('toast-ok')).toHaveTextContent('/tmp/report.html')
  })

  test('have more sections where they are chosen, as the address says', async () => {
    const previewReport = vi.fn<Ipc['previewReport']>().mockResolvedValue('<p>Report</p>')
    const { user } = open('/reports?runs=r2&sections=trends,nonsense', { previewReport })
    await waitFor(() => expect(previewReport).toHaveBeenLastCalledWith({ runs: ['r2'], title: null, published: null, sections: ['trends'] }))
    await user.click(await find('report-section-problems'))
    await waitFor(() => expect(previewReport).toHaveBeenLastCalledWith({ runs: ['r2'], title: null, published: null, sections: ['problems', 'trends'] }))
    await user.click(await find('report-section-trends'))
    await waitFor(() => expect(previewReport).toHaveBeenLastCalledWith({ runs: ['r2'], title: null, published: null, sections: ['problems'] }))
    expect(screen.getByTestId('report-section-trends')).not.toBeChecked()
  })

  test('take a file of published scores, and leave it out again', async () => {
    const previewReport = vi.fn<Ipc['previewReport']>().mockResolvedValue('<p>Report</p>')
    const { user } = open('/reports?runs=r2', { previewReport, chooseFile: async () => '/home/ana/scores.toml' })
    await user.click(await find('report-published'))
    await waitFor(() => expect(previewReport).toHaveBeenLastCalledWith({ runs: ['r2'], title: null, published: '/home/ana/scores.toml', sections: [] }))
    const clear = await find('report-published-clear')
    expect(screen.getByText('scores.toml')).toBeVisible()
    await user.click(clear)
    expect(await find('report-published')).toBeVisible()
  })
})

describe('everywhere', () => {
  test('the palette finds a run and goes there', async () => {
    const { user, router } = open('/settings')
    await find('page-settings')
    await user.keyboard('{Control>}k{/Control}')
    expect(await find('palette-input')).toHaveFocus()
    await user.keyboard('humaneval qwen')
    await waitFor(() => expect(screen.getAllByTestId('palette-entry')[0]).toHaveTextContent('HumanEval, Qwen2.5-Coder 7B and 1.5B'))
    await user.keyboard('{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe('/runs/r2'))
  })

  test('a choice of theme is in force and kept', async () => {
    const setSettings = vi.fn<Ipc['setSettings']>().mockResolvedValue()
    const { user } = open('/settings', { setSettings })
    await user.click(await find('theme-dark'))
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'))
    expect(setSettings.mock.calls[0]?.[0]).toMatchObject({ theme: 'dark' })
  })

  test('a page whose data cannot be read says why', async () => {
    open('/runs', { listRuns: () => Promise.reject(new IpcError({ code: 'store-newer', message: 'the store was written by a newer version', hint: 'update Assay' })) })
    const notice = await find('error-notice')
    expect(notice).toHaveTextContent('The store was written by a newer version.')
    expect(notice).toHaveTextContent('Update Assay.')
  })
})
