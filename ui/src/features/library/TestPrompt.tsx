import { useEffect, useRef, useState } from 'react'
import { Send, Square } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { CodeView } from '../../design/components/Code'
import { Field, TextArea } from '../../design/components/Form'
import { ErrorNotice, Notice } from '../../design/components/Notice'
import { count, dollars, milliseconds } from '../../design/format'
import { toErrorInfo } from '../../ipc/error'
import { useTestPrompt } from '../../ipc/hooks'
import type { TestAnswer } from '../../ipc/types'

export const TEST_PROMPT = 'Write a Python function add(a, b) that returns the sum of two numbers.'

/** One prompt to see that a model answers, and how; `sendNow` sends the first without a click. */
export function TestPrompt({ reference, sendNow = false }: { reference: string; sendNow?: boolean }) {
  const [prompt, setPrompt] = useState(TEST_PROMPT)
  const { send, running, text, answer, error, cancel } = useTestPrompt(reference)
  const sent = useRef(false)
  useEffect(() => {
    if (!sendNow || sent.current) return
    sent.current = true
    send(TEST_PROMPT)
  }, [sendNow, send])
  const cancelled = error !== null && toErrorInfo(error).code === 'cancelled'
  return (
    <form
      className="test-prompt"
      aria-label={`Test prompt for ${reference}`}
      data-testid="test-prompt"
      onSubmit={(e) => {
        e.preventDefault()
        send(prompt)
      }}
    >
      <Field label="Test prompt">
        <TextArea rows={2} value={prompt} onChange={(e) => setPrompt(e.target.value)} data-testid="test-prompt-text" />
      </Field>
      <div className="row">
        <Button type="submit" icon={<Send size={14} aria-hidden />} busy={running} disabled={prompt.trim() === ''} data-testid="test-prompt-send">
          Send a test prompt
        </Button>
        {running && (
          <Button icon={<Square size={13} aria-hidden />} onClick={cancel} data-testid="test-prompt-cancel">
            Stop
          </Button>
        )}
      </div>
      {(text !== '' || answer) && (
        <div aria-busy={running} className={running ? 'test-answer-live' : ''}>
          <CodeView label="Answer" code={text === '' ? ' ' : text} bare testId="test-prompt-answer" />
        </div>
      )}
      {answer && <Told answer={answer} />}
      {cancelled ? <Notice tone="warn">Stopped.{text !== '' && ' What had come by then stands above.'}</Notice> : error !== null && <ErrorNotice title="The prompt was not answered" error={error} testId="test-prompt-error" />}
    </form>
  )
}

function Told({ answer }: { answer: TestAnswer }) {
  const { latency_ms, first_token_ms, usage, cost_usd, finish, served_model, attempts } = answer
  const tokens = usage.prompt_tokens !== null || usage.completion_tokens !== null
  const facts: [string, string][] = [
    ['Answered in', milliseconds(latency_ms)],
    ...(first_token_ms !== null ? [['First token', milliseconds(first_token_ms)] as [string, string]] : []),
    ['Tokens', tokens ? `${count(usage.prompt_tokens ?? 0)} read, ${count(usage.completion_tokens ?? 0)} written` : 'not told'],
    ['Cost', cost_usd !== null ? dollars(cost_usd) : 'no price known'],
    ...(finish === 'length' ? [['Ended', 'cut off'] as [string, string]] : []),
    ...(attempts > 1 ? [['Attempts', count(attempts)] as [string, string]] : []),
    ...(served_model !== null ? [['Served by', served_model] as [string, string]] : []),
  ]
  return (
    <dl className="told num" data-testid="test-prompt-facts">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
