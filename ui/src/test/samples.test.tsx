import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { screen, waitFor } from '@testing-library/react'
import { makeFakeIpc } from '../ipc/fake'
import type { Ipc } from '../ipc/ipc'
import type { UserEvent } from '@testing-library/user-event'
import { find, layOut, open, search } from './open'

beforeEach(layOut)
afterEach(() => vi.restoreAllMocks())

describe('a sample’s parts', () => {
  const first = async (user: UserEvent) => user.click((await screen.findAllByTestId('samples-row'))[0] as HTMLElement)

  test('both flags stand apart, and the cleaning rule is told in words', async () => {
    const { user } = open('/samples?runs=r2&contents=wrong_language&tab=diff')
    await first(user)
    const verdict = await find('sample-verdict')
    expect(verdict).toHaveTextContent('Request: answered')
    expect(verdict).toHaveTextContent('Code: wrong language')
    expect(verdict).toHaveTextContent('Not executed')
    expect(screen.getByTestId('sample-wrong-language')).toHaveTextContent(/JavaScript, not Python.*% sure/)
    const rule = screen.getByTestId('sample-rule')
    expect(rule).toHaveTextContent('another language than the one asked for')
    expect(rule).toHaveAttribute('data-rule', 'other_language')
  })

  test('a rule nobody has described is shown as it is', async () => {
    const fake = makeFakeIpc(new URLSearchParams({ running: '0' }))
    const getSample: Ipc['getSample'] = async (id) => {
      const detail = await fake.getSample(id)
      return { ...detail, sample: { ...detail.sample, rule: 'turned_inside_out' } }
    }
    const { user } = open('/samples?runs=r2&verdicts=passed&tab=diff', { ...fake, getSample })
    await first(user)
    expect(await find('sample-rule')).toHaveTextContent('turned_inside_out')
  })

  test('quality comes in parts, each with what speaks against it, and says its basis', async () => {
    const { user } = open('/samples?runs=r2&contents=syntax_error')
    await first(user)
    const quality = await find('sample-quality')
    expect(quality).toHaveTextContent('told from the text alone')
    expect(quality).toHaveTextContent('Syntax0.623 of 8 lines stand in a syntax error.')
  })

  test('earlier turns stand before the answer that counts, with what the model was told', async () => {
    const { user } = open('/samples?runs=r8&tab=raw')
    await first(user)
    expect(await find('sample-turn-reply')).toHaveTextContent('return sum')
    expect(screen.getByTestId('sample-turn-feedback')).toHaveTextContent('NameError')
    expect(screen.getByTestId('sample-raw')).toHaveTextContent('return sums')
    expect(screen.getByTestId('sample-verdict')).toHaveTextContent(/cost \$0\.000/)
  })

  test('rules, strategies, quality and cost are filters and orders', async () => {
    const listSamples = vi.fn(makeFakeIpc(new URLSearchParams({ running: '0' })).listSamples)
    const { user, router } = open('/samples?runs=r8', { listSamples })
    await screen.findAllByTestId('samples-row')
    await user.click(screen.getByTestId('filter-rule'))
    await user.click(screen.getByTestId('filter-rule-fence'))
    await waitFor(() => expect(search(router)).toContain('rules=fence'))
    await user.click(screen.getByTestId('filter-strategy'))
    await user.click(screen.getByTestId('filter-strategy-self-repair'))
    await waitFor(() => expect(search(router)).toContain('strategies=self-repair'))
    await user.click(screen.getByRole('button', { name: 'Quality' }))
    await waitFor(() => expect(listSamples.mock.lastCall?.[0]).toMatchObject({ rules: ['fence'], strategies: ['self-repair'], sort: 'quality', descending: false }))
  })
})

describe('the table', () => {
  const shown = (router: ReturnType<typeof open>['router']) => Number(new URLSearchParams(search(router)).get('sample'))

  test('says how many rows there are, and where each of those in sight stands', async () => {
    const { ipc } = open('/samples?runs=r2')
    const rows = await screen.findAllByTestId('samples-row')
    const { total } = await ipc.listSamples({ runs: ['r2'], models: [], languages: [], strategies: [], verdicts: [], transports: [], contents: [], rules: [], text: null, sort: 'natural', descending: false, offset: 0, limit: 1 })
    const grid = screen.getByRole('grid', { name: 'Samples' })
    expect(grid).toHaveAttribute('aria-rowcount', String(total + 1))
    expect(rows.map((row) => row.getAttribute('aria-rowindex')).slice(0, 3)).toEqual(['2', '3', '4'])
    expect(rows.length).toBeLessThan(total)
  })

  test('is gone through by keyboard alone: /, down, Enter, j, k, Escape', async () => {
    const { user, router } = open('/samples?runs=r2')
    await waitFor(() => expect(screen.getAllByTestId('samples-row')[2]).toHaveAttribute('data-sample'))
    const samples = screen.getAllByTestId('samples-row').map((row) => Number(row.getAttribute('data-sample')))
    await user.keyboard('/')
    expect(screen.getByTestId('samples-search')).toHaveFocus()
    await user.keyboard('{ArrowDown}')
    const grid = screen.getByTestId('samples-table')
    expect(grid).toHaveFocus()
    expect(grid).toHaveAttribute('aria-activedescendant', 'sample-row-0')
    await user.keyboard('{ArrowDown}{Enter}')
    await waitFor(() => expect(shown(router)).toBe(samples[1]))
    await user.keyboard('j')
    await waitFor(() => expect(shown(router)).toBe(samples[2]))
    await user.keyboard('kk')
    await waitFor(() => expect(shown(router)).toBe(samples[0]))
    await user.keyboard('{Escape}')
    await waitFor(() => expect(search(router)).not.toContain('sample='))
  })

  test('sorts by keyboard: Enter on a heading opens no sample', async () => {
    const { user, router } = open('/samples?runs=r2')
    await screen.findAllByTestId('samples-row')
    screen.getByRole('button', { name: 'Problem' }).focus()
    await user.keyboard('{Enter}')
    await waitFor(() => expect(search(router)).toContain('sort=problem'))
    expect(search(router)).not.toContain('sample=')
  })
})

describe('a sample against another one', () => {
  test('is kept while one goes on, and is told from itself', async () => {
    const { user, router } = open('/samples?runs=r2')
    await waitFor(() => expect(screen.getAllByTestId('samples-row')[4]).toHaveAttribute('data-sample'))
    const rows = screen.getAllByTestId('samples-row')
    const passed = rows.find((row) => row.querySelector('[data-verdict="passed"]'))
    const failed = rows.find((row) => row.querySelector('[data-verdict="failed"]'))
    if (!passed || !failed) throw new Error('the made-up run has no such samples')
    await user.click(passed)
    await find('sample-verdict')
    await user.keyboard('b')
    const base = passed.getAttribute('data-sample')
    await waitFor(() => expect(search(router)).toContain(`against=${base}`))
    expect(screen.getByTestId('sample-base')).toHaveAttribute('aria-pressed', 'true')
    await user.click(screen.getByTestId('sample-tab-against'))
    expect(await find('against-itself')).toBeInTheDocument()
    await user.click(failed)
    const diff = await find('against-diff')
    expect(diff).toHaveTextContent('other program → this program')
    expect(diff).toHaveTextContent('sums.append(numbers[i] + numbers[i - 1])')
    await user.click(screen.getByText('Answers'))
    expect(await find('against-diff')).toHaveTextContent('other answer → this answer')
  })

  test('or against the reference solution, until nothing is chosen', async () => {
    const { user, router } = open('/samples?runs=r2&verdicts=failed&tab=against&against=reference')
    await user.click((await screen.findAllByTestId('samples-row'))[0] as HTMLElement)
    expect(await find('against-diff')).toHaveTextContent('reference → this program')
    await user.selectOptions(screen.getByTestId('against'), '')
    await waitFor(() => expect(search(router)).not.toContain('against=reference'))
    expect(screen.queryByTestId('against-diff')).not.toBeInTheDocument()
  })
})


describe('the two flags of a run', () => {
  test('are shares with their counts, and lead to what failed', async () => {
    const { user, router, ipc } = open('/runs/r2')
    const usable = (await screen.findAllByTestId('flag-usable'))[0] as HTMLElement
    const { scores } = (await ipc.getRun('r2')).summary
    const flags = scores[0]?.flags
    if (!flags) throw new Error('the made-up run has no flags')
    expect(usable).toHaveAccessibleName(expect.stringContaining(`${flags.usable} of ${flags.answered} answers`))
    expect(screen.getAllByTestId('flag-answered')[0]).toHaveAccessibleName(expect.stringContaining(`${flags.answered} of ${flags.asked} requests`))
    await user.hover(usable)
    expect(await screen.findByRole('tooltip')).toHaveTextContent(`Usable code${flags.usable}`)
    await user.click(usable)
    await waitFor(() => expect(router.state.location.pathname).toBe('/samples'))
    const failing = flags.answered - flags.usable
    await waitFor(() => expect(screen.getByTestId('samples-total')).toHaveTextContent(`${failing} sample`))
  })
})
