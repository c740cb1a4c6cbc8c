import { createLowlight } from 'lowlight'
import cpp from 'highlight.js/lib/languages/cpp'
import go from 'highlight.js/lib/languages/go'
import ini from 'highlight.js/lib/languages/ini'
import java from 'highlight.js/lib/languages/java'
import javascript from 'highlight.js/lib/languages/javascript'
import php from 'highlight.js/lib/languages/php'
import python from 'highlight.js/lib/languages/python'
import rust from 'highlight.js/lib/languages/rust'
import typescript from 'highlight.js/lib/languages/typescript'

const lowlight = createLowlight({ cpp, go, ini, java, javascript, php, python, rust, typescript })

export interface Token {
  text: string
  /** What it is (`keyword`, `string`, `comment` ...); null for plain text. */
  kind: string | null
}

interface HastNode {
  type: string
  value?: string
  properties?: { className?: unknown }
  children?: HastNode[]
}

/** More than this is shown plain: colouring it would hold up the window. */
const MOST_CHARS = 60_000

/** Code as lines of tokens. A language that is not known gives plain text. */
export function highlight(code: string, language: string | null): Token[][] {
  const lines: Token[][] = [[]]
  const push = (text: string, kind: string | null) => {
    text.split('\n').forEach((piece, i) => {
      if (i > 0) lines.push([])
      if (piece !== '') lines[lines.length - 1]?.push({ text: piece, kind })
    })
  }
  if (language === null || code.length > MOST_CHARS || !lowlight.registered(language)) {
    push(code, null)
    return lines
  }
  const walk = (node: HastNode, kind: string | null) => {
    if (node.type === 'text') push(node.value ?? '', kind)
    const names = node.properties?.className
    const own = Array.isArray(names) && typeof names[0] === 'string' ? names[0].replace(/^hljs-/, '') : kind
    for (const child of node.children ?? []) walk(child, own)
  }
  walk(lowlight.highlight(language, code) as HastNode, null)
  return lines
}
