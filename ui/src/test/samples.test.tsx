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
