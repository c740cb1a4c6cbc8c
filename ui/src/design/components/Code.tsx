import { useMemo, useState } from 'react'
import { Check, Copy, WrapText } from 'lucide-react'
import { diffOf, type DiffRow } from '../diff'
import { highlight, type Token } from '../highlight'
import { IconButton } from './Button'

interface CodeViewProps {
  code: string
  language?: string | null
  label: string
  testId?: string
  /** Without line numbers, for output and prose. */
  bare?: boolean
}

export function CodeView({ code, language = null, label, testId, bare = false }: CodeViewProps) {
  const [wrap, setWrap] = useState(bare)
  const lines = useMemo(() => highlight(code.replace(/\n$/, ''), language), [code, language])
  return (
    <div className={`code ${wrap ? 'code-wrap' : ''}`} data-testid={testId}>
      <div className="code-tools">
        <IconButton label="Wrap lines" size="small" pressed={wrap} icon={<WrapText size={14} />} onClick={() => setWrap(!wrap)} />
        <CopyButton text={code} what={label} />
      </div>
      <div className="code-scroll" tabIndex={0} role="region" aria-label={label}>
        <pre>
          {lines.map((line, i) => (
            <div key={i} className="code-line">
              {!bare && (
                <span className="code-no" aria-hidden>
                  {i + 1}
                </span>
              )}
              <code>
                <Tokens tokens={line} />
                {'\n'}
              </code>
            </div>
          ))}
        </pre>
      </div>
    </div>
  )
}

function Tokens({ tokens }: { tokens: readonly Token[] }) {
  return tokens.map((t, i) =>
    t.kind === null ? (
      <span key={i}>{t.text}</span>
    ) : (
      <span key={i} className={`tok-${t.kind}`}>
        {t.text}
      </span>
    ),
  )
}

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false)
  return (
    <IconButton
      label={copied ? 'Copied' : `Copy ${what.toLowerCase()}`}
      size="small"
      icon={copied ? <Check size={14} /> : <Copy size={14} />}
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => {
          setCopied(true)
          window.setTimeout(() => setCopied(false), 1500)
        })
      }}
    />
  )
}

interface DiffViewProps {
  before: string
  after: string
  beforeLabel: string
  afterLabel: string
  testId?: string
}

/** Two texts against each other, line by line, with what changed inside a line. */
export function DiffView({ before, after, beforeLabel, afterLabel, testId }: DiffViewProps) {
  const rows = useMemo(() => diffOf(before, after), [before, after])
  const added = rows.filter((r) => r.kind === 'added').length
  const removed = rows.filter((r) => r.kind === 'removed').length
  return (
    <div className="code" data-testid={testId}>
      <p className="diff-sum">
        <span>
          {beforeLabel} → {afterLabel}
        </span>
        <span className="num">
          <span className="tone-ok">+{added}</span> <span className="tone-bad">−{removed}</span> {added + removed === 0 && 'nothing changed'}
        </span>
      </p>
      <div className="code-scroll" tabIndex={0} role="region" aria-label={`Changes from ${beforeLabel} to ${afterLabel}`}>
        <pre>
          {rows.map((row, i) => (
            <DiffLine key={i} row={row} />
          ))}
        </pre>
      </div>
    </div>
  )
}

const signs = { same: ' ', added: '+', removed: '−' } as const
const words = { same: '', added: 'added: ', removed: 'removed: ' } as const

function DiffLine({ row }: { row: DiffRow }) {
  return (
    <div className={`code-line diff-${row.kind}`}>
      <span className="code-no" aria-hidden>
        {row.before ?? ''}
      </span>
      <span className="code-no" aria-hidden>
        {row.after ?? ''}
      </span>
      <span className="diff-sign" aria-hidden>
        {signs[row.kind]}
      </span>
      <code>
        {row.kind !== 'same' && <span className="sr-only">{words[row.kind]}</span>}
        {row.parts.map((part, i) =>
          part.changed ? <mark key={i}>{part.text}</mark> : <span key={i}>{part.text}</span>,
        )}
        {'\n'}
      </code>
    </div>
  )
}
