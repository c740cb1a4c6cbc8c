import { Check, Minus } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { ErrorNotice } from '../../design/components/Notice'
import { count } from '../../design/format'
import { useModelCommands, useStatus, useSystem } from '../../ipc/hooks'
import type { ModelCheck, ModelFacts } from '../../ipc/types'
import { KeyLine } from './KeyLine'
import { TestPrompt } from './TestPrompt'
import { priceInWords } from './words'

interface ModelDetailsProps {
  reference: string
  facts: ModelFacts
  /** Its key's variable. */
  variable: string | null
}

/** All of one model: what it can do, what it costs, its key, and a prompt to try it. */
export function ModelDetails({ reference, facts, variable }: ModelDetailsProps) {
  const { check } = useModelCommands()
  const shown = check.data?.facts ?? facts
  return (
    <div className="model-details" data-testid="model-details">
      <section aria-label="What it can do">
        <div className="row">
          <Button size="small" busy={check.isPending} onClick={() => check.mutate(reference)} data-testid="model-check">
            {check.data ? 'Check again' : 'Check what it can do'}
          </Button>
          {check.data && (
            <span className="small tone-ok" role="status">
              It is there: {check.data.detail}
            </span>
          )}
        </div>
        {check.data && <CheckTable check={check.data} />}
        {check.error && <ErrorNotice error={check.error} />}
      </section>
      <PriceLine facts={shown} />
      {variable !== null && <KeyLine variable={variable} />}
      <TestPrompt reference={reference} />
    </div>
  )
}

/** What a check found, as a small table. */
export function CheckTable({ check }: { check: ModelCheck }) {
  const can: [string, boolean][] = [
    ['Chat', check.chat],
    ['Completion', check.completion],
    ['Streaming', check.streaming],
    ['Seed', check.seed],
  ]
  return (
    <table className="can num" data-testid="model-can">
      <caption className="sr-only">What {check.reference} can do</caption>
      <thead>
        <tr>
          {can.map(([what]) => (
            <th key={what} scope="col">
              {what}
            </th>
          ))}
          <th scope="col">Context</th>
          <th scope="col">Family</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          {can.map(([what, yes]) => (
            <td key={what}>
              {yes ? (
                <span className="mark tone-ok">
                  <Check size={13} strokeWidth={2.4} aria-hidden />
                  yes
                </span>
              ) : (
                <span className="mark faint">
                  <Minus size={13} aria-hidden />
                  no
                </span>
              )}
            </td>
          ))}
          <td>{check.context_length === null ? <span className="faint">not told</span> : `${count(check.context_length)} tokens`}</td>
          <td className="mono">{check.family === '' ? 'default' : check.family}</td>
        </tr>
      </tbody>
    </table>
  )
}

function PriceLine({ facts }: { facts: ModelFacts }) {
  const folder = useStatus().data?.data_dir
  const system = useSystem()
  return (
    <p className="small model-price" data-testid="model-price">
      {facts.price ? <strong className="num">{priceInWords(facts.price)}</strong> : <strong>No price known</strong>}
      <span className="muted">
        {facts.source !== null && facts.price !== null && <> ({facts.source})</>}. Prices can be written into <code>prices.toml</code> in{' '}
        {folder !== undefined ? (
          <button type="button" className="link" onClick={() => void system.openPath(folder)} title={folder}>
            the data folder
          </button>
        ) : (
          'the data folder'
        )}
        .
      </span>
    </p>
  )
}
