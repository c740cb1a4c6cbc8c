import { TriangleAlert } from 'lucide-react'
import { Badge } from '../../design/components/Badge'
import { DiffView } from '../../design/components/Code'
import { sentence } from '../../design/components/Notice'
import { percent } from '../../design/format'
import { languageName } from '../../design/names'
import { ruleSentence } from '../../design/rules'
import type { DetectedLanguage, Sample } from '../../ipc/types'

/** What was made of the answer, and why: the rule in words, the warnings, the difference. */
export function SampleCleaning({ sample }: { sample: Sample }) {
  return (
    <>
      {sample.rule !== null && (
        <div className="pane-rule" data-testid="sample-rule" data-rule={sample.rule}>
          <p>{ruleSentence(sample.rule) ?? 'This rule has no description yet.'}</p>
          <p className="small faint">
            Rule <span className="mono">{sample.rule}</span>
          </p>
        </div>
      )}
      <Warnings warnings={sample.warnings} />
      {sample.raw !== null && sample.cleaned !== null ? (
        <DiffView before={sample.raw} after={sample.cleaned} beforeLabel="answer" afterLabel="program" testId="sample-diff" />
      ) : (
        <p className="pane-nothing small muted">There is nothing to compare: {sample.raw === null ? 'no answer came' : 'no program could be made of the answer'}.</p>
      )}
    </>
  )
}

export function Warnings({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return null
  return (
    <ul className="pane-notes small muted" aria-label="Warnings">
      {warnings.map((w) => (
        <li key={w}>{sentence(w)}</li>
      ))}
    </ul>
  )
}

const sure = ({ confidence }: DetectedLanguage): string => `${percent(confidence, 0)} sure`

/** Said loudly only where the answer is in another language than the one that was asked for. */
export function WrongLanguage({ sample: { detected, key } }: { sample: Sample }) {
  if (!detected || detected.language === key.language) return null
  return (
    <p className="row small" data-testid="sample-wrong-language">
      <Badge tone="warn" icon={<TriangleAlert size={13} strokeWidth={2.2} aria-hidden />}>
        {languageName(detected.language)}, not {languageName(key.language)}
      </Badge>
      <span className="faint num">{sure(detected)}</span>
    </p>
  )
}

/** As a fact: `Python, 98% sure`. */
export function detectedInWords(detected: DetectedLanguage): string {
  return `${languageName(detected.language)}, ${sure(detected)}`
}
