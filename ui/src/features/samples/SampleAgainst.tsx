import { useState } from 'react'
import { OutcomeBadge } from '../../design/components/Badge'
import { Skeleton } from '../../design/components/Bits'
import { DiffView } from '../../design/components/Code'
import { Field, Segmented, Select } from '../../design/components/Form'
import { ModelLabel } from '../../design/components/Model'
import { ErrorNotice } from '../../design/components/Notice'
import { modelName } from '../../design/names'
import { useSample } from '../../ipc/results'
import type { Sample, SampleDetail } from '../../ipc/types'

interface SampleAgainstProps {
  detail: SampleDetail
  /** `reference`, or the number of a sample. */
  against: string | undefined
  onAgainst: (against: string | undefined) => void
}

const PARTS = [
  { value: 'program', label: 'Programs', testId: 'against-programs' },
  { value: 'answer', label: 'Answers', testId: 'against-answers' },
] as const
type Part = (typeof PARTS)[number]['value']

/** What differs between another program, that of the data set or of a sample one has chosen, and this one. */
export function SampleAgainst({ detail: { sample, problem }, against, onAgainst }: SampleAgainstProps) {
  const [part, setPart] = useState<Part>('program')
  const chosen = against === undefined || against === 'reference' ? null : Number(against)
  const other = useSample(chosen)
  // While another one is read, the last one is still at hand; it is not the one that was asked for.
  const base = chosen !== null && other.data?.sample.id === chosen ? other.data.sample : null
  const reference = problem !== null && problem.canonical_solution !== null ? problem.prompt + problem.canonical_solution : null
  const options = [
    { value: '', label: 'Nothing yet' },
    ...(reference !== null || against === 'reference' ? [{ value: 'reference', label: 'The reference solution' }] : []),
    ...(chosen !== null && chosen !== sample.id ? [{ value: String(chosen), label: base ? nameOf(base) : `Sample ${chosen}` }] : []),
    { value: String(sample.id), label: chosen === sample.id ? 'This sample' : 'This sample, for those that follow' },
  ]
  return (
    <>
      <div className="against-bar">
        <Field label="Set against">
          <Select value={against ?? ''} options={options} onChange={(v) => onAgainst(v === '' ? undefined : v)} data-testid="against" />
        </Field>
        {base !== null && base.id !== sample.id && <Segmented label="What is compared" value={part} options={PARTS} onChange={setPart} />}
      </div>
      {against === undefined ? (
        <p className="pane-nothing small muted">Choose what this sample is set against. “This sample” is kept while you go on with j and k: each one is then shown by what differs.</p>
      ) : chosen === sample.id ? (
        <p className="pane-nothing small muted" data-testid="against-itself">
          This is the sample that others are set against: go on to another one with j or k.
        </p>
      ) : against === 'reference' ? (
        <Difference before={reference} after={sample.cleaned} beforeLabel="reference" afterLabel="this program" none={{ before: 'this problem has no reference solution here', after: 'no program could be made of the answer' }} />
      ) : other.error ? (
        <ErrorNotice title="The other sample could not be read" error={other.error} />
      ) : base === null ? (
        <Skeleton lines={6} label="The other sample is being read" />
      ) : (
        <>
          <dl className="against-both small">
            <Side title="Other" sample={base} />
            <Side title="This" sample={sample} />
          </dl>
          {base.key.problem !== sample.key.problem && <p className="small tone-warn">The other one answers another problem: {base.key.problem}.</p>}
          {part === 'program' ? (
            <Difference before={base.cleaned} after={sample.cleaned} beforeLabel="other program" afterLabel="this program" none={{ before: 'no program could be made of the other answer', after: 'no program could be made of this answer' }} />
          ) : (
            <Difference before={base.raw} after={sample.raw} beforeLabel="other answer" afterLabel="this answer" none={{ before: 'the other request was not answered', after: 'this request was not answered' }} />
          )}
        </>
      )}
    </>
  )
}

const nameOf = ({ key }: Sample): string => `${modelName(key.model)}, ${key.problem} #${key.index + 1}`

function Side({ title, sample }: { title: string; sample: Sample }) {
  return (
    <div className="row">
      <dt className="faint">{title}</dt>
      <dd className="row">
        <OutcomeBadge verdict={sample.execution?.verdict ?? null} transport={sample.transport} content={sample.content} plain />
        <ModelLabel model={sample.key.model} />
        <span className="faint num">#{sample.key.index + 1}</span>
      </dd>
    </div>
  )
}

interface DifferenceProps {
  before: string | null
  after: string | null
  beforeLabel: string
  afterLabel: string
  none: { before: string; after: string }
}

function Difference({ before, after, beforeLabel, afterLabel, none }: DifferenceProps) {
  if (before === null || after === null) return <p className="pane-nothing small muted">There is nothing to compare: {before === null ? none.before : none.after}.</p>
  return <DiffView before={before} after={after} beforeLabel={beforeLabel} afterLabel={afterLabel} testId="against-diff" />
}
