/**
 * How well `text` answers `query`; null when it does not. Every word of the query must be found, as a
 * whole, at the beginning of a word, inside one, or as letters in order; earlier and tighter is better.
 */
export function matchScore(query: string, text: string): number | null {
  const hay = text.toLowerCase()
  let total = 0
  for (const word of query.toLowerCase().split(/\s+/)) {
    if (word === '') continue
    const score = wordScore(word, hay)
    if (score === null) return null
    total += score
  }
  return total
}

function wordScore(word: string, hay: string): number | null {
  const at = hay.indexOf(word)
  if (at === 0) return 100
  if (at > 0) return /[\s/:._-]/.test(hay[at - 1] ?? '') ? 80 : 50
  if (word.length < 3) return null
  let from = 0
  let gaps = 0
  for (const letter of word) {
    const next = hay.indexOf(letter, from)
    if (next < 0) return null
    gaps += next - from
    from = next + 1
  }
  // Letters strewn over the whole text are no match.
  return gaps <= word.length * 2 ? Math.max(1, 30 - gaps) : null
}

export function rank<T extends { title: string; words?: string }>(items: readonly T[], query: string, most: number): T[] {
  if (query.trim() === '') return items.slice(0, most)
  const hits: { item: T; score: number; order: number }[] = []
  items.forEach((item, order) => {
    const inTitle = matchScore(query, item.title)
    const anywhere = matchScore(query, `${item.title} ${item.words ?? ''}`)
    const score = inTitle !== null ? inTitle + 20 : anywhere
    if (score !== null) hits.push({ item, score, order })
  })
  return hits
    .sort((x, y) => y.score - x.score || x.order - y.order)
    .slice(0, most)
    .map((h) => h.item)
}
