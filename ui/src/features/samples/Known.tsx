import { History } from 'lucide-react'
import { Badge } from '../../design/components/Badge'
import type { Sample } from '../../ipc/types'

/** What of a sample was known from an earlier one: its times and its cost are those of the first time. */
export function Known({ sample: { answer_cached, execution_cached } }: { sample: Sample }) {
  const icon = <History size={12} strokeWidth={2.2} aria-hidden />
  return (
    <>
      {answer_cached && (
        <Badge tone="accent" icon={icon} title="The same request was answered before; time and cost are those of the first time" testId="sample-answer-known">
          Answer was known
        </Badge>
      )}
      {execution_cached && (
        <Badge tone="accent" icon={icon} title="The same program was executed before, with the same tests, limits and image" testId="sample-execution-known">
          Execution was known
        </Badge>
      )}
    </>
  )
}
