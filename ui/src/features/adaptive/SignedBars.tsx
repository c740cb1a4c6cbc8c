import { signedReward } from './words'

interface SignedBarsProps {
  label: string
  heading: string
  rows: readonly { key: string; title: string; value: number; detail?: string }[]
  testId: string
}

/** Bars left and right of zero. The sign stands in the number and in the words; colour only repeats it. */
export function SignedBars({ label, heading, rows, testId }: SignedBarsProps) {
  const most = Math.max(1e-9, ...rows.map((r) => Math.abs(r.value)))
  return (
    <table className="bars" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Where</th>
          <th scope="col" className="bars-scale">
            <span>less</span>
            <span className="sr-only">, </span>
            <span>more</span>
          </th>
          <th scope="col" className="bars-number">
            <span title={heading}>Reward</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} data-testid={testId} data-feature={row.key}>
            <th scope="row">{row.title}</th>
            <td className="bars-cell">
              <span className="bars-track" aria-hidden>
                <span className={row.value >= 0 ? 'bars-more' : 'bars-less'} style={{ width: `${(50 * Math.abs(row.value)) / most}%` }} />
              </span>
            </td>
            <td className="bars-number num" title={row.detail}>
              {signedReward(row.value)}
              <span className="sr-only">{row.value > 0 ? ', more than the others' : row.value < 0 ? ', less than the others' : ''}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
