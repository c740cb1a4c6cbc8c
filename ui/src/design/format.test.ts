import { describe, expect, test } from 'vitest'
import { ago, bytes, duration, interval, milliseconds, pValue, percent, signedInterval, signedPoints, dollarRange, dollars } from './format'
import { modelParts } from './names'

describe('numbers', () => {
  test('differences carry a true minus, and a zero carries no sign', () => {
    expect(signedPoints(0.079)).toBe('+7.9')
    expect(signedPoints(-0.079)).toBe('\u22127.9')
    expect(signedPoints(-0.0001)).toBe('0.0')
    expect(signedInterval(-0.01, 0.1)).toBe('\u22121.0 to +10.0')
  })

  test('a p-value is never zero', () => {
    expect(pValue(0)).toMatch(/< ?.*0\.001/)
    expect(pValue(0.0312)).toBe('0.031')
  })

  test('shares and intervals', () => {
    expect(percent(0.6158)).toBe('61.6\u202f%')
    // In the middle of two: the even one, as in the figures beside it.
    expect(percent(10 / 160)).toBe('6.2\u202f%')
    expect(percent(6 / 160)).toBe('3.8\u202f%')
    expect(percent(0.125, 0)).toBe('12\u202f%')
    expect(percent(0.0005)).toBe('0.1\u202f%')
    expect(interval(0.54, 0.687)).toMatch(/^54\.0.–.68\.7$/)
  })
})

test('durations grow coarser', () => {
  expect(duration(0.42)).toBe('0.4 s')
  expect(duration(59.4)).toBe('59 s')
  expect(duration(185)).toBe('3 min 05 s')
  expect(duration(7800)).toBe('2 h 10 min')
  expect(duration(Infinity)).toBe('–')
  expect(milliseconds(3.24)).toBe('3.2 ms')
  expect(milliseconds(2400)).toBe('2.40 s')
})

test('sizes', () => {
  expect(bytes(512)).toBe('512 B')
  expect(bytes(98_362_432)).toBe('98 MB')
  expect(bytes(1_500_000)).toBe('1.5 MB')
})

test('what is recent is told from now', () => {
  const now = new Date('2026-01-02T12:00:00Z')
  expect(ago('2026-01-02T11:59:50Z', now)).toBe('just now')
  expect(ago('2026-01-02T11:55:00Z', now)).toBe('5 min ago')
  expect(ago('2026-01-02T09:00:00Z', now)).toBe('3 h ago')
})

test('models are taken apart as the core does it', () => {
  expect(modelParts('local:smollm2-135m')).toEqual({ provider: 'local', name: 'smollm2-135m', host: null })
  expect(modelParts('openai:a@b@http://127.0.0.1:8080/v1')).toEqual({ provider: 'openai', name: 'a@b', host: '127.0.0.1:8080' })
  expect(modelParts('ollama:qwen2.5-coder:7b')).toEqual({ provider: 'ollama', name: 'qwen2.5-coder:7b', host: null })
  expect(modelParts('graded file')).toEqual({ provider: null, name: 'graded file', host: null })
})

test('dollars: cents, or two digits that count', () => {
  expect([0, 1234.5, 12.3, 0.42, 0.0423, 0.00013, 0.0000005].map(dollars)).toEqual(['$0', '$1,235', '$12.30', '$0.42', '$0.042', '$0.00013', '<\u2009$0.000001'])
  expect(dollarRange(0.01, 0.2)).toBe('$0.010\u2009–\u2009$0.20')
  expect(dollarRange(0, 0)).toBe('$0')
})
