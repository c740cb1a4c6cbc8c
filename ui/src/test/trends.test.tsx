import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { makeFakeIpc } from '../ipc/fake'
import type { TrendQuery } from '../ipc/types'
import { find, layOut, open, search } from './open'

const BIG = 'humaneval/1.0.3/python/instruct/openai:qwen2.5-coder-7b@http://127.0.0.1:8080/v1'

describe('scores over time', () => {
  test('an empty page says what will stand there', async () => {
    open('/trends', { state: 'empty' })
    expect(await find('trends-empty')).toHaveTextContent('a dot a run with its interval')
    expect(within(await find('trends-empty')).getByRole('link', { name: 'Run an evaluation' })).toBeInTheDocument()
  })

  test('shows the suite with the newest lines, its figure with n, test, correction and seed, and what regressed', async () => {
    open('/trends', { state: 'weekly' })
    const figure = await find('trends-figure')
    for (const told of ['n = 18 runs', 'Mann–Kendall', 'CUSUM', 'Holm', 'seed 1', 'humaneval 1.0.3']) expect(figure).toHaveTextContent(told)
    const steps = await screen.findAllByTestId('trend-step')
    expect(steps.length).toBeGreaterThan(0)
    for (const step of steps) expect(step.dataset.change).not.toBe('not_shown')
    expect(screen.getByTestId('trend-steps')).toHaveTextContent('A lower score alone is no regression')
  })

  test('a row opens its series alone, in the address, with every step', async () => {
    const { user, router } = open('/trends', { state: 'weekly' })
    const rows = await screen.findAllByTestId('trend-row')
    const row = rows.find((r) => r.dataset.key === BIG) as HTMLElement
    row.focus()
    await user.keyboard('{Enter}')
    await waitFor(() => expect(decodeURIComponent(search(router))).toContain(`series=${BIG}`))
    await waitFor(() => expect(screen.getByTestId('trends-figure')).toHaveTextContent('pass@1 of qwen2.5-coder-7b'))
    await waitFor(() => expect(screen.getAllByTestId('trend-step')).toHaveLength(8))
    const changes = screen.getAllByTestId('trend-step').map((s) => s.dataset.change)
    expect(changes.filter((c) => c === 'regression')).toHaveLength(1)
    expect(screen.getByTestId('trend-differs')).toHaveTextContent('Also changed: version of Assay 0.1.0 → 0.1.1')
    await user.selectOptions(screen.getByTestId('trends-choose'), '')
    await waitFor(() => expect(search(router)).not.toContain('series='))
  })

  test('the mean of a suite stands below its series, and is drawn when it is chosen', async () => {
    const { user, router } = open('/trends', { state: 'weekly' })
    const mean = (await screen.findAllByTestId('trend-row')).find((r) => r.dataset.key === 'humaneval/1.0.3/python')
    expect(mean).toHaveTextContent('the mean of 2 series')
    await user.selectOptions(screen.getByTestId('trends-choose'), 'Mean of 2 series (9 runs)')
    await waitFor(() => expect(search(router)).toContain('series=humaneval/1.0.3/python'))
    await waitFor(() => expect(screen.getByTestId('trends-figure')).toHaveTextContent('pass@1 of the mean of 2 series over time'))
  })

  test('the table of the figure, and its export, which names the series', async () => {
    const asked: TrendQuery[] = []
    const { user, router } = open(`/trends?series=${encodeURIComponent(BIG)}`, {
      state: 'weekly',
      exportFigure: async (source) => {
        if (source.kind === 'trends') asked.push(source)
        return { path: '/tmp/trend.svg', bytes: 1, figures: 1 }
      },
    })
    await user.click(await find('trends-view-table'))
    await waitFor(() => expect(search(router)).toContain('view=table'))
    expect(within(screen.getByTestId('trends-figure')).getAllByRole('row')).toHaveLength(10)
    await user.click(screen.getByTestId('trends-export-svg'))
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(asked[0]?.shown).toEqual([BIG])
  })

  test('one run alone is no line, and the page says what makes it one', async () => {
    open('/trends?suite=humaneval/1.0.3/python', { state: 'full' })
    expect(await find('trends-no-line')).toHaveTextContent('A second run')
  })

  test('is reached by its key, and found as it was left', async () => {
    layOut()
    const { user, router } = open('/', { state: 'weekly' })
    await find('page-overview')
    await user.keyboard('gt')
    await find('page-trends')
    await user.selectOptions(await find('trends-choose'), BIG)
    await waitFor(() => expect(search(router)).toContain('series='))
    await user.click(screen.getByTestId('nav-overview'))
    await find('page-overview')
    await user.click(screen.getByTestId('nav-trends'))
    await waitFor(() => expect(search(router)).toContain('series='))
  })
})

describe('the overview', () => {
  test('tells of a regression in one line with a way to it, and of what changed since last time', async () => {
    const { user, router } = open('/', { state: 'weekly' })
    const alert = await find('regression-alert')
    expect(alert).toHaveTextContent(/Regression.*lost \d+\.\d points \(−.*p [=<]/)
    const rows = await screen.findAllByTestId('since-last-row')
    expect(rows[0]?.dataset.change).toBe('regression')
    await user.click(screen.getByTestId('regression-look'))
    await waitFor(() => expect(router.state.location.pathname).toBe('/trends'))
    expect(search(router)).toContain('series=')
  })

  test('without a significant drop raises no alert', async () => {
    const fake = makeFakeIpc(new URLSearchParams({ state: 'weekly', running: '0' }))
    open('/', { state: 'weekly', trends: (query) => fake.trends({ ...query, alpha: 1e-12 }) })
    await screen.findAllByTestId('since-last-row')
    expect(screen.queryByTestId('regression-alert')).not.toBeInTheDocument()
  })

  test('the leaderboard has rank intervals and what changed since the run before', async () => {
    open('/', { state: 'weekly' })
    const board = await find('leaderboard')
    await waitFor(() => expect(within(board).getAllByTestId('rank-interval').length).toBeGreaterThan(4))
    for (const rank of within(board).getAllByTestId('rank-interval')) expect(rank).toHaveTextContent(/may rank \d+(–\d+)?$/)
    const since = await within(board).findAllByTestId('board-since')
    expect(since.some((s) => s.dataset.change === 'regression')).toBe(true)
    for (const one of since) expect(one).toHaveTextContent(/regression|improvement|no change is shown/)
  })
})
