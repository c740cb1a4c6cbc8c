import { contentName, transportName, verdictName, UNANSWERED, UNUSABLE, VERDICTS } from '../../design/names'
import type { RunProgress, Verdict } from '../../ipc/types'
import type { SamplesAddress } from '../../app/address'

export interface Outcome {
  key: string
  label: string
  count: number
  verdict: Verdict | null
  /** The samples page's filter that shows exactly these. */
  filter: Pick<SamplesAddress, 'verdicts' | 'transports' | 'contents'>
}

/** What became of the samples that are done, passed first, then failures by kind, the most frequent first. */
export function outcomes(progress: RunProgress): Outcome[] {
  const judged = VERDICTS.map<Outcome>((verdict) => ({
    key: verdict,
    label: verdictName(verdict),
    count: progress.verdicts[verdict] ?? 0,
    verdict,
    filter: { verdicts: [verdict] },
  }))
  const unusable: Outcome = {
    key: 'content',
    label: 'No usable code',
    count: progress.content_failed,
    verdict: null,
    filter: { contents: [...UNUSABLE] },
  }
  const unanswered: Outcome = {
    key: 'transport',
    label: 'No answer',
    count: progress.transport_failed,
    verdict: null,
    filter: { transports: [...UNANSWERED] },
  }
  const failures = [...judged.slice(1), unusable, unanswered].filter((o) => o.count > 0).sort((a, b) => b.count - a.count)
  return [judged[0] as Outcome, ...failures]
}

/** One sample's end in a few words, for the tail. */
export function endInWords(transport: string, content: string | null): string {
  if (transport !== 'ok' && transport !== 'provided') return transportName(transport as never)
  return content === null ? '' : contentName(content as never)
}
