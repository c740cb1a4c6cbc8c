import { useLayoutEffect, useRef, useState } from 'react'
import { Skeleton } from '../../design/components/Bits'
import { Button } from '../../design/components/Button'
import { ErrorNotice } from '../../design/components/Notice'
import { useToasts } from '../../design/components/Toast'
import { toErrorInfo } from '../../ipc/error'
import { useStrategyCommands, useStrategySource } from '../../ipc/hooks'
import type { ErrorInfo, StrategySummary } from '../../ipc/types'
import { fieldOf, lineOf } from './words'

type Named = Pick<StrategySummary, 'id' | 'title'>

/** The file of a strategy of one's own, right or not. Nothing is kept until all of it is right. */
export function StrategyEditor({ strategy, onDone }: { strategy: Named; onDone: () => void }) {
  const source = useStrategySource(strategy.id)
  if (source.error) return <ErrorNotice title="Its file could not be read" error={source.error} action={<Button onClick={onDone}>Close</Button>} />
  if (source.data === undefined) return <Skeleton lines={8} label="Its file is being read" />
  return <Editor strategy={strategy} source={source.data.toml} wrong={source.data.wrong} onDone={onDone} />
}

function Editor({ strategy, source, wrong, onDone }: { strategy: Named; source: string; wrong: ErrorInfo | null; onDone: () => void }) {
  const { save } = useStrategyCommands()
  const toasts = useToasts()
  const [text, setText] = useState(source)
  const area = useRef<HTMLTextAreaElement>(null)
  const refused = save.error !== null
  const error = refused ? toErrorInfo(save.error) : wrong
  // The hint may be the one that names the place.
  const line = error ? (lineOf(error.message) ?? lineOf(error.hint ?? '')) : null
  const field = error ? fieldOf(error.message) : null
  const keep = () =>
    save.mutate(
      { id: strategy.id, text },
      {
        onSuccess: (made) => {
          toasts.done(`${made.title} is saved.`)
          onDone()
        },
      },
    )
  const goTo = (wanted: number) => {
    const box = area.current
    if (!box) return
    const start = text.split('\n').slice(0, wanted - 1).join('\n').length + (wanted > 1 ? 1 : 0)
    const end = text.indexOf('\n', start)
    box.focus()
    box.setSelectionRange(start, end < 0 ? text.length : end)
  }
  return (
    <form
      className="strategy-editor"
      aria-label={`Edit ${strategy.title}`}
      onSubmit={(e) => {
        e.preventDefault()
        keep()
      }}
    >
      {error && (
        <ErrorNotice
          title={[refused ? 'Not saved' : 'Left out', [line !== null ? `line ${line}` : null, field !== null ? `field ${field}` : null].filter(Boolean).join(', ')].filter(Boolean).join(': ')}
          error={error}
          testId="strategy-error"
          action={
            line !== null && (
              <Button size="small" onClick={() => goTo(line)}>
                Go to line {line}
              </Button>
            )
          }
        />
      )}
      <TextEditor ref={area} label={`File of ${strategy.title}`} text={text} bad={line} onText={setText} onSave={keep} />
      <div className="row">
        <Button type="submit" kind="primary" busy={save.isPending} disabled={text === source && !refused} data-testid="strategy-save">
          Save
        </Button>
        <Button onClick={onDone} data-testid="strategy-cancel">
          {text === source ? 'Close' : 'Drop the changes'}
        </Button>
        <span className="small faint">It is checked as a whole: what is wrong is not kept.</span>
      </div>
    </form>
  )
}

interface TextEditorProps {
  ref: React.RefObject<HTMLTextAreaElement | null>
  label: string
  text: string
  /** The line that is wrong. */
  bad: number | null
  onText: (text: string) => void
  onSave: () => void
}

/** A text with its line numbers. Tab goes on to the next control, as everywhere. */
function TextEditor({ ref, label, text, bad, onText, onSave }: TextEditorProps) {
  const numbers = useRef<HTMLDivElement>(null)
  const lines = text.split('\n').length
  useLayoutEffect(() => {
    if (numbers.current && ref.current) numbers.current.scrollTop = ref.current.scrollTop
  }, [lines, ref])
  return (
    <div className="editor">
      <div className="editor-lines" ref={numbers} aria-hidden>
        {Array.from({ length: lines }, (_, i) => (
          <div key={i} className={i + 1 === bad ? 'editor-line-bad' : ''}>
            {i + 1}
          </div>
        ))}
      </div>
      <textarea
        ref={ref}
        className="editor-text"
        aria-label={label}
        aria-invalid={bad !== null || undefined}
        value={text}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        data-testid="strategy-text"
        onChange={(e) => onText(e.target.value)}
        onScroll={(e) => {
          if (numbers.current) numbers.current.scrollTop = e.currentTarget.scrollTop
        }}
        onKeyDown={(e) => {
          if (e.key === 's' && (e.ctrlKey || e.metaKey)) {
            e.preventDefault()
            onSave()
          }
        }}
      />
    </div>
  )
}
