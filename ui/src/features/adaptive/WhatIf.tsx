import { useMemo, useState } from 'react'
import { Link } from '@tanstack/react-router'
import { Lightbulb, RotateCcw } from 'lucide-react'
import { Badge } from '../../design/components/Badge'
import { Skeleton } from '../../design/components/Bits'
import { Button } from '../../design/components/Button'
import { Checkbox, Field, Select } from '../../design/components/Form'
import { EmptyState, ErrorNotice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { Scroll } from '../../design/components/Scroll'
import { languageName, modelName } from '../../design/names'
import { usePolicies, useWhatIf } from '../../ipc/adaptive'
import { useAllRuns, useProblems, useStatus } from '../../ipc/hooks'
import type { FeatureValue, WhatIfQuery } from '../../ipc/types'
import { insteadOf } from '../../app/address'
import { useAddressText } from '../../app/useAddressText'
import type { PartProps } from './AdaptivePage'
import { ChanceTable } from './ChanceTable'
import { signedReward } from './words'

/** What a policy would choose for a problem, as it is or with features set to something else. */
export function WhatIf({ address, go }: PartProps) {
  const status = useStatus().data
  const policies = usePolicies().data
  const runs = useAllRuns().data
  const ready = useMemo(() => status?.datasets.filter((d) => d.state === 'ready') ?? [], [status])
  const dataset = ready.find((d) => d.id === address.dataset) ?? ready[0]
  const problems = useProblems(dataset?.id ?? null).data
  const problem = problems?.find((p) => p.id === address.problem) ?? problems?.[0]
  const models = useMemo(() => [...new Set([...(status?.models ?? []).map((m) => m.reference), ...(runs ?? []).flatMap((r) => r.models), ...(address.model ? [address.model] : [])])], [status, runs, address.model])
  const model = address.model ?? models[0]
  const language = problem?.languages.includes(address.language ?? '') ? address.language : problem?.languages[0]
  const policy = address.policy ?? policies?.[0]?.name ?? 'default'

  const asked = useMemo<WhatIfQuery | null>(() => (policies && dataset && problem && model ? { policy, model, dataset: dataset.id, language: language ?? null, problem: problem.id, instead: [] } : null), [policies, policy, model, dataset, language, problem])
  const instead = useMemo(() => (address.instead ?? []).flatMap((i) => insteadOf(i) ?? []), [address.instead])
  const turned = useMemo(() => asked && { ...asked, instead }, [asked, instead])
  const asIs = useWhatIf(asked)
  const found = useWhatIf(turned)
  const changes = asIs.data && found.data && instead.length > 0 && asIs.data.arm !== found.data.arm

  const set = (feature: string, value: number | null) => {
    const rest = (address.instead ?? []).filter((i) => insteadOf(i)?.feature !== feature)
    go({ instead: value === null ? rest : [...rest, `${feature}:${value}`] })
  }

  if (status && ready.length === 0)
    return (
      <Panel>
        <EmptyState
          icon={<Lightbulb size={20} />}
          title="No data set is installed"
          testId="what-if-empty"
          action={
            <Link to="/library" search={{ tab: 'datasets' }} className="btn btn-primary btn-medium">
              Fetch a data set
            </Link>
          }
        >
          The strategy a policy would choose for a problem will stand here, with what it expects of each and why.
        </EmptyState>
      </Panel>
    )
  return (
    <>
      <div className="what-if-controls" role="group" aria-label="What is asked about">
        <Field label="Policy">
          <Select value={policy} options={[...(policies ?? []).map((p) => ({ value: p.name, label: p.name })), ...(policies?.some((p) => p.name === policy) ? [] : [{ value: policy, label: `${policy} (knows nothing yet)` }])]} onChange={(name) => go({ policy: name })} data-testid="what-if-policy" />
        </Field>
        <Field label="Model" className="what-if-wide">
          <Select value={model ?? ''} options={models.map((m) => ({ value: m, label: modelName(m) }))} onChange={(m) => go({ model: m })} data-testid="what-if-model" />
        </Field>
        <Field label="Data set" className="what-if-wide">
          <Select value={dataset?.id ?? ''} options={ready.map((d) => ({ value: d.id, label: d.title }))} onChange={(id) => go({ dataset: id, problem: undefined, language: undefined })} data-testid="what-if-dataset" />
        </Field>
        <Field label="Language">
          <Select value={language ?? ''} options={(problem?.languages ?? []).map((l) => ({ value: l, label: languageName(l) }))} onChange={(l) => go({ language: l })} data-testid="what-if-language" />
        </Field>
        <Field label="Problem" className="what-if-wide">
          <Select value={problem?.id ?? ''} options={(problems ?? []).map((p) => ({ value: p.id, label: `${p.id}, ${p.entry_point}` }))} onChange={(id) => go({ problem: id })} data-testid="what-if-problem" />
        </Field>
      </div>
      {(found.error ?? asIs.error) && <ErrorNotice title="It could not be asked" error={found.error ?? asIs.error} action={<Button onClick={() => void found.refetch()}>Try again</Button>} />}
      {!found.data && !found.error && (
        <Panel>
          <Skeleton lines={6} height="1.75rem" label="The policy is being asked" />
        </Panel>
      )}
      {found.data && (
        <div className={`what-if ${found.isPlaceholderData ? 'stale' : ''}`} aria-busy={found.isFetching}>
          <div className="what-if-answer">
            <Panel title="It would choose" data-testid="what-if-choice">
              <div className="stack">
                <p className="what-if-arm" aria-live="polite">
                  <strong data-testid="what-if-arm" data-arm={found.data.arm}>
                    {found.data.arms.find((a) => a.arm === found.data.arm)?.title ?? found.data.arm}
                  </strong>
                  {changes && (
                    <Badge tone="accent" testId="what-if-changed">
                      instead of {asIs.data?.arms.find((a) => a.arm === asIs.data?.arm)?.title}
                    </Badge>
                  )}
                </p>
                <p data-testid="what-if-words">{found.data.words}</p>
              </div>
            </Panel>
            <ChanceTable arms={found.data.arms} chosen={found.data.arm} note="The score is what they are compared by: the expected reward, and what is not known of it." />
          </div>
          {asIs.data && <Features asIs={asIs.data.features} now={found.data.features} changed={instead} onSet={set} onReset={() => go({ instead: undefined })} />}
        </div>
      )}
    </>
  )
}

interface FeaturesProps {
  asIs: readonly FeatureValue[]
  now: readonly FeatureValue[]
  changed: readonly { feature: string; value: number }[]
  onSet: (feature: string, value: number | null) => void
  onReset: () => void
}

/** What the policy sees of the problem and the model; each can be turned, to see what that changes. */
function Features({ asIs, now, changed, onSet, onReset }: FeaturesProps) {
  const [all, setAll] = useState(false)
  const own = (feature: string) => changed.find((c) => c.feature === feature)
  const rows = asIs.filter((f) => f.feature !== 'bias' && (all || f.value !== 0 || own(f.feature)))
  return (
    <Panel
      title="What it sees"
      flush
      data-testid="what-if-features"
      note="Each is a number from 0 to 1. Set one to another value to see whether the choice changes."
      actions={
        <>
          <Checkbox label="Those that are 0, too" checked={all} onChange={setAll} data-testid="what-if-all" />
          <Button size="small" icon={<RotateCcw size={13} aria-hidden />} disabled={changed.length === 0} onClick={onReset} data-testid="what-if-reset">
            As it is
          </Button>
        </>
      }
    >
      <Scroll label="Features of the context">
        <table className="table features" aria-label="Features of the context">
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col">Value</th>
              <th scope="col" className="cell-right">
                As it is
              </th>
              <th scope="col" className="cell-right">
                For the choice
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((f) => (
              <FeatureRow key={f.feature} feature={f} now={now.find((n) => n.feature === f.feature)} changed={own(f.feature)?.value} onSet={(value) => onSet(f.feature, value)} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  )
}

function FeatureRow({ feature, now, changed, onSet }: { feature: FeatureValue; now: FeatureValue | undefined; changed: number | undefined; onSet: (value: number | null) => void }) {
  const [text, type] = useAddressText(String(changed ?? feature.value), (next) => onSet(Number(next) === feature.value ? null : Number(next)))
  const counts = now?.contribution ?? null
  return (
    <tr className={changed === undefined ? '' : 'arm-chosen'} data-testid="what-if-feature" data-feature={feature.feature}>
      <td>
        <span className="feature-name">
          <span>{feature.title}</span>
          <span className="faint small">{feature.rule}</span>
        </span>
      </td>
      <td className="feature-set">
        <input type="range" min={0} max={1} step={0.05} value={text} aria-label={`${feature.title}: value`} aria-valuetext={Number(text).toFixed(2)} onChange={(e) => type(e.target.value)} data-testid={`feature-${feature.feature}`} />
        <output className="num">{Number(text).toFixed(2)}</output>
      </td>
      <td className="cell-right num faint">{feature.value.toFixed(2)}</td>
      <td className={`cell-right num ${counts === null || Math.abs(counts) < 0.0005 ? 'faint' : ''}`}>{counts === null ? '–' : signedReward(counts)}</td>
    </tr>
  )
}
