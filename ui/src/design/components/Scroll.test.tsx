import { render, screen } from '@testing-library/react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Scroll } from './Scroll'

/** jsdom lays nothing out. */
function laidOut(width: number): void {
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(400)
  vi.spyOn(Element.prototype, 'scrollWidth', 'get').mockReturnValue(width)
}

afterEach(() => vi.restoreAllMocks())

describe('a box that scrolls', () => {
  test('is a stop for the keyboard when it holds more than it shows', () => {
    laidOut(900)
    render(<Scroll label="Evidence">wide</Scroll>)
    expect(screen.getByRole('group', { name: 'Evidence' })).toHaveAttribute('tabindex', '0')
  })

  test('is none when everything is in sight', () => {
    laidOut(400)
    render(<Scroll label="Evidence">narrow</Scroll>)
    expect(screen.queryByRole('group')).toBeNull()
    expect(screen.getByText('narrow')).not.toHaveAttribute('tabindex')
  })

  test('is none when something in it is one already', async () => {
    laidOut(900)
    const { rerender } = render(
      <Scroll label="Evidence">
        <button type="button">Sort</button>
      </Scroll>,
    )
    expect(screen.queryByRole('group')).toBeNull()
    rerender(
      <Scroll label="Evidence">
        <span>Sort</span>
      </Scroll>,
    )
    expect(await screen.findByRole('group', { name: 'Evidence' })).toBeInTheDocument()
  })
})
