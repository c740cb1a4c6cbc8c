import { plural } from '../../design/format'
import type { StrategySummary } from '../../ipc/types'

const kinds: Record<string, string> = {
  chat: 'messages',
  completion: 'text to continue',
  prefill: 'messages, answer begun',
  'fill-in-the-middle': 'text with a gap',
}

/** How a strategy asks, in a word or two. */
export const kindName = (kind: string): string => kinds[kind.replaceAll('_', '-')] ?? kind

/** `messages, up to 3 turns`. */
export function shapeOf({ kind, turns, examples }: Pick<StrategySummary, 'kind' | 'turns' | 'examples'>): string {
  const shown = examples > 0 ? [`${plural(examples, 'example')} shown`] : []
  return [kindName(kind), ...shown, ...(turns > 1 ? [`up to ${plural(turns, 'turn')}`] : [])].join(', ')
}

const roles: Record<string, string> = { system: 'System', user: 'User', assistant: 'Model' }
export const roleName = (role: string): string => roles[role] ?? role

/** A stop sequence with what cannot be seen written out: `\n\ndef`, `·` for a blank at an end. */
export function visible(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replace(/^ +| +$/g, (blanks) => '·'.repeat(blanks.length))
}

/** An id for a strategy of one's own: as the program takes it, or what is wrong with it. */
export function wrongId(id: string, taken: readonly string[]): string | null {
  if (id === '') return 'Give it a name.'
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) return 'Lower-case letters, digits and single hyphens between them.'
  if (taken.includes(id)) return 'There is a strategy of this name already.'
  return null
}

/** A free name for a copy: `instruct-copy`, `instruct-copy-2`. */
export function copyId(id: string, taken: readonly string[]): string {
  const base = `${id}-copy`
  for (let n = 1; ; n += 1) {
    const made = n === 1 ? base : `${base}-${n}`
    if (!taken.includes(made)) return made
  }
}

/** The line an error's message names, counted from 1. */
export function lineOf(message: string): number | null {
  const found = /\bline (\d+)/i.exec(message)
  return found ? Number(found[1]) : null
}

/** The field an error's message names. */
export function fieldOf(message: string): string | null {
  return /field [`'"“]?([A-Za-z0-9_.[\]]+)[`'"”]?/.exec(message)?.[1] ?? null
}
