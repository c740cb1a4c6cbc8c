import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { act, renderHook } from '@testing-library/react'
import { useRested } from './pages'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms))

test('what one rests on is asked for a moment later', () => {
  const { result, rerender } = renderHook(useRested, { initialProps: '1' })
  expect(result.current).toBe('1')
  rerender('2')
  pass(20)
  rerender('3')
  pass(39)
  expect(result.current).toBe('1')
  pass(1)
  expect(result.current).toBe('3')
})

test('who never rests sees something now and then', () => {
  const { result, rerender } = renderHook(useRested, { initialProps: '0' })
  const seen = new Set<string>()
  for (let page = 1; page <= 50; page += 1) {
    rerender(String(page))
    pass(16)
    seen.add(result.current)
  }
  expect(seen.size).toBeGreaterThan(3)
  expect(seen.size).toBeLessThan(10)
})

test('going there and back asks for nothing', () => {
  const { result, rerender } = renderHook(useRested, { initialProps: '1' })
  rerender('2')
  pass(20)
  rerender('1')
  pass(500)
  expect(result.current).toBe('1')
})
