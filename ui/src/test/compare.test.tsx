import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test, vi } from 'vitest'
import type { Ipc } from '../ipc/ipc'
import { makeFakeIpc } from '../ipc/fake'
import { find, layOut, open, search } from './open'

const cells = (within_: HTMLElement) => within(within_).getAllByTestId('matrix-cell')

describe('what a comparison shows', () => {
  test('differences: a matrix in which what is not significant is grey, and says so', async () => {
    open('/compare?runs=r2,r3,r4&show=differences')
    const figure = await find('significance-figure')
    expect(cells(figure)).toHaveLength(16)
    const told = cells(figure).filter((c) => c.dataset.fill !== undefined)
    expect(told).toHaveLength(12)
    for (const cell of told) {
      if (cell.dataset.fill === '2') expect(cell).toHaveAccessibleName(/not significant/)
      else expect(cell).toHaveAccessibleName(/, significant/)
    }
    expect(await find('differences-figure')).toHaveTextContent('no difference')
  })

  test('that the score of an adaptive run is not cross-fitted is said, and only there', async () => {
    const said = () => screen.queryAllByTestId('compare-warning').filter((w) => w.textContent.includes('not cross-fitted'))
    open('/compare?runs=g1,g11', { state: 'adaptive' })
    await waitFor(() => expect(said()).toHaveLength(1))
    cleanup()
    open('/compare?runs=g1,g2', { state: 'adaptive' })
    await find('compare-figure')
    expect(said()).toHaveLength(0)
  })

  test('languages: each cell with its interval, and a click leads to the samples', async () => {
    const { user, router } = open('/compare?runs=r2&show=languages')
    const figure = await find('languages-figure')
    const first = cells(figure)[0] as HTMLElement
    expect(first).toHaveAccessibleName(/interval/)
    expect(first).toHaveTextContent(/\d+\.\d–\d+\.\d/)
    await user.click(first)
    await waitFor(() => expect(router.state.location.pathname).toBe('/samples'))
    expect(search(router)).toContain('languages=python')
  })

  test('cost and time: the front is named in words, the axis is in the address', async () => {
    const { user, router } = open('/compare?runs=r2,r3&show=tradeoff')
    expect(await find('tradeoff-figure')).toHaveTextContent('On the Pareto front, from left to right:')
    await user.click(screen.getByTestId('tradeoff-time'))
    await waitFor(() => expect(search(router)).toContain('against=time'))
    await waitFor(() => expect(screen.getByTestId('tradeoff-figure')).toHaveTextContent('Seconds an answer'))
  })

  test('problems: only where they differ, the easiest first, and to a problem by keyboard', async () => {
    const { user, router } = open('/compare?runs=r1&show=problems')
    const figure = await find('problems-figure')
    const rows = () => within(screen.getByTestId('problems-figure')).getAllByTestId('matrix-row')
    const all = rows().length
    expect(all).toBe(12)
    const hardest = rows()[0]?.dataset.key
    await user.click(screen.getByTestId('problems-easiest'))
    await waitFor(() => expect(rows()[all - 1]?.dataset.key).not.toBe(rows()[0]?.dataset.key))
    await waitFor(() => expect(rows()[0]?.dataset.key).not.toBe(hardest))
    await user.click(screen.getByTestId('problems-only'))
    await waitFor(() => expect(search(router)).toContain('only=1'))
    await waitFor(() => expect(screen.getByTestId('problems-figure')).toHaveTextContent('on which they differ'))
    expect(figure).toBeDefined()
    const cell = cells(screen.getByTestId('problems-figure'))[0] as HTMLElement
    cell.focus()
    await user.keyboard('{ArrowDown}{ArrowRight}')
    const key = rows()[1]?.dataset.key
    expect(document.activeElement).toHaveAttribute('data-place', '1 1')
    await user.keyboard('{Enter}')
    await waitFor(() => expect(decodeURIComponent(router.state.location.pathname)).toBe(`/problems/${key}`))
    expect(search(router)).toContain('runs=r1')
  })

  test('many problems: only rows in sight exist', async () => {
    layOut()
    open('/compare?runs=r2&show=problems')
    const figure = await find('problems-figure')
    await waitFor(() => expect(within(figure).queryAllByTestId('matrix-row').length).toBeGreaterThan(0))
    expect(within(figure).getAllByTestId('matrix-row').length).toBeLessThan(80)
    expect(within(figure).getByRole('grid')).toHaveAttribute('aria-rowcount', '165')
  })

  test('flips go both ways, from a pair, and are exchanged', async () => {
    const { user, router } = open('/compare?runs=r2')
    await user.click((await screen.findAllByTestId('pair-flips'))[0] as HTMLElement)
    await waitFor(() => expect(search(router)).toContain('show=problems'))
    const only = async (side: string) => within(await find(`flips-only-${side}`)).queryAllByRole('link').map((l) => l.textContent)
    await find('flips-only-a')
    const [a, b] = [await only('a'), await only('b')]
    expect(a.length).toBeGreaterThan(0)
    expect(a.filter((id) => b.includes(id))).toEqual([])
    await user.click(screen.getByTestId('flips-swap'))
    await waitFor(async () => expect(await only('a')).toEqual(b))
  })

  test('what is not significant says what would have been seen', async () => {
    open('/compare?runs=r3,r4')
    const pair = (await screen.findAllByTestId('compare-pair')).find((row) => row.dataset.significant === 'false')
    expect(pair).toBeDefined()
    expect(within(pair as HTMLElement).getByTestId('pair-power')).toHaveTextContent(/80 % power/)
  })
})

describe('figures', () => {
  test('are exported as what is seen', async () => {
    const exportFigure = vi.fn<Ipc['exportFigure']>().mockResolvedValue({ path: '/tmp/f.pdf', bytes: 1, figures: 1 })
    const { user } = open('/compare?runs=r1&show=problems&only=1&easiest=1', { exportFigure })
    await user.click(await find('problems-export-pdf'))
    expect(exportFigure).toHaveBeenCalledWith(expect.objectContaining({ kind: 'comparison', figure: 'problems', only_differing: true, easiest_first: true }), 'pdf', null)
  })

  test('one that cannot be made says why', async () => {
    const fake = makeFakeIpc(new URLSearchParams({ running: '0' }))
    const compareFigure: Ipc['compareFigure'] = () => Promise.reject(new Error('the store is gone'))
    open('/compare?runs=r2&show=languages', { ...fake, compareFigure })
    expect(await find('error-notice')).toHaveTextContent('The figure could not be made')
  })
})

describe('between pages', () => {
  test('runs, baseline and view are found as they were left', async () => {
    const { user, router } = open('/compare?runs=r2,r3&by=model&show=problems')
    const choice = await find('compare-baseline')
    await waitFor(() => expect(within(choice).getAllByRole('option').length).toBeGreaterThan(2))
    await user.selectOptions(choice, (within(choice).getAllByRole('option')[1] as HTMLOptionElement).value)
    await waitFor(() => expect(search(router)).toContain('baseline='))
    const left = search(router)
    await user.click(screen.getByTestId('nav-reports'))
    await find('page-reports')
    expect(search(router)).toBe('?runs=r2,r3')
    await user.click(screen.getByTestId('nav-compare'))
    await find('page-compare')
    const sorted = (text: string) => [...new URLSearchParams(text)].sort(([a], [b]) => a.localeCompare(b))
    expect(sorted(search(router))).toEqual(sorted(left))
  })
})

test('a figure without anything in it says so, and its caption why', async () => {
  const fake = makeFakeIpc(new URLSearchParams({ running: '0' }))
  const compareFigure: Ipc['compareFigure'] = async (query) => {
    const figure = await fake.compareFigure(query)
    return query.figure === 'cost' && figure.drawing.kind === 'scatter' ? { ...figure, caption: 'Nothing is drawn: no series has both a score and a known cost.', drawing: { ...figure.drawing, points: [], front: [] } } : figure
  }
  const { user, router } = open('/compare?runs=r2&show=tradeoff', { ...fake, compareFigure })
  // Where no cost is known, time comes first.
  await waitFor(() => expect(screen.getByTestId('tradeoff-figure')).toHaveTextContent('Seconds an answer'))
  await user.click(screen.getByTestId('tradeoff-cost'))
  await waitFor(() => expect(search(router)).toContain('against=cost'))
  const figure = await find('tradeoff-figure')
  expect(figure).toHaveTextContent('There is nothing to draw.')
  expect(figure).toHaveTextContent('no series has both')
  expect(within(figure).queryByTestId('figure-mark')).toBeNull()
})
