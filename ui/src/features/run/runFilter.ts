import type { RunsAddress } from '../../app/address'
import type { RunSummary } from '../../ipc/types'
import { modelName } from '../../design/names'
import { sameTag } from './runs'

/** Whether an address leaves something out. */
export const isFiltered = ({ text, tags, statuses }: RunsAddress): boolean => text !== undefined || tags !== undefined || statuses !== undefined

/** Whether a run is among those that an address asks for: all of its tags, one of its statuses, every word of its text. */
export function fits(run: RunSummary, { text, tags = [], statuses = [], place }: RunsAddress): boolean {
  if (run.archived !== (place === 'archived')) return false
  if (statuses.length > 0 && !statuses.includes(run.status)) return false
  if (!tags.every((tag) => run.tags.some((of) => sameTag(of, tag)))) return false
  const hay = [run.name, run.id, run.dataset, run.note ?? '', ...run.tags, ...run.models, ...run.models.map(modelName)].join('\n').toLowerCase()
  const words = (text ?? '').toLowerCase().split(/\s+/)
  return words.every((word) => hay.includes(word))
}
