import { Equal, TrendingDown, TrendingUp } from 'lucide-react'
import { Badge, type Tone } from '../../design/components/Badge'
import { pValue, signedInterval, signedPoints } from '../../design/format'
import type { TrendChange, TrendStepView } from '../../ipc/types'

const LOOKS: Record<TrendChange, { tone: Tone; Icon: typeof Equal; text: string }> = {
  regression: { tone: 'bad', Icon: TrendingDown, text: 'Regression' },
  improvement: { tone: 'ok', Icon: TrendingUp, text: 'Improvement' },
  not_shown: { tone: 'mute', Icon: Equal, text: 'No change shown' },
}

/** What came of a run beside the one before it: shape and word, never colour alone. */
export function ChangeBadge({ change }: { change: TrendChange }) {
  const { tone, Icon, text } = LOOKS[change]
  return (
    <Badge tone={tone} icon={<Icon size={13} strokeWidth={2.4} aria-hidden />}>
      {text}
    </Badge>
  )
}

/** The difference with its interval and p-value: `−7.9 (−12.0 to −3.1), p = 0.004`. */
export function StepNumbers({ step }: { step: TrendStepView }) {
  return (
    <span className={`step-numbers num ${step.change === 'not_shown' ? 'faint' : ''}`}>
      <strong>{signedPoints(step.diff)}</strong> <span className="small">({signedInterval(step.low, step.high)}), {pPhrase(step.p_adjusted)}</span>
    </span>
  )
}

export const pPhrase = (p: number): string => (p < 0.001 ? `p ${pValue(p)}` : `p = ${pValue(p)}`)
