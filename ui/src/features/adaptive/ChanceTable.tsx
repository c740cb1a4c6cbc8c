import { Check } from 'lucide-react'
import { Panel } from '../../design/components/Panel'
import { Scroll } from '../../design/components/Scroll'
import type { ArmChance } from '../../ipc/types'
import { chance, reward } from './words'

/** What a policy made of each strategy; the best score first. */
export function ChanceTable({ arms, chosen, note }: { arms: readonly ArmChance[]; chosen: string; note?: string }) {
  return (
    <Panel title="Each strategy" note={note} flush data-testid="arm-chances">
      <ChanceRows arms={arms} chosen={chosen} />
    </Panel>
  )
}

export function ChanceRows({ arms, chosen }: { arms: readonly ArmChance[]; chosen: string }) {
  return (
    <Scroll label="What the policy made of each strategy">
      <table className="table" aria-label="What the policy made of each strategy">
        <thead>
          <tr>
            <th scope="col">Strategy</th>
            <th scope="col" className="cell-right">
              Expected reward
            </th>
            <th scope="col" className="cell-right" title="How little is known of it here">
              Not known
            </th>
            <th scope="col" className="cell-right">
              Score
            </th>
            <th scope="col" className="cell-right">
              Chance, %
            </th>
          </tr>
        </thead>
        <tbody>
          {arms.map((a) => (
            <tr key={a.arm} className={a.arm === chosen ? 'arm-chosen' : ''} data-testid="arm-chance" data-arm={a.arm} aria-current={a.arm === chosen ? 'true' : undefined}>
              <td>
                <span className="chance-name">
                  {a.arm === chosen ? <Check size={14} role="img" aria-label="chosen" /> : <span className="chance-gap" />}
                  {a.title}
                </span>
              </td>
              <td className="cell-right num">{reward(a.mean)}</td>
              <td className="cell-right num">± {reward(a.width)}</td>
              <td className="cell-right num">
                <strong>{reward(a.score)}</strong>
              </td>
              <td className="cell-right num">{chance(a.propensity).replace('\u202f%', '')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
