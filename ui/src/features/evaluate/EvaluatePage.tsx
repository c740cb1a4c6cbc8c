import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { Link, getRouteApi } from '@tanstack/react-router'
import { ChevronRight, Play } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { MultiCombobox } from '../../design/components/Combobox'
import { Checkbox, Field, Input, NumberInput, Segmented, Select } from '../../design/components/Form'
import { Dialog } from '../../design/components/Dialog'
import { ErrorNotice } from '../../design/components/Notice'
import { Page, Panel } from '../../design/components/Panel'
import { Progress } from '../../design/components/Progress'
import { TaskLine } from '../../design/components/TaskLine'
import { count, dollarRange, duration, plural } from '../../design/format'
import { languageName } from '../../design/names'
import { toErrorInfo } from '../../ipc/error'
import { useEstimate, useProblems, useRunCommands, useSettings, useStatus, useTask } from '../../ipc/hooks'
import type { DatasetStatus, RunSpec } from '../../ipc/types'
import { Economy } from './Economy'
import { ModelPicker } from './ModelPicker'
import { PreviewPanel } from '../strategies/PromptPreview'
import { PolicyPicker } from './PolicyPicker'
import { StrategyPicker } from './StrategyPicker'
import { DEFAULT_DRAFT, missing, modelChoices, specOf, withDefaults, type Draft } from './spec'
import './Evaluate.css'

const route = getRouteApi('/evaluate')

export function EvaluatePage() {
  const status = useStatus()
  const settings = useSettings().data
  const address = route.useSearch()
  const navigate = route.useNavigate()
  const { start, fetch } = useRunCommands()
  const [own, setOwn] = useState<Omit<Draft, 'models' | 'dataset'>>({ ...DEFAULT_DRAFT, strategy: address.strategy ?? DEFAULT_DRAFT.strategy, policy: address.policy ?? DEFAULT_DRAFT.policy })

  const [previewing, setPreviewing] = useState(false)

  const choices = useMemo(() => modelChoices(status.data, settings?.models ?? []), [status.data, settings])
  const datasets = useMemo(() => status.data?.datasets ?? [], [status.data])
  const draft = useMemo(
    () => withDefaults({ ...own, models: address.models ?? [], dataset: address.dataset ?? null }, choices, datasets),
    [own, address, choices, datasets],
  )
  const dataset = datasets.find((d) => d.id === draft.dataset)
  const set = (part: Partial<Draft>) => setOwn((before) => ({ ...before, ...part }))
  const look = (part: { models?: string[]; dataset?: string }) => void navigate({ to: '/evaluate', search: (s) => ({ ...s, ...part }), replace: true })

  const spec = useMemo(() => specOf(draft, dataset), [draft, dataset])
  const settled = useSettled(spec)
  const says = missing(draft, dataset)

  const launch = () => {
    if (!spec) return
    start.mutate(spec, { onSuccess: (run) => void navigate({ to: '/runs/$runId', params: { runId: run } }) })
  }

  if (status.error) {
    return (
      <Page title="Evaluate">
        <ErrorNotice title="The state of the program could not be read" error={status.error} action={<Button onClick={() => void status.refetch()}>Try again</Button>} />
      </Page>
    )
  }

  return (
    <Page title="New evaluation" lead="Models answer problems; each answer is cleaned, run against its tests in the sandbox, and judged." testId="page-evaluate">
      <div className="evaluate">
        <div className="stack">
          <Panel title="Models" note="Each of them answers every problem.">
            {status.data ? (
              <ModelPicker choices={choices} chosen={draft.models} onChange={(models) => look({ models })} />
            ) : (
              <Skeleton lines={3} height="2rem" label="Models are being looked up" />
            )}
          </Panel>
          <Panel title="Problems">
            <div className="stack">
              <div className="evaluate-pair">
                <Field label="Data set" error={dataset || !status.data ? null : (says.dataset ?? null)}>
                  <Select
                    value={draft.dataset ?? ''}
                    options={[
                      ...(draft.dataset === null ? [{ value: '', label: 'Choose…' }] : []),
                      ...datasets.map((d) => ({ value: d.id, label: `${d.title}, ${d.n_problems} problems${d.state === 'ready' ? '' : ' (not installed)'}` })),
                    ]}
                    onChange={(id) => {
                      look({ dataset: id })
                      set({ ids: [] })
                    }}
                    data-testid="evaluate-dataset"
                  />
                </Field>
                <Languages draft={draft} dataset={dataset} onChange={(languages) => set({ languages })} />
              </div>
              {dataset && dataset.state !== 'ready' && <FetchDataset dataset={dataset} />}
              <Which draft={draft} dataset={dataset} set={set} error={says.problems} />
            </div>
          </Panel>
          <Panel title="How they are asked">
            <div className="stack">
              <StrategyPicker chosen={draft.strategy} onChange={(strategy) => set({ strategy })} onPreview={() => setPreviewing(true)}>
                {draft.strategy === 'adaptive' && <PolicyPicker policy={draft.policy} learn={draft.learn} onChange={set} />}
              </StrategyPicker>
              <div className="evaluate-numbers">
                <Field label="Samples per problem" hint="The n of pass@k.">
                  <NumberInput value={draft.samples} min={1} max={1000} step={1} onChange={(samples) => set({ samples })} data-testid="evaluate-samples" />
                </Field>
                <Field label="Temperature" hint={draft.temperature === 0 ? 'Greedy: the likeliest token.' : 'Drawn at random, with the seed.'}>
                  <NumberInput value={draft.temperature} min={0} max={2} step={0.1} onChange={(temperature) => set({ temperature })} data-testid="evaluate-temperature" />
                </Field>
                <Field label="Longest answer" aside="tokens">
                  <NumberInput value={draft.maxTokens} min={1} step={1} onChange={(maxTokens) => set({ maxTokens })} data-testid="evaluate-max-tokens" />
                </Field>
                <Field label="Seed">
                  <NumberInput value={draft.seed} min={0} step={1} onChange={(seed) => set({ seed })} data-testid="evaluate-seed" />
                </Field>
              </div>
              <Advanced draft={draft} set={set} />
            </div>
          </Panel>
        </div>
        <Summary draft={draft} spec={settled} says={says} launch={launch} starting={start.isPending} startError={start.error} fetch={fetch} canStart={spec !== null} name={draft.name} onName={(name) => set({ name })} />
      </div>
      <Dialog open={previewing} onClose={() => setPreviewing(false)} title="What the model will be sent" wide testId="evaluate-preview-dialog">
        <PreviewPanel strategy={draft.strategy} models={draft.models} dataset={draft.dataset} problem={draft.which === 'ids' ? draft.ids[0] : null} language={draft.languages[0]} languages={draft.languages} seed={draft.seed} />
      </Dialog>
    </Page>
  )
}

function Languages({ draft, dataset, onChange }: { draft: Draft; dataset: DatasetStatus | undefined; onChange: (languages: string[]) => void }) {
  const known = useStatus().data?.languages ?? []
  return (
    <fieldset className="field">
      <legend className="field-label">Languages</legend>
      <div className="evaluate-languages">
        {(dataset?.languages ?? ['python']).map((id) => {
          const sandbox = known.find((l) => l.language === id)
          return (
            <Checkbox
              key={id}
              label={languageName(id)}
              checked={draft.languages.includes(id) && sandbox !== undefined}
              disabled={sandbox === undefined}
              title={sandbox ? undefined : 'The sandbox cannot run this language yet'}
              data-testid={`evaluate-language-${id}`}
              onChange={(on) => onChange(on ? [...draft.languages, id] : draft.languages.filter((l) => l !== id))}
            />
          )
        })}
      </div>
    </fieldset>
  )
}

function Which({ draft, dataset, set, error }: { draft: Draft; dataset: DatasetStatus | undefined; set: (part: Partial<Draft>) => void; error: string | undefined }) {
  const problems = useProblems(draft.which === 'ids' && dataset?.state === 'ready' ? dataset.id : null)
  const options = useMemo(() => (problems.data ?? []).map((p) => ({ value: p.id, label: p.id, detail: p.entry_point })), [problems.data])
  return (
    <div className="evaluate-which">
      <Segmented
        label="Which problems"
        value={draft.which}
        options={[
          { value: 'all', label: dataset ? `All ${dataset.n_problems}` : 'All', testId: 'evaluate-problems-all' },
          { value: 'first', label: 'The first few', testId: 'evaluate-problems-first' },
          { value: 'ids', label: 'Chosen ones', testId: 'evaluate-problems-ids' },
        ]}
        onChange={(which) => set({ which })}
      />
      {draft.which === 'first' && (
        <div className="evaluate-first">
          <span aria-hidden>the first</span>
          <NumberInput value={draft.first} min={1} max={dataset?.n_problems} step={1} onChange={(first) => set({ first })} aria-label="Number of problems" data-testid="evaluate-problems-count" />
          <span aria-hidden>in the data set’s order</span>
        </div>
      )}
      {draft.which === 'ids' && <MultiCombobox label="Problems" options={options} values={draft.ids} onChange={(ids) => set({ ids })} placeholder="Type an id or a function’s name" testId="evaluate-problem-ids" />}
      {error && <p className="field-error">{error}</p>}
    </div>
  )
}

function Advanced({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  return (
    <details className="evaluate-more">
      <summary data-testid="evaluate-advanced">
        <ChevronRight size={15} aria-hidden />
        Advanced
      </summary>
      <div className="evaluate-numbers">
        <Field label="Top-p" aside="optional">
          <Input
            type="number"
            className="num"
            min={0}
            max={1}
            step={0.05}
            defaultValue={draft.topP ?? ''}
            onChange={(e) => set({ topP: e.target.value === '' ? null : e.target.valueAsNumber })}
          />
        </Field>
        <Field label="Requests at once" aside="at most" hint="For each model; how many are worth having is found out.">
          <NumberInput value={draft.concurrency} min={1} max={64} step={1} onChange={(concurrency) => set({ concurrency })} />
        </Field>
        <Field label="Time limit" aside="s">
          <NumberInput value={draft.wallSeconds} min={0.5} step={0.5} onChange={(wallSeconds) => set({ wallSeconds })} />
        </Field>
        <Field label="Memory limit" aside="MiB">
          <NumberInput value={draft.memoryMb} min={64} step={64} onChange={(memoryMb) => set({ memoryMb })} />
        </Field>
      </div>
      <Field label="Stop sequences" aside="one a line" hint="Write \n for a line break. Empty: the strategy’s own." className="evaluate-stop">
        <StopInput value={draft.stop} onChange={(stop) => set({ stop })} />
      </Field>
      <Economy draft={draft} set={set} />
    </details>
  )
}

function StopInput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return <textarea className="input mono" rows={2} defaultValue={value} onChange={(e) => onChange(e.target.value)} spellCheck={false} aria-label="Stop sequences" />
}

function FetchDataset({ dataset }: { dataset: DatasetStatus }) {
  const task = useTask('dataset', dataset.id)
  return (
    <div className="evaluate-fetch">
      <Button busy={task.running} onClick={() => task.start()} data-testid={`evaluate-pull-${dataset.id}`}>
        Fetch {dataset.title}
      </Button>
      {task.progress && (
        <div className="grow">
          <Progress label={`Fetching ${dataset.title}`} value={task.progress.fraction} />
        </div>
      )}
      {task.error && <ErrorNotice error={task.error} />}
    </div>
  )
}

interface SummaryProps {
  draft: Draft
  spec: RunSpec | null
  says: ReturnType<typeof missing>
  launch: () => void
  starting: boolean
  startError: unknown
  /** The download of models before the run. */
  fetch: ReturnType<typeof useRunCommands>['fetch']
  canStart: boolean
  name: string
  onName: (name: string) => void
}

/** What it will take, before the click. */
function Summary({ draft, spec, says, launch, starting, startError, fetch, canStart, name, onName }: SummaryProps) {
  const estimate = useEstimate(spec)
  const e = spec ? estimate.data : undefined
  const gaps = Object.values(says)
  const failed = startError !== null && startError !== undefined && toErrorInfo(startError).code !== 'cancelled'
  return (
    <aside className="evaluate-summary" aria-label="What it will take">
      <Panel title="What it will take">
        <div className="stack">
          <dl className="evaluate-takes num" aria-live="polite" aria-busy={estimate.isFetching}>
            <Take term="Problems" value={e ? count(e.problems) : '–'} />
            <Take term="Models" value={count(draft.models.length)} />
            <Take term="Samples" value={e ? count(e.samples) : '–'} strong testId="evaluate-estimate-samples" />
            <Take term="Tokens at most" value={e ? count(e.max_completion_tokens) : '–'} />
            <Take term="Time, about" value={e?.seconds != null ? duration(e.seconds) : 'not known yet'} />
            <Take term="Cost, about" value={e?.cost_low != null && e.cost_high != null ? dollarRange(e.cost_low, e.cost_high) : 'not known'} testId="evaluate-estimate-cost" />
          </dl>
          {e && (
            <ul className="evaluate-basis field-hint">
              <li>Time: {e.basis}.</li>
              {e.downloads.length > 0 && <li data-testid="evaluate-downloads">Downloaded before the run: {e.downloads.join(', ')}.</li>}
              {e.cost_basis !== '' && <li data-testid="evaluate-cost-basis">Cost: {e.cost_basis}.</li>}
            </ul>
          )}
          {e?.problems_found.map((problem) => (
            <ErrorNotice key={problem.code + problem.message} error={problem} action={<FixLink code={problem.code} />} />
          ))}
          {estimate.error && <ErrorNotice error={estimate.error} />}
          {gaps.map((gap) => (
            <p key={gap} className="small tone-warn">
              {gap}
            </p>
          ))}
          <Field label="Name" aside="optional">
            <Input placeholder="Made from models and data set" value={name} onChange={(ev) => onName(ev.target.value)} data-testid="evaluate-name" />
          </Field>
          {failed && <ErrorNotice title="The run did not start" error={startError} />}
          <TaskLine task={fetch} label="Downloading models before the run" />
          <Button
            kind="primary"
            icon={<Play size={15} aria-hidden />}
            busy={starting}
            disabled={!canStart || (e?.problems_found.length ?? 0) > 0}
            onClick={launch}
            className="evaluate-launch"
            data-testid="evaluate-launch"
          >
            {e ? `Run ${plural(e.samples, 'sample')}` : 'Run'}
          </Button>
        </div>
      </Panel>
    </aside>
  )
}

function Take({ term, value, strong = false, testId }: { term: string; value: ReactNode; strong?: boolean; testId?: string }) {
  return (
    <div className={strong ? 'take-strong' : ''}>
      <dt>{term}</dt>
      <dd data-testid={testId}>{value}</dd>
    </div>
  )
}

/** The page that mends what stands in the way. */
function FixLink({ code }: { code: string }) {
  const tab = /model/.test(code) ? 'models' : /dataset|data-set/.test(code) ? 'datasets' : 'sandbox'
  return (
    <Link to="/library" search={{ tab }} className="btn btn-secondary btn-small">
      Mend it
    </Link>
  )
}

/** The value once it has stopped changing, so that typing does not ask for an estimate at every key. */
function useSettled<T>(value: T, ms = 250): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
