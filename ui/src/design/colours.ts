import { useMemo } from 'react'
import { useAllRuns } from '../ipc/hooks'
import type { RunSummary } from '../ipc/types'

/** How many colours the categorical palette has: `--cat-0` to `--cat-7`, those of figures on paper too. */
export const CATEGORIES = 8

export const categoryColour = (slot: number): string => `var(--cat-${slot % CATEGORIES})`

/** Each model's slot: models in the order in which they first appeared, so that none ever changes its colour. */
export function modelSlots(runs: readonly Pick<RunSummary, 'models' | 'created_at' | 'id'>[]): Map<string, number> {
  const slots = new Map<string, number>()
  const oldestFirst = [...runs].sort((a, b) => a.created_at.localeCompare(b.created_at) || a.id.localeCompare(b.id))
  for (const run of oldestFirst) for (const model of run.models) if (!slots.has(model)) slots.set(model, slots.size % CATEGORIES)
  return slots
}

/** The slot of a name that is in no run yet: FNV-1a over its bytes, as the reports do it. */
export function hashedSlot(name: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash % CATEGORIES
}

/** The colour of a model: the same everywhere. */
export function useModelColour(): (model: string) => string {
  const runs = useAllRuns().data
  return useMemo(() => {
    const slots = modelSlots(runs ?? [])
    return (model) => categoryColour(slots.get(model) ?? hashedSlot(model))
  }, [runs])
}
