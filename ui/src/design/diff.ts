import { diffLines, diffWordsWithSpace } from 'diff'

export interface DiffPart {
  text: string
  changed: boolean
}

export interface DiffRow {
  kind: 'same' | 'added' | 'removed'
  /** Line number in the first text, counted from 1. */
  before: number | null
  /** Line number in the second text, counted from 1. */
  after: number | null
  parts: DiffPart[]
}

const linesOf = (value: string): string[] => value.replace(/\n$/, '').split('\n')

/**
 * The line diff of two texts. Where as many lines were removed as were added in the same place, they are
 * paired and what changed inside them is marked.
 */
export function diffOf(before: string, after: string): DiffRow[] {
  const rows: DiffRow[] = []
  const chunks = diffLines(withEnd(before), withEnd(after))
  let b = 1
  let a = 1
  for (let i = 0; i < chunks.length; i += 1) {
    const chunk = chunks[i]
    if (!chunk) continue
    const lines = linesOf(chunk.value)
    if (!chunk.added && !chunk.removed) {
      for (const text of lines) rows.push({ kind: 'same', before: b++, after: a++, parts: [{ text, changed: false }] })
      continue
    }
    const next = chunks[i + 1]
    const nextLines = chunk.removed && next?.added ? linesOf(next.value) : null
    if (nextLines && nextLines.length === lines.length) {
      const pairs = lines.map((line, k) => wordParts(line, nextLines[k] ?? ''))
      for (const pair of pairs) rows.push({ kind: 'removed', before: b++, after: null, parts: pair.removed })
      for (const pair of pairs) rows.push({ kind: 'added', before: null, after: a++, parts: pair.added })
      i += 1
      continue
    }
    for (const text of lines) {
      const parts = [{ text, changed: false }]
      if (chunk.removed) rows.push({ kind: 'removed', before: b++, after: null, parts })
      else rows.push({ kind: 'added', before: null, after: a++, parts })
    }
  }
  return rows
}

function withEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

/** Lines that share less than this have nothing to do with each other. */
const ALIKE = 0.4

function wordParts(before: string, after: string): { removed: DiffPart[]; added: DiffPart[] } {
  const removed: DiffPart[] = []
  const added: DiffPart[] = []
  let shared = 0
  for (const part of diffWordsWithSpace(before, after)) {
    if (!part.added && !part.removed) shared += part.value.trim().length
    if (!part.added) removed.push({ text: part.value, changed: part.removed })
    if (!part.removed) added.push({ text: part.value, changed: part.added })
  }
  if (shared < ALIKE * Math.max(before.trim().length, after.trim().length))
    return { removed: [{ text: before, changed: false }], added: [{ text: after, changed: false }] }
  return { removed, added }
}
