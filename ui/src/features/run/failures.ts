import { contentName } from '../../design/names'
import type { SamplesAddress } from '../../app/address'
import type { FailureKind } from '../../ipc/types'

/** The samples page's filter that shows exactly the samples of a kind. */
export function failureFilter({ transport, content, verdict }: FailureKind): Pick<SamplesAddress, 'verdicts' | 'transports' | 'contents'> {
  return {
    ...(verdict !== null && { verdicts: [verdict] }),
    ...(content !== null && { contents: [content] }),
    ...(transport !== null && transport !== 'ok' && transport !== 'provided' && { transports: [transport] }),
  }
}

/** What its badge does not say: a program that was executed although something was wrong with the answer. */
export const besides = ({ content, verdict }: FailureKind): string | null => (verdict !== null && content !== null && content !== 'ok' ? contentName(content).toLowerCase() : null)

export const failureKey = ({ transport, content, verdict }: FailureKind): string => `${transport} ${content} ${verdict}`
