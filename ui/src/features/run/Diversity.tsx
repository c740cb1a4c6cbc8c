import { memo } from 'react'
import { ModelLabel } from '../../design/components/Model'
import { Panel } from '../../design/components/Panel'
import { Scroll } from '../../design/components/Scroll'
import { count, points } from '../../design/format'
import type { ProgramDiversity } from '../../ipc/types'

/** How different the programs are that a model wrote for one problem, where it wrote several. */
export const Diversity = memo(function Diversity({ diversity }: { diversity: readonly ProgramDiversity[] }) {
  if (diversity.length === 0) return null
  return (
    <Panel title="How different the programs are" note="Among a model’s programs for one problem, as a mean over problems. A shape is a syntax tree without its names." flush data-testid="run-diversity">
      <Scroll label="How different the programs are">
        <table className="table" aria-label="How different the programs are">
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col" className="cell-right">Distinct programs, %</th>
              <th scope="col" className="cell-right">Distinct shapes, %</th>
              <th scope="col" className="cell-right">Problems</th>
              <th scope="col" className="cell-right">Programs</th>
            </tr>
          </thead>
          <tbody>
            {diversity.map((d) => (
              <tr key={d.model}>
                <td>
                  <ModelLabel model={d.model} />
                </td>
                <td className="cell-right num">{points(d.distinct_programs)}</td>
                <td className="cell-right num">{points(d.distinct_shapes)}</td>
                <td className="cell-right num">{count(d.n_problems)}</td>
                <td className="cell-right num">{count(d.n_samples)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  )
})
