import { CodeView } from '../../design/components/Code'
import { count } from '../../design/format'
import type { Sample, Turn } from '../../ipc/types'

/** What was asked, turn by turn where there were several; with each, what the model had been told by then. */
export function SamplePrompts({ sample: { turns = [], prompt } }: { sample: Sample }) {
  if (prompt === null) return <p className="pane-nothing small muted">The answer was given, not asked for: there is no prompt.</p>
  if (turns.length === 0) return <CodeView label="Prompt" code={prompt} bare testId="sample-prompt" />
  return (
    <>
      <Of all={turns.length + 1} />
      {turns.map((turn, i) => (
        <TurnPart key={i} number={i + 1} turn={turn}>
          <CodeView label={`Prompt of turn ${i + 1}`} code={turn.prompt} bare testId="sample-turn-prompt" />
          {turn.feedback !== null && <Feedback text={turn.feedback} number={i + 1} />}
        </TurnPart>
      ))}
      <TurnPart number={turns.length + 1} last>
        <CodeView label={`Prompt of turn ${turns.length + 1}`} code={prompt} bare testId="sample-prompt" />
      </TurnPart>
    </>
  )
}

/** What came back, turn by turn; the last answer is the one that counts. */
export function SampleReplies({ sample: { turns = [], raw, transport_detail } }: { sample: Sample }) {
  const last = raw === null ? <p className="pane-nothing small muted">No answer came{transport_detail ? `: ${transport_detail}` : ''}.</p> : null
  if (turns.length === 0) return last ?? <CodeView label="Answer" code={raw ?? ''} bare testId="sample-raw" />
  return (
    <>
      <Of all={turns.length + 1} />
      {turns.map((turn, i) => (
        <TurnPart key={i} number={i + 1} turn={turn}>
          <CodeView label={`Answer of turn ${i + 1}`} code={turn.reply} bare testId="sample-turn-reply" />
          {turn.feedback !== null && <Feedback text={turn.feedback} number={i + 1} />}
        </TurnPart>
      ))}
      <TurnPart number={turns.length + 1} last>
        {last ?? <CodeView label="Answer" code={raw ?? ''} bare testId="sample-raw" />}
      </TurnPart>
    </>
  )
}

function Of({ all }: { all: number }) {
  return <p className="small muted">It took {all} turns; the last answer counts.</p>
}

function TurnPart({ number, turn, last = false, children }: { number: number; turn?: Turn; last?: boolean; children: React.ReactNode }) {
  const tokens = turn?.usage.completion_tokens
  return (
    <section className="turn" aria-label={`Turn ${number}`}>
      <h3 className="turn-head">
        Turn {number}
        {last && <span className="faint small"> the one that counts</span>}
        {tokens != null && <span className="faint small num"> {count(tokens)} tokens written</span>}
      </h3>
      {children}
    </section>
  )
}

function Feedback({ text, number }: { text: string; number: number }) {
  return (
    <div className="turn-feedback" data-testid="sample-turn-feedback">
      <p className="small muted">What the model was told of this answer, from what everybody may see:</p>
      <pre className="pane-why" tabIndex={0} aria-label={`Feedback on turn ${number}`}>
        {text}
      </pre>
    </div>
  )
}
