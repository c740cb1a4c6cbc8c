import { useMemo } from 'react'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { OutcomeBadge } from '../../design/components/Badge'
import { IconButton } from '../../design/components/Button'
import { Swatch } from '../../design/components/Bits'
import { CodeView, DiffView } from '../../design/components/Code'
import { FilterMenu } from '../../design/components/FilterMenu'
import { Field, Segmented, Select } from '../../design/components/Form'
import { Panel } from '../../design/components/Panel'
import { useModelColour } from '../../design/colours'
import { count, milliseconds, plural } from '../../design/format'
import { languageName, modelName, strategyName } from '../../design/names'
import type { CompareBy, ProblemAnswer, ProblemView } from '../../ipc/types'
import type { ProblemAddress } from '../../app/address'
import { filterAnswers, groupAnswers, pick, pickedOf, type AnswerGroup } from './groups'

const BYS: readonly { value: CompareBy; label: string; testId: string }[] = [
  { value: 'model', label: 'Models', testId: 'problem-by-model' },
  { value: 'strategy', label: 'Strategies', testId: 'problem-by-strategy' },
  { value: 'language', label: 'Languages', testId: 'problem-by-language' },
  { value: 'series', label: 'Runs', testId: 'problem-by-series' },
]

interface AnswersProps {
  view: ProblemView
  address: ProblemAddress
  onChange: (part: Partial<ProblemAddress>) => void
}

/** A program that others are set against. */
interface Base {
  label: string
  program: string
  sample: number | null
}

/** Everyone's answers side by side: verdicts and programs, or what differs from one of them. */
export function Answers({ view, address, onChange }: AnswersProps) {
  const by = address.by ?? 'model'
  const shown = useMemo(() => filterAnswers(view.answers, address), [view.answers, address])
  const groups = useMemo(() => groupAnswers(shown, by), [shown, by])
  const each = (of: (a: ProblemAnswer) => string) => [...new Set(view.answers.map(of))]
  const base = baseOf(view, address)
  const models = each((a) => a.sample.model)
  const languages = each((a) => a.sample.language)
  const strategies = each((a) => a.sample.strategy)
  const hasReference = view.problems.some((p) => p.canonical_solution !== null)
  // A program is set against those that are in sight, not against hundreds.
  const offered = groups.flatMap((g) => pickedOf(g, address.picks) ?? []).filter((a) => a.program !== null)
  const options = [
    { value: '', label: 'Nothing: whole programs' },
    ...(hasReference ? [{ value: 'reference', label: 'The reference solution' }] : []),
    ...offered.map((a) => ({ value: String(a.sample.id), label: nameOf(a) })),
    ...(base?.sample != null && !offered.some((a) => a.sample.id === base.sample) ? [{ value: String(base.sample), label: base.label }] : []),
  ]
  return (
    <Panel
      title="Answers"
      data-testid="problem-answers"
      note={view.answers.length < view.total ? `The first ${count(view.answers.length)} of ${plural(view.total, 'answer')}; the others are among the samples.` : `${plural(shown.length, 'answer')}${shown.length < view.total ? ` of ${count(view.total)}` : ''}`}
    >
      <div className="answers-controls" role="group" aria-label="How answers are shown">
        <Field label="Side by side">
          <Segmented label="Side by side" value={by} options={BYS} onChange={(b) => onChange({ by: b === 'model' ? undefined : b, picks: undefined })} />
        </Field>
        <Field label="Set against" className="answers-against">
          <Select value={base ? (address.against ?? '') : ''} options={options} onChange={(v) => onChange({ against: v === '' ? undefined : v })} data-testid="problem-against" />
        </Field>
        <div className="answers-filters">
          {models.length > 1 && <FilterMenu label="Model" options={models.map((m) => ({ value: m, label: modelName(m) }))} chosen={address.models ?? []} onChange={(v) => onChange({ models: v })} testId="problem-filter-model" />}
          {languages.length > 1 && <FilterMenu label="Language" options={languages.map((l) => ({ value: l, label: languageName(l) }))} chosen={address.languages ?? []} onChange={(v) => onChange({ languages: v })} testId="problem-filter-language" />}
          {strategies.length > 1 && <FilterMenu label="Strategy" options={strategies.map((s) => ({ value: s, label: strategyName(s) }))} chosen={address.strategies ?? []} onChange={(v) => onChange({ strategies: v })} testId="problem-filter-strategy" />}
        </div>
      </div>
      {groups.length === 0 ? (
        <p className="small muted">No answer is like that.</p>
      ) : (
        <div className="answers" tabIndex={0} role="region" aria-label="Answers side by side">
          {groups.map((group) => (
            <Group key={group.key} group={group} by={by} base={base} address={address} onChange={onChange} />
          ))}
        </div>
      )}
    </Panel>
  )
}

const nameOf = (a: ProblemAnswer): string => `${modelName(a.sample.model)}, ${strategyName(a.sample.strategy)}, ${languageName(a.sample.language)} #${a.sample.index + 1}`

/** What `against` names, when it is there. */
function baseOf(view: ProblemView, { against, languages }: ProblemAddress): Base | null {
  if (against === 'reference') {
    const problem = view.problems.find((p) => p.language === languages?.[0]) ?? view.problems.find((p) => p.language === 'python') ?? view.problems[0]
    return problem && problem.canonical_solution !== null ? { label: 'Reference', program: problem.prompt + problem.canonical_solution, sample: null } : null
  }
  const answer = view.answers.find((a) => String(a.sample.id) === against)
  return answer && answer.program !== null ? { label: nameOf(answer), program: answer.program, sample: answer.sample.id } : null
}

function Group({ group, by, base, address, onChange }: { group: AnswerGroup; by: CompareBy; base: Base | null; address: ProblemAddress; onChange: AnswersProps['onChange'] }) {
  const colour = useModelColour()
  const answer = pickedOf(group, address.picks)
  if (!answer) return null
  const { sample } = answer
  const at = group.answers.indexOf(answer)
  const step = (by: number) => {
    const next = group.answers[(at + by + group.answers.length) % group.answers.length]
    if (next) onChange({ picks: pick(group, address.picks, next.sample.id) })
  }
  return (
    <article className="answer" id={`answers-${group.key}`} aria-label={group.label} data-testid="problem-answer">
      <header className="answer-head">
        <h3 className="model-label grow" title={group.label}>
          {group.model !== null && <Swatch colour={colour(group.model)} />}
          <span className="clip">{group.label}</span>
        </h3>
        <span className="small num muted" title="Samples that pass, of those that are judged">
          {group.judged === 0 ? 'not judged' : `${count(group.passed)} of ${count(group.judged)} pass`}
        </span>
      </header>
      <div className="answer-which">
        <OutcomeBadge verdict={sample.verdict} transport={sample.transport} content={sample.content} />
        <Link to="/samples" search={{ runs: [sample.run], text: sample.problem, sample: sample.id }} className="small" data-testid="problem-answer-sample">
          Sample
        </Link>
        {sample.duration_ms !== null && <span className="small faint num">ran {milliseconds(sample.duration_ms)}</span>}
        {group.answers.length > 1 && (
          <span className="answer-steps">
            <IconButton label={`Previous answer of ${group.label}`} size="small" icon={<ChevronLeft size={14} />} onClick={() => step(-1)} />
            <span className="small num">
              {at + 1} of {count(group.answers.length)}
            </span>
            <IconButton label={`Next answer of ${group.label}`} size="small" icon={<ChevronRight size={14} />} onClick={() => step(1)} data-testid="problem-answer-next" />
          </span>
        )}
      </div>
      <p className="small faint answer-of">
        {[by !== 'model' && by !== 'series' && modelName(sample.model), by !== 'strategy' && strategyName(sample.strategy), by !== 'language' && languageName(sample.language), by !== 'series' && answer.run_name].filter(Boolean).join(' · ')}
      </p>
      {sample.detail !== null && (
        <p className="small mono answer-why" title={sample.detail}>
          {sample.detail.split('\n', 1)[0]}
        </p>
      )}
      {answer.program === null ? (
        <p className="small muted">No program could be made of the answer.</p>
      ) : base !== null && base.sample !== sample.id ? (
        <DiffView before={base.program} after={answer.program} beforeLabel={base.label} afterLabel={group.label} testId="problem-diff" />
      ) : (
        <CodeView label={`Program of ${group.label}`} code={answer.program} language={sample.language} testId="problem-program" />
      )}
    </article>
  )
}
