import { Link } from '@tanstack/react-router'
import { ArrowLeftRight } from 'lucide-react'
import { IconButton } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { Select } from '../../design/components/Form'
import { ErrorNotice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { count, percent, plural } from '../../design/format'
import { languageName } from '../../design/names'
import { useFlips } from '../../ipc/results'
import type { CompareQuery, FlipView, ScoreView } from '../../ipc/types'
import type { CompareAddress, ProblemAddress } from '../../app/address'

interface FlipsProps {
  query: CompareQuery
  scores: readonly ScoreView[]
  a: string | undefined
  b: string | undefined
  onChange: (part: Partial<CompareAddress>) => void
  /** How a problem's page is opened from here. */
  search: (more: ProblemAddress) => ProblemAddress
}

/** Two lines against each other: the problems that one solves and the other does not, both ways. */
export function Flips({ query, scores, a, b, onChange, search }: FlipsProps) {
  const has = (key: string | undefined) => scores.find((s) => s.key === key)?.key
  const first = has(a) ?? scores.find((s) => s.key !== has(b))?.key ?? null
  const second = has(b) ?? scores.find((s) => s.key === query.baseline && s.key !== first)?.key ?? scores.find((s) => s.key !== first)?.key ?? null
  const flips = useFlips(query, first, second)
  if (scores.length < 2 || first === null || second === null) return null
  const options = scores.map((s) => ({ value: s.key, label: s.label }))
  const found = flips.data
  return (
    <Panel
      title="One solves it, the other does not"
      data-testid="compare-flips"
      note={
        found
          ? `On ${plural(found.n, 'problem')} both have judged samples for: ${count(found.both)} solved by both, ${count(found.neither)} by neither. A problem is solved where more than half of the samples pass.`
          : 'A problem is solved where more than half of the samples pass.'
      }
    >
      <div className="flips-choice">
        <Select aria-label="First" value={first} options={options} onChange={(key) => onChange(key === second ? { a: second, b: first } : { a: key, b: second })} data-testid="flips-a" />
        <IconButton label="The other way round" icon={<ArrowLeftRight size={15} />} onClick={() => onChange({ a: second, b: first })} data-testid="flips-swap" />
        <Select aria-label="Second" value={second} options={options} onChange={(key) => onChange(key === first ? { a: second, b: first } : { a: first, b: key })} data-testid="flips-b" />
      </div>
      {flips.error && <ErrorNotice title="These two could not be set against each other" error={flips.error} />}
      {!found && !flips.error && <Skeleton lines={3} label="The problems are being read" />}
      {found && (
        <div className="flips">
          <Side title={`Only ${found.label_a}`} flips={found.only_a} search={search} testId="flips-only-a" />
          <Side title={`Only ${found.label_b}`} flips={found.only_b} search={search} testId="flips-only-b" />
        </div>
      )}
    </Panel>
  )
}

function Side({ title, flips, search, testId }: { title: string; flips: readonly FlipView[]; search: FlipsProps['search']; testId: string }) {
  return (
    <section aria-label={title} data-testid={testId}>
      <h3>
        {title} <span className="num faint">{count(flips.length)}</span>
      </h3>
      {flips.length === 0 ? (
        <p className="small muted">No problem.</p>
      ) : (
        <ul className="flips-list">
          {flips.map((f) => (
            <li key={`${f.dataset}/${f.problem}/${f.language ?? ''}`}>
              <Link
                to="/problems/$dataset/$"
                params={{ dataset: f.dataset, _splat: f.problem }}
                search={search(f.language === null ? {} : { languages: [f.language] })}
                title={`${f.passed_a} of ${f.judged_a} against ${f.passed_b} of ${f.judged_b}; ${percent(f.share)} of all samples pass`}
              >
                {f.problem}
              </Link>
              {f.language !== null && <span className="small faint"> {languageName(f.language)}</span>}
              {Math.max(f.judged_a, f.judged_b) > 1 && (
                <span className="small faint num">
                  {' '}
                  {f.passed_a}/{f.judged_a} : {f.passed_b}/{f.judged_b}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
