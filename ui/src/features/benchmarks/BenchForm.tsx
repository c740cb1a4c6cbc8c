import { useState, type FormEvent } from 'react'
import { Link } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Checkbox, Field, NumberInput, Select } from '../../design/components/Form'
import { count, duration } from '../../design/format'
import { languageName } from '../../design/names'
import type { AppStatus, RunnerBench } from '../../ipc/types'
import { SMALL, fault, waitingSeconds } from './work'

interface BenchFormProps {
  status: AppStatus
  running: boolean
  onStart: (work: RunnerBench) => void
}

/** What is to be measured. */
export function BenchForm({ status, running, onStart }: BenchFormProps) {
  const [work, setWork] = useState(SMALL)
  const set = (part: Partial<RunnerBench>) => setWork((before) => ({ ...before, ...part }))
  const dataset = status.datasets.find((d) => d.id === work.dataset)
  const wrong = fault(work, dataset)
  const unbuilt = work.languages.find((id) => !status.languages.some((l) => l.language === id && l.ready))
  const samples = work.models * (work.problems ?? 0) * work.samples * work.languages.length
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wrong === null && unbuilt === undefined && !running) onStart(work)
  }
  return (
    <form className="bench-form" onSubmit={submit} noValidate data-testid="bench-form">
      <div className="bench-pair">
        <Field label="Data set">
          <Select
            value={work.dataset}
            options={status.datasets.map((d) => ({ value: d.id, label: `${d.title}, ${d.n_problems} problems${d.state === 'ready' ? '' : ' (not installed)'}` }))}
            onChange={(id) => {
              const languages = status.datasets.find((d) => d.id === id)?.languages ?? []
              const kept = work.languages.filter((l) => languages.includes(l))
              set({ dataset: id, languages: kept.length > 0 ? kept : languages.slice(0, 1) })
            }}
            data-testid="bench-dataset"
          />
        </Field>
        <fieldset className="field">
          <legend className="field-label">Languages</legend>
          <div className="bench-languages">
            {(dataset?.languages ?? []).map((id) => (
              <Checkbox
                key={id}
                label={languageName(id)}
                checked={work.languages.includes(id)}
                onChange={(on) => set({ languages: on ? [...work.languages, id] : work.languages.filter((l) => l !== id) })}
                data-testid={`bench-language-${id}`}
              />
            ))}
          </div>
        </fieldset>
      </div>
      <div className="bench-numbers">
        <Field label="Models">
          <NumberInput value={work.models} min={1} max={64} step={1} onChange={(models) => set({ models })} data-testid="bench-models" />
        </Field>
        <Field label="Problems">
          <NumberInput value={work.problems ?? 0} min={1} step={1} onChange={(problems) => set({ problems })} data-testid="bench-problems" />
        </Field>
        <Field label="Samples" aside="per problem">
          <NumberInput value={work.samples} min={1} max={1000} step={1} onChange={(n) => set({ samples: n })} data-testid="bench-samples" />
        </Field>
        <Field label="One after another" aside="samples">
          <NumberInput value={work.baseline} min={work.models} step={1} onChange={(baseline) => set({ baseline })} data-testid="bench-baseline" />
        </Field>
        <Field label="Answers take from" aside="ms">
          <NumberInput value={work.latency_low_ms} min={1} step={10} onChange={(latency_low_ms) => set({ latency_low_ms })} data-testid="bench-latency-low" />
        </Field>
        <Field label="Answers take up to" aside="ms">
          <NumberInput value={work.latency_high_ms} min={1} step={50} onChange={(latency_high_ms) => set({ latency_high_ms })} data-testid="bench-latency-high" />
        </Field>
      </div>
      <div className="bench-go">
        <Button type="submit" kind="primary" icon={<Play size={15} aria-hidden />} busy={running} disabled={wrong !== null || unbuilt !== undefined || !status.engine.ok} data-testid="bench-start">
          Measure
        </Button>
        {wrong !== null ? (
          <p className="small tone-warn">{wrong}</p>
        ) : !status.engine.ok ? (
          <p className="small tone-warn">The container engine does not answer.</p>
        ) : unbuilt !== undefined ? (
          <p className="small tone-warn">
            The image of {languageName(unbuilt)} is not built. <Link to="/library" search={{ tab: 'sandbox' }}>Build it</Link>
          </p>
        ) : (
          <p className="small faint num">
            {count(work.baseline)} samples one after another, with about {duration(waitingSeconds(work))} of waiting; then about {count(samples)} all at once.
          </p>
        )}
      </div>
    </form>
  )
}
