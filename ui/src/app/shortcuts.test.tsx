import { describe, expect, test, vi } from 'vitest'
import { fireEvent, render, screen } from '@testing-library/react'
import { keyName, useShortcuts, type Shortcut } from './shortcuts'

function Page({ shortcuts }: { shortcuts: Shortcut[] }) {
  useShortcuts(shortcuts)
  return <input aria-label="field" />
}

describe('useShortcuts', () => {
  test('runs single keys, keys one after the other, and keys with a modifier', () => {
    const [single, sequence, modified] = [vi.fn(), vi.fn(), vi.fn()]
    render(
      <Page
        shortcuts={[
          { keys: 'j', what: '', run: single },
          { keys: 'g o', what: '', run: sequence },
          { keys: 'mod+k', what: '', run: modified },
        ]}
      />,
    )
    fireEvent.keyDown(window, { key: 'j' })
    fireEvent.keyDown(window, { key: 'o' })
    expect(sequence).not.toHaveBeenCalled()
    fireEvent.keyDown(window, { key: 'g' })
    fireEvent.keyDown(window, { key: 'o' })
    fireEvent.keyDown(window, { key: 'k', ctrlKey: true })
    fireEvent.keyDown(window, { key: 'k', metaKey: true })
    expect(single).toHaveBeenCalledTimes(1)
    expect(sequence).toHaveBeenCalledTimes(1)
    expect(modified).toHaveBeenCalledTimes(2)
  })

  test('leaves plain keys to what is being typed into, but not keys with a modifier', () => {
    const [plain, modified] = [vi.fn(), vi.fn()]
    render(
      <Page
        shortcuts={[
          { keys: 'j', what: '', run: plain },
          { keys: 'mod+k', what: '', run: modified },
        ]}
      />,
    )
    const field = screen.getByLabelText('field')
    fireEvent.keyDown(field, { key: 'j' })
    fireEvent.keyDown(field, { key: 'k', ctrlKey: true })
    expect(plain).not.toHaveBeenCalled()
    expect(modified).toHaveBeenCalledTimes(1)
  })
})

test('keys have one name each', () => {
  const none = { ctrlKey: false, metaKey: false, altKey: false }
  expect(keyName({ ...none, key: 'K' })).toBe('k')
  expect(keyName({ ...none, key: '?' })).toBe('?')
  expect(keyName({ ...none, key: 'ArrowLeft', altKey: true })).toBe('alt+ArrowLeft')
  expect(keyName({ ...none, key: 'k', metaKey: true })).toBe('mod+k')
})
