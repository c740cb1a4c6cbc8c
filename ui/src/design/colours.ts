import { useMemo } from 'react'
import { useRuns } from '../ipc/hooks'
import type { RunSummary } from '../ipc/types'

/** How many colours the categorical palette has; `--cat-0` and on. */
export const CATEGORIES = 8

export const categoryColour = (index: number): string => `var(--cat-${((index % CATEGORIES) + CATEGORIES) % CATEGORIES})`

/** Each model's place in the palette: in the order in which models first appeared, so that it never changes. */
export function modelOrder(runs: readonly Pick<RunSummary, 'models' | 'created_at' | 'id'>[]): Map<string, number> {
  const order = new Map<string, number>()
  const oldestFirst = [...runs].sort((a, b) => a.created_at.localeCompare(b.created_at) || a.id.localeCompare(b.id))
  for (const run of oldestFirst) for (const model of run.models) if (!order.has(model)) order.set(model, order.size)
  return order
}

/** The colour of a model: the same everywhere. */
export function useModelColour(): (model: string) => string {
  const runs = useRuns().data
  return useMemo(() => {
    const order = modelOrder(runs ?? [])
    return (model) => categoryColour(order.get(model) ?? 0)
  }, [runs])
}
