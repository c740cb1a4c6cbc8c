import { count, dollars } from '../../design/format'
import { parseModel } from '../evaluate/spec'
import type { KeyStatus, ModelFacts, ModelStatus, Price, ProviderInfo } from '../../ipc/types'

/** `$0.15 in, $0.60 out per million tokens`. */
export const priceInWords = ({ input, output }: Price): string => (input === 0 && output === 0 ? 'free of charge' : `${dollars(input)} in, ${dollars(output)} out per million tokens`)

/** Where a key is kept, said plainly. */
const sources: Record<KeyStatus['source'], { title: string; says: string }> = {
  none: { title: 'No key', says: 'None is set.' },
  environment: { title: 'From the environment', says: 'Assay was started with it. It is changed where it was set.' },
  keyring: { title: 'In the keyring', says: 'Kept in this system’s keyring, and used until it is forgotten.' },
  session: { title: 'This session only', says: 'No keyring answers here: it is kept in memory and gone when Assay is closed.' },
}

export const keySource = (source: KeyStatus['source']) => sources[source]

/** Whether a model runs inside of this program, as the providers say it. */
export function runsHere(model: Pick<ModelStatus, 'reference' | 'added'>, providers: readonly ProviderInfo[]): boolean {
  const id = parseModel(model.reference)?.provider
  const kind = providers.find((p) => p.id === id)?.kind
  return id === 'local' || (kind === 'in_process' && !model.added)
}

export const contextInWords = ({ context_length }: Pick<ModelFacts, 'context_length'>): string | null => (context_length === null ? null : `${count(context_length)} tokens of context`)

/** Whether a model that is not there can be pulled by its name. */
export const canBePulled = (reference: string): boolean => /^(hf|ollama):\S/.test(reference)

/** Whether an error of a check may mean that the model only has to be pulled. */
export const mayBeMissing = (code: string): boolean => !/unreachable|timeout|key|cancelled|rate-limited/.test(code)
