import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { render, screen, waitFor } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import type { Ipc } from '../ipc/ipc'
import { layoutOf } from '../features/samples/columns'
import { Row } from '../features/samples/Row'
import { find, layOut, open, search } from './open'

beforeEach(layOut)
afterEach(() => vi.restoreAllMocks())

/** Tab, and nothing but Tab, until it has the focus. */
async function tabTo(user: UserEvent, id: string): Promise<HTMLElement> {
  const target = await find(id)
  for (let i = 0; i < 150; i += 1) {
    await user.tab()
    if (document.activeElement === target || target.contains(document.activeElement)) return target
  }
  throw new Error(`${id} is not reached by Tab`)
}

async function byPalette(user: UserEvent, words: string) {
  await user.keyboard('{Control>}k{/Control}')
  expect(await find('palette-input')).toHaveFocus()
  await user.keyboard(words)
  await waitFor(() => expect(screen.getAllByTestId('palette-entry').length).toBeGreaterThan(0))
  await user.keyboard('{Enter}')
}

describe('by keyboard alone', () => {
  test('an evaluation is started, from the palette to its run', async () => {
    const startRun = vi.fn<Ipc['startRun']>().mockResolvedValue('r2')
    const { user, router } = open('/', { startRun })
    await find('page-overview')
    await byPalette(user, 'new evaluation')
    await find('page-evaluate')
    expect(router.state.location.pathname).toBe('/evaluate')
    // The small model of this machine is chosen where nothing else is.
    expect(await tabTo(user, 'evaluate-model-smollm2-135m')).toBeChecked()
    const launch = await find('evaluate-launch')
    await waitFor(() => expect(launch).toBeEnabled())
    await tabTo(user, 'evaluate-launch')
    await user.keyboard('{Enter}')
    await waitFor(() => expect(startRun).toHaveBeenCalled())
    await waitFor(() => expect(router.state.location.pathname).toBe('/runs/r2'))
  })

  test('runs are chosen and compared, a figure is exported, and one comes back', async () => {
    const exportFigure = vi.fn<Ipc['exportFigure']>().mockResolvedValue({ path: '/tmp/f.svg', bytes: 900, figures: 1 })
    const { user, router } = open('/runs', { exportFigure })
    await find('page-runs')
    await user.keyboard('gc')
    await find('page-compare')
    await tabTo(user, 'choose-runs')
    await user.keyboard('{Enter}')
    await find('run-picker')
    const before = search(router)
    await tabTo(user, 'pick-run-r3')
    await user.keyboard(' ')
    await waitFor(() => expect(search(router)).not.toBe(before))
    await tabTo(user, 'run-picker-done')
    await user.keyboard('{Enter}')
    await tabTo(user, 'compare-export-svg')
    await user.keyboard('{Enter}')
    await waitFor(() => expect(exportFigure).toHaveBeenCalledWith(expect.objectContaining({ kind: 'comparison' }), 'svg', null))
    expect(await find('toast-ok')).toHaveTextContent('/tmp/f.svg')
    await tabTo(user, 'compare-report')
    await user.keyboard('{Enter}')
    await find('page-reports')
    await tabTo(user, 'report-section-problems')
    await user.keyboard(' ')
    await waitFor(() => expect(search(router)).toContain('sections=problems'))
    await user.keyboard('{Alt>}{ArrowLeft}{/Alt}')
    await waitFor(() => expect(router.state.location.pathname).toBe('/compare'))
  })

  test('a sample is opened, the next and the one before, and closed; then back', async () => {
    const { user, router } = open('/')
    await find('page-overview')
    await user.keyboard('gs')
    await find('page-samples')
    await waitFor(() => expect(screen.getAllByTestId('samples-row')[2]).toHaveAttribute('data-sample'))
    const ids = screen.getAllByTestId('samples-row').map((row) => row.getAttribute('data-sample'))
    const shows = (i: number) => waitFor(() => expect(search(router)).toContain(`sample=${ids[i]}`))
    await tabTo(user, 'samples-table')
    await user.keyboard('{ArrowDown}{Enter}')
    await shows(0)
    await find('sample-verdict')
    await user.keyboard('j')
    await shows(1)
    await user.keyboard('k')
    await shows(0)
    await user.keyboard('{Escape}')
    await waitFor(() => expect(search(router)).not.toContain('sample='))
    await user.keyboard('{Alt>}{ArrowLeft}{/Alt}')
    await waitFor(() => expect(search(router)).toContain('sample='))
  })
})

test('a row that is still to come tells its place, and has the columns it will have', () => {
  const layout = layoutOf({ width: 90, manyRuns: false, costs: false, sort: undefined })
  render(<Row index={12_344} top={0} row={undefined} on={false} at={false} layout={layout} runName={(id) => id} colour={() => ''} onPick={() => undefined} />)
  expect(screen.getByTestId('samples-row')).toHaveTextContent(/^12,345$/)
  expect(screen.getAllByRole('gridcell')).toHaveLength(layout.columns.length)
})
