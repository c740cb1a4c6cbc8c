import { useMemo, useState } from 'react'
import { Skeleton } from '../../design/components/Bits'
import { CodeView } from '../../design/components/Code'
import { Field, Select } from '../../design/components/Form'
import { ErrorNotice, Notice, sentence } from '../../design/components/Notice'
import { Facts } from '../../design/components/Panel'
import { languageName, modelParts, strategyName } from '../../design/names'
import { useProblems, usePromptPreview, useStatus } from '../../ipc/hooks'
import type { PreviewTurn, PromptPreview } from '../../ipc/types'
import { parseModel } from '../evaluate/spec'
import { kindName, roleName, visible } from './words'
import './Strategies.css'

interface PreviewPanelProps {
  strategy: string
  /** What is shown first; the person may choose otherwise. */
  models?: readonly string[]
  dataset?: string | null
  problem?: string | null
  language?: string | null
  /** All of the run's; only the one shown, where there is no run yet. */
  languages?: readonly string[]
  /** The run's: it decides which examples are shown. */
  seed?: number
}

const NONE: readonly string[] = []

/** The exact prompts of a strategy for a problem and a model, before anything is asked. */
export function PreviewPanel({ strategy, models: first, dataset: firstDataset, problem: firstProblem, language: firstLanguage, languages: ofRun = NONE, seed = 1 }: PreviewPanelProps) {
  const status = useStatus().data
  const datasets = useMemo(() => (status?.datasets ?? []).filter((d) => d.state === 'ready'), [status])
  const models = useMemo(() => [...new Set([...(first ?? []), ...(status?.models ?? []).map((m) => m.reference)])], [first, status])
  const [own, setOwn] = useState<{ dataset?: string; problem?: string; language?: string; model?: string }>({})

  const dataset = datasets.find((d) => d.id === (own.dataset ?? firstDataset)) ?? datasets[0]
  const problems = useProblems(dataset?.id ?? null)
  const wanted = own.problem ?? firstProblem ?? null
  const problem = problems.data?.find((p) => p.id === wanted) ?? problems.data?.[0]
  const languages = problem?.languages ?? []
  const language = languages.find((l) => l === (own.language ?? firstLanguage)) ?? languages[0]
  const model = own.model ?? models[0]

  const ref = model === undefined ? null : parseModel(model)
  const preview = usePromptPreview(dataset && problem && ref ? { strategy, dataset: dataset.id, problem: problem.id, language: language ?? null, languages: [...ofRun], model: ref, seed } : null)
  if (status && (datasets.length === 0 || models.length === 0))
    return <p className="small muted">A prompt is made for a problem and a model: {datasets.length === 0 ? 'fetch a data set' : 'add a model'} first.</p>
  return (
    <div className="prompt-preview" data-testid="prompt-preview">
      <div className="preview-choices">
        <Field label="Data set">
          <Select value={dataset?.id ?? ''} options={datasets.map((d) => ({ value: d.id, label: d.title }))} onChange={(id) => setOwn((o) => ({ ...o, dataset: id, problem: undefined, language: undefined }))} data-testid="preview-dataset" />
        </Field>
        <Field label="Problem">
          <Select value={problem?.id ?? ''} options={(problems.data ?? []).map((p) => ({ value: p.id, label: p.id }))} onChange={(id) => setOwn((o) => ({ ...o, problem: id }))} data-testid="preview-problem" />
        </Field>
        <Field label="Language">
          <Select value={language ?? ''} options={languages.map((l) => ({ value: l, label: languageName(l) }))} onChange={(l) => setOwn((o) => ({ ...o, language: l }))} data-testid="preview-language" />
        </Field>
        <Field label="Model">
          <Select value={model ?? ''} options={models.map((m) => ({ value: m, label: modelTitle(m) }))} onChange={(m) => setOwn((o) => ({ ...o, model: m }))} data-testid="preview-model" />
        </Field>
      </div>
      {problems.error && <ErrorNotice title="The problems could not be read" error={problems.error} />}
      {preview.error ? (
        <ErrorNotice title="No prompt can be made of this" error={preview.error} />
      ) : preview.data ? (
        <div className={preview.isFetching && preview.isPlaceholderData ? 'stale' : ''}>
          <Prompts preview={preview.data} asked={strategy} />
        </div>
      ) : (
        <Skeleton lines={6} label="The prompt is being made" />
      )}
    </div>
  )
}

const modelTitle = (reference: string): string => {
  const { provider, name, host } = modelParts(reference)
  return [name, host ?? provider].filter(Boolean).join(', ')
}

function Prompts({ preview, asked }: { preview: PromptPreview; asked: string }) {
  const { turns } = preview
  return (
    <div className="stack">
      <Facts
        className="preview-facts"
        testId="preview-facts"
        facts={[
          ['Asked as', `${kindName(preview.kind)}${preview.strategy === asked ? '' : `, by ${strategyName(preview.strategy)}`}`],
          ['Family', preview.family],
          ['Temperature', preview.temperature === null ? 'the run’s' : `the run’s; ${preview.temperature} is recommended for this family`],
          ['Stops at', preview.stop.length === 0 ? 'nothing of its own' : <Stops key="s" stop={preview.stop} />],
        ]}
      />
      {preview.assumed !== null && (
        <Notice tone="info" testId="preview-assumed">
          {sentence(preview.assumed)}
        </Notice>
      )}
      <ol className="preview-turns">
        {turns.map((turn, i) => (
          <li key={i} data-testid="preview-turn">
            {turns.length > 1 && (
              <h3 className="preview-turn">
                Turn {i + 1} of {turns.length}
                {turn.note !== null && <span className="small muted">{turn.note}</span>}
              </h3>
            )}
            <Messages turn={turn} number={i + 1} />
          </li>
        ))}
      </ol>
    </div>
  )
}

function Stops({ stop }: { stop: readonly string[] }) {
  return (
    <span className="preview-stops">
      {stop.map((s) => (
        <code key={s}>{visible(s)}</code>
      ))}
    </span>
  )
}

function Messages({ turn: { prompt }, number }: { turn: PreviewTurn; number: number }) {
  if (prompt.mode === 'completion')
    return (
      <div className="preview-message">
        <p className="preview-role">Text to continue</p>
        <CodeView bare label={`Text of turn ${number}`} code={prompt.text} testId="preview-text" />
      </div>
    )
  const last = prompt.messages.length - 1
  return (
    <div className="preview-messages">
      {prompt.messages.map((message, i) => {
        // What is put into the model's mouth is continued, not answered.
        const begun = i === last && message.role === 'assistant'
        return (
          <div key={i} className={`preview-message preview-${message.role}`}>
            <p className="preview-role">{begun ? 'Beginning of the answer, which the model continues' : roleName(message.role)}</p>
            <CodeView bare label={`${roleName(message.role)}, message ${i + 1} of turn ${number}`} code={message.content} testId="preview-text" />
          </div>
        )
      })}
    </div>
  )
}
