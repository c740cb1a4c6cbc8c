import type { ReactNode } from 'react'
import { Eye } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { RadioCards } from '../../design/components/Form'
import { ErrorNotice } from '../../design/components/Notice'
import { strategyName } from '../../design/names'
import { useStrategies } from '../../ipc/hooks'
import { shapeOf } from '../strategies/words'

const STANDS: Record<string, string> = {
  auto: 'Instruction for models that can chat, completion for the others; another one where runs here have shown it to be better, or where you chose so.',
  adaptive: 'A policy chooses for each sample the strategy it expects most of, by the problem and the model, tries a few at random, and learns from what becomes of them.',
}

interface StrategyPickerProps {
  chosen: string
  onChange: (strategy: string) => void
  onPreview: () => void
  /** What is asked besides, of the chosen one. */
  children?: ReactNode
}

/** Every way to ask there is; the one that is chosen says what it does, and can be looked at. */
export function StrategyPicker({ chosen, onChange, onPreview, children }: StrategyPickerProps) {
  const strategies = useStrategies()
  const all = strategies.data?.strategies ?? []
  const auto = { value: 'auto', title: 'Automatic', detail: 'chosen by model', testId: 'evaluate-strategy-auto' }
  const adaptive = { value: 'adaptive', title: 'Adaptive', detail: 'chosen by a policy, problem by problem', testId: 'evaluate-strategy-adaptive' }
  const options = [auto, adaptive, ...all.filter((s) => s.id !== 'auto' && s.id !== 'adaptive').map((s) => ({ value: s.id, title: s.title, detail: s.builtin ? shapeOf(s) : `${shapeOf(s)}, your own`, testId: `evaluate-strategy-${s.id}` }))]
  // One that was chosen and is gone stays in sight.
  if (strategies.data && !options.some((o) => o.value === chosen)) options.push({ value: chosen, title: strategyName(chosen), detail: 'not there any more', testId: `evaluate-strategy-${chosen}` })
  const says = all.find((s) => s.id === chosen)?.description ?? STANDS[chosen] ?? null
  return (
    <div className="evaluate-ask">
      <RadioCards label="Strategy" value={chosen} options={options} onChange={onChange} />
      {strategies.error && <ErrorNotice title="The strategies could not be read" error={strategies.error} />}
      {says !== null && (
        <p className="field-hint" data-testid="evaluate-strategy-says">
          {says}
        </p>
      )}
      {children}
      {/* What a policy will choose is not known before; the Adaptive page tells what it would. */}
      {chosen !== 'adaptive' && (
        <Button icon={<Eye size={15} aria-hidden />} onClick={onPreview} data-testid="evaluate-preview">
          Show the exact prompt
        </Button>
      )}
    </div>
  )
}
