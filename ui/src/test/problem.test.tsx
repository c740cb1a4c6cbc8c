import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { find, layOut, open, search } from './open'

describe('a problem', () => {
  test('shows its text, who solves it, and everyone’s answer side by side', async () => {
    const { user, router } = open('/problems/starter/starter/3')
    expect(await find('problem-text')).toHaveTextContent('def is_balanced')
    const answers = await screen.findAllByTestId('problem-answer')
    expect(answers.length).toBeGreaterThan(2)
    for (const answer of answers) expect(answer).toHaveTextContent(/\d+ of \d+ pass|not judged/)
    expect(screen.getByTestId('problem-figure')).toHaveTextContent('Wilson')
    await user.click(screen.getByTestId('problem-by-strategy'))
    await waitFor(() => expect(search(router)).toBe('?by=strategy'))
    await waitFor(() => expect(screen.getAllByTestId('problem-answer').map((a) => a.getAttribute('aria-label'))).toContain('Self repair'))
  })

  test('sets programs against the reference and against another answer', async () => {
    const { user, router } = open('/problems/humaneval/HumanEval/5')
    const against = await find('problem-against')
    const answers = screen.getAllByTestId('problem-answer').length
    await user.selectOptions(against, 'reference')
    await waitFor(() => expect(search(router)).toBe('?against=reference'))
    await waitFor(() => expect(screen.getAllByTestId('problem-diff').length).toBeGreaterThan(1))
    const sample = within(against)
      .getAllByRole('option')
      .map((o) => (o as HTMLOptionElement).value)
      .find((v) => /^\d+$/.test(v))
    await user.selectOptions(against, sample as string)
    await waitFor(() => expect(search(router)).toBe(`?against=${sample}`))
    // The one that others are set against stands whole.
    await waitFor(() => expect(screen.getAllByTestId('problem-program')).toHaveLength(1))
    expect(screen.getAllByTestId('problem-diff').length).toBeLessThan(answers)
  })

  test('steps through answers of one, and keeps which in the address', async () => {
    const { user, router } = open('/problems/starter/starter/0?runs=r1')
    await user.click((await screen.findAllByTestId('problem-answer-next'))[0] as HTMLElement)
    await waitFor(() => expect(search(router)).toMatch(/runs=r1&picks=\d+/))
    expect(screen.getAllByTestId('problem-answer')[0]).toHaveTextContent('of 4')
  })

  test('goes on by j and k, and stops at the ends', async () => {
    const { user, router } = open('/problems/starter/starter/0?against=reference')
    await find('problem-answers')
    expect(screen.getByTestId('problem-previous')).toBeDisabled()
    await user.keyboard('j')
    await waitFor(() => expect(decodeURIComponent(router.state.location.pathname)).toBe('/problems/starter/starter/1'))
    expect(search(router)).toBe('?against=reference')
    await find('problem-answers')
    await user.keyboard('k')
    await waitFor(() => expect(decodeURIComponent(router.state.location.pathname)).toBe('/problems/starter/starter/0'))
  })

  test('is reached from a sample and from the palette', async () => {
    layOut()
    const { user, router } = open('/samples?runs=r2')
    await user.click((await screen.findAllByTestId('samples-row'))[2] as HTMLElement)
    await user.click(await find('sample-all-answers'))
    await waitFor(() => expect(decodeURIComponent(router.state.location.pathname)).toBe('/problems/humaneval/HumanEval/2'))
    await find('problem-answers')
    await user.keyboard('{Control>}k{/Control}')
    await find('palette-input')
    await user.keyboard('HumanEval/77')
    await waitFor(() => expect(screen.getAllByTestId('palette-entry')[0]).toHaveTextContent('HumanEval/77'))
    await user.keyboard('{Enter}')
    await waitFor(() => expect(decodeURIComponent(router.state.location.pathname)).toBe('/problems/humaneval/HumanEval/77'))
  })

  test('that is not there says so', async () => {
    open('/problems/humaneval/HumanEval/9999')
    expect(await find('error-notice')).toHaveTextContent('There is no problem')
  })
})
