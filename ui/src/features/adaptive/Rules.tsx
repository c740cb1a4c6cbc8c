import { Link } from '@tanstack/react-router'
import { Scale } from 'lucide-react'
import { Badge, type Tone } from '../../design/components/Badge'
import { Skeleton } from '../../design/components/Bits'
import { Button } from '../../design/components/Button'
import { Field, Select } from '../../design/components/Form'
import { ModelLabels } from '../../design/components/Model'
import { EmptyState, ErrorNotice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { DifferenceText, ScoreText } from '../../design/components/Score'
import { Scroll } from '../../design/components/Scroll'
import { useToasts } from '../../design/components/Toast'
import { count, pValue } from '../../design/format'
import { strategyName } from '../../design/names'
import { useFamilyRules, useSetFamilyRule } from '../../ipc/adaptive'
import { useStrategies } from '../../ipc/hooks'
import type { FamilyRule, RuleEvidence, RuleReason } from '../../ipc/types'

const REASONS: Record<RuleReason, { tone: Tone; text: string }> = {
  chosen: { tone: 'accent', text: 'your choice' },
  evidence: { tone: 'ok', text: 'by the evidence' },
  plain: { tone: 'mute', text: 'the plain way' },
}

/** What `auto` stands for, by kind of model, and why. */
export function Rules() {
  const rules = useFamilyRules()
  if (rules.error) return <ErrorNotice title="The rules could not be read" error={rules.error} action={<Button onClick={() => void rules.refetch()}>Try again</Button>} />
  if (!rules.data)
    return (
      <Panel>
        <Skeleton lines={6} height="1.75rem" label="The runs are being looked through for evidence" />
      </Panel>
    )
  if (rules.data.length === 0)
    return (
      <Panel>
        <EmptyState
          icon={<Scale size={20} />}
          title="No model was run here yet"
          testId="rules-empty"
          action={
            <Link to="/evaluate" className="btn btn-primary btn-medium">
              Run an evaluation
            </Link>
          }
        >
          For each kind of model the strategy that Automatic stands for will be here: the plain way, until another one was shown to solve more, on all runs together and after correction. You can choose otherwise.
        </EmptyState>
      </Panel>
    )
  return (
    <>
      {rules.data.map((rule) => (
        <Rule key={rule.kind} rule={rule} />
      ))}
    </>
  )
}

/** What the select offers beside strategies. */
const EVIDENCE = ''
const PLAIN = 'auto'

function Rule({ rule }: { rule: FamilyRule }) {
  const known = useStrategies().data?.strategies
  const strategies = known ?? []
  const toasts = useToasts()
  const set = useSetFamilyRule()
  const value = rule.reason === 'chosen' ? (rule.strategy === rule.plain ? PLAIN : rule.strategy) : EVIDENCE
  const title = (id: string) => strategies.find((s) => s.id === id)?.title ?? strategyName(id)
  const choose = (to: string) =>
    set.mutate(
      { kind: rule.kind, strategy: to === EVIDENCE ? null : to },
      { onSuccess: () => toasts.done(`${rule.title}: Automatic now stands for ${title(to === EVIDENCE ? rule.by_evidence : to === PLAIN ? rule.plain : to)}.`), onError: toasts.failed },
    )
  const reason = REASONS[rule.reason]
  return (
    <Panel
      title={
        <span className="rule-title">
          {rule.title} <span className="mono faint small">{rule.kind}</span>
        </span>
      }
      flush
      data-testid="rule"
      actions={
        <span className="row rule-models">
          <ModelLabels models={rule.models} />
        </span>
      }
    >
      <div className="rule-says">
        <div className="rule-now">
          <p className="row" data-testid="rule-strategy" data-strategy={rule.strategy}>
            <strong>{rule.strategy_title}</strong>
            <Badge tone={reason.tone} testId="rule-reason">
              {reason.text}
            </Badge>
          </p>
          <p className="small muted" data-testid="rule-words">
            {rule.words}
          </p>
        </div>
        <Field label="Automatic stands for" className="rule-choose">
          <Select
            value={set.isPending ? (set.variables.strategy ?? EVIDENCE) : value}
            disabled={set.isPending || known === undefined}
            options={[
              { value: EVIDENCE, label: `By the evidence (${title(rule.by_evidence)})` },
              { value: PLAIN, label: `The plain way (${title(rule.plain)})` },
              ...strategies.map((s) => ({ value: s.id, label: s.title })),
            ]}
            onChange={choose}
            data-testid={`rule-choose-${rule.kind}`}
          />
        </Field>
      </div>
      <Evidence evidence={rule.evidence} plain={rule.plain} of={rule.title} />
    </Panel>
  )
}

function Evidence({ evidence, plain, of }: { evidence: readonly RuleEvidence[]; plain: string; of: string }) {
  if (evidence.length === 0) return null
  return (
    <Scroll label={`Evidence, ${of}`}>
      <table className="table" aria-label={`Evidence, ${of}`}>
        <thead>
          <tr>
            <th scope="col">Strategy</th>
            <th scope="col" className="cell-right">
              pass@1, %
            </th>
            <th scope="col" className="cell-right">
              n
            </th>
            <th scope="col" className="cell-right">
              Beside the plain way, points
            </th>
            <th scope="col" className="cell-right">
              n shared
            </th>
            <th scope="col" className="cell-right">
              p adjusted
            </th>
            <th scope="col">Shown</th>
          </tr>
        </thead>
        <tbody>
          {evidence.map((e) => (
            <tr key={e.strategy} className={e.strategy === plain || e.significant ? '' : 'row-muted'} data-testid="rule-evidence" data-significant={e.significant}>
              <td>{e.title}</td>
              <td className="cell-right">{e.score ? <ScoreText {...e.score} /> : '–'}</td>
              <td className="cell-right num">{count(e.n)}</td>
              <td className="cell-right num">
                {e.difference ? <DifferenceText {...e.difference} /> : '–'}
              </td>
              <td className="cell-right num">{e.difference ? count(e.n_shared) : '–'}</td>
              <td className="cell-right num">{e.p_adjusted === null ? '–' : pValue(e.p_adjusted)}</td>
              <td>{e.strategy === plain ? 'the plain way' : e.difference === null ? 'no problem in common' : !e.significant ? 'no difference shown' : e.difference.value > 0 ? 'solves more' : 'solves fewer'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
