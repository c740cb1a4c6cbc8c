import { expect, test } from 'vitest'
import { CATEGORIES, hashedSlot, modelSlots } from './colours'

const run = (id: string, created_at: string, models: string[]) => ({ id, created_at, models })

test('a model keeps its colour when runs are added, whatever order they are listed in', () => {
  const old = [run('2', '2026-01-02T00:00:00Z', ['b', 'a']), run('1', '2026-01-01T00:00:00Z', ['c'])]
  const before = modelSlots(old)
  expect([...before]).toEqual([
    ['c', 0],
    ['b', 1],
    ['a', 2],
  ])
  const after = modelSlots([run('3', '2026-01-03T00:00:00Z', ['d', 'a']), ...old])
  for (const [model, slot] of before) expect(after.get(model)).toBe(slot)
  expect(after.get('d')).toBe(3)
})

test('a model that is in no run yet has the slot that paper gives it', () => {
  // FNV-1a, 32 bit: published values of the empty text and of "a".
  expect(hashedSlot('')).toBe(0x811c9dc5 % CATEGORIES)
  expect(hashedSlot('a')).toBe(0xe40c292c % CATEGORIES)
})
