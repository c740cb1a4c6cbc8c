import { useMemo } from 'react'
import { Panel } from '../../design/components/Panel'
import { IntervalBar, ScoreText } from '../../design/components/Score'
import { Table, type ColumnDef } from '../../design/components/Table'
import { count } from '../../design/format'
import type { PolicyArm } from '../../ipc/types'
import { reward, rewardInterval } from './words'

interface ArmsProps {
  arms: readonly PolicyArm[]
  chosen: string | undefined
  onChoose: (arm: string) => void
}

/** What a policy knows of each strategy; a row opens what it has learned of one. */
export function Arms({ arms, chosen, onChoose }: ArmsProps) {
  const columns = useMemo<ColumnDef<PolicyArm, unknown>[]>(
    () => [
      {
        id: 'arm',
        header: 'Strategy',
        accessorFn: (a) => a.title,
        cell: ({ row: { original: a } }) => (
          <span className="arm-name">
            <span>{a.title}</span>
            <span className="mono faint small">{a.arm}</span>
          </span>
        ),
      },
      { id: 'pulls', header: 'Outcomes', accessorFn: (a) => a.pulls, cell: ({ row: { original: a } }) => count(a.pulls), meta: { align: 'right' } },
      {
        id: 'pass',
        header: 'Passed, %',
        accessorFn: (a) => a.pass_share?.value ?? -1,
        cell: ({ row: { original: a } }) => (a.pass_share ? <ScoreText {...a.pass_share} /> : <span className="faint">–</span>),
        meta: { align: 'right' },
      },
      {
        id: 'reward',
        header: 'Mean reward',
        accessorFn: (a) => a.reward?.value ?? -1,
        cell: ({ row: { original: a } }) =>
          a.reward ? (
            <span className="score-text num">
              <strong>{reward(a.reward.value)}</strong>
              <span className="faint">{rewardInterval(a.reward)}</span>
            </span>
          ) : (
            <span className="faint">too few</span>
          ),
        meta: { align: 'right' },
      },
      {
        id: 'bar',
        header: () => <span className="sr-only">Mean reward, drawn from 0 to 1</span>,
        enableSorting: false,
        cell: ({ row: { original: a } }) => (a.reward ? <RewardBar arm={a} /> : null),
        meta: { minor: true },
      },
    ],
    [],
  )
  return (
    <Panel title="Strategies" flush data-testid="policy-arms" note="A policy uses a strategy where it expects much of it: these shares are no fair comparison of strategies, a full grid is. Open one to see what was learned of it.">
      <Table label="Strategies of the policy" data={arms} columns={columns} rowKey={(a) => a.arm} rowTestId="policy-arm" rowClass={(a) => (a.arm === chosen ? 'arm-chosen' : '')} onOpen={(a) => onChoose(a.arm)} />
    </Panel>
  )
}

function RewardBar({ arm: { reward: r } }: { arm: PolicyArm }) {
  return (
    r && (
      <span className="arm-bar">
        <IntervalBar value={clamp(r.value)} low={clamp(r.low)} high={clamp(r.high)} colour="var(--accent)" />
      </span>
    )
  )
}

const clamp = (v: number) => Math.min(1, Math.max(0, v))
