import { Link } from '@tanstack/react-router'
import { Route } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { EmptyState, ErrorNotice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { usePolicies, usePolicy } from '../../ipc/adaptive'
import { FigurePanel } from '../figure/FigurePanel'
import type { PartProps } from './AdaptivePage'
import { Arms } from './Arms'
import { Learned } from './Learned'
import { PolicyHead } from './PolicyHead'
import { PolicyTools } from './PolicyTools'

/** One policy: how it is set up, what its strategies brought, and what it has learned. */
export function Policy({ address, go, figure }: PartProps) {
  const policies = usePolicies()
  const all = policies.data ?? []
  const chosen = all.find((p) => p.name === address.policy) ?? (address.policy === undefined ? all[0] : undefined)
  const policy = usePolicy(chosen?.name ?? null)
  const view = policy.data
  const show = (name: string | undefined) => go({ policy: name, arm: undefined })
  if (policies.error) return <ErrorNotice title="The policies could not be read" error={policies.error} action={<Button onClick={() => void policies.refetch()}>Try again</Button>} />
  if (!policies.data)
    return (
      <Panel>
        <Skeleton lines={6} height="1.75rem" label="The policies are being read" />
      </Panel>
    )
  if (all.length === 0)
    return (
      <Panel actions={<PolicyTools policies={all} policy={undefined} onShow={show} />}>
        <EmptyState icon={<Route size={20} />} title="No policy has chosen anything yet" testId="adaptive-empty" action={<AskAdaptively policy={undefined} />}>
          A policy’s strategies will stand here, with how often it took each, the share that passed, and the reward each brought with its interval; below, what it has learned about when to use which.
        </EmptyState>
      </Panel>
    )
  if (!chosen)
    return (
      <Panel>
        <EmptyState icon={<Route size={20} />} title={`There is no policy “${address.policy ?? ''}” any more`} testId="adaptive-gone" action={<Button onClick={() => show(undefined)}>Show {all[0]?.name}</Button>}>
          It was deleted or has another name. Its decisions stay with their samples.
        </EmptyState>
      </Panel>
    )
  return (
    <>
      <PolicyHead policies={all} policy={chosen} setup={view?.setup} onShow={show} />
      {policy.error && <ErrorNotice title="The policy could not be read" error={policy.error} action={<Button onClick={() => void policy.refetch()}>Try again</Button>} />}
      {!view && !policy.error && (
        <Panel>
          <Skeleton lines={6} height="1.75rem" label="What the policy has learned is being read" />
        </Panel>
      )}
      {view && view.arms.length === 0 && (
        <Panel>
          <EmptyState icon={<Route size={20} />} title="It has learned nothing yet" testId="policy-nothing" action={<AskAdaptively policy={chosen.name} />}>
            Each strategy it took will stand here, with the share that passed, the reward it brought, and what the policy has learned of it. It can also be taught from runs by fixed strategies that are here already.
          </EmptyState>
        </Panel>
      )}
      {view && view.arms.length > 0 && (
        <>
          <Arms arms={view.arms} chosen={address.arm} onChoose={(arm) => go({ arm })} />
          {view.rewards && <FigurePanel name="rewards" figure={view.rewards} source={{ kind: 'policy', policy: chosen.name, figure: 'rewards' }} onPick={([arm]) => go({ arm })} {...figure('rewards')} />}
          <Learned view={view} chosen={address.arm} onChoose={(arm) => go({ arm })} />
          {view.progress && <FigurePanel name="progress" figure={view.progress} source={{ kind: 'policy', policy: chosen.name, figure: 'progress' }} {...figure('progress')} />}
        </>
      )}
    </>
  )
}

function AskAdaptively({ policy }: { policy: string | undefined }) {
  return (
    <Link to="/evaluate" search={{ strategy: 'adaptive', policy }} className="btn btn-primary btn-medium" data-testid="adaptive-evaluate">
      Run an adaptive evaluation
    </Link>
  )
}
