import { IpcError } from '../error'
import type { KeyStatus } from '../types'

interface Given {
  /** Whether there is a keyring. */
  keyring: boolean
  /** Addresses of the servers that were added. */
  servers: () => string[]
}

const VENDORS: [variable: string, vendor: string][] = [
  ['OPENAI_API_KEY', 'OpenAI'],
  ['ANTHROPIC_API_KEY', 'Anthropic'],
  ['HF_TOKEN', 'Hugging Face'],
]

const ABSENT = 'no keyring answers here (no session bus)'

/** A keyring that is none: it remembers names only. */
export function fakeKeys({ keyring, servers }: Given) {
  const set = new Set<string>()
  const variableOf = (url: string) => `ASSAY_KEY_${new URL(url).host.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`
  const status = (variable: string): KeyStatus => {
    const used_by = [...VENDORS.filter(([v]) => v === variable).map(([, vendor]) => vendor), ...new Set(servers().filter((url) => variableOf(url) === variable))]
    if (variable === 'HF_TOKEN') return { variable, source: 'environment', in_keyring: keyring && set.has(variable), detail: set.has(variable) ? 'the one in the keyring is not used' : '', used_by }
    if (!set.has(variable)) return { variable, source: 'none', in_keyring: false, detail: keyring ? '' : ABSENT, used_by }
    return keyring
      ? { variable, source: 'keyring', in_keyring: true, detail: '', used_by }
      : { variable, source: 'session', in_keyring: false, detail: `gone when the program ends: ${ABSENT}`, used_by }
  }
  return {
    list: (): KeyStatus[] => [...new Set([...VENDORS.map(([v]) => v), ...servers().map(variableOf), ...set])].map(status),
    set: (variable: string, secret: string): KeyStatus => {
      if (!/^[A-Z][A-Z0-9_]*$/.test(variable)) throw new IpcError({ code: 'bad-key-variable', message: "this is no name of a key's variable", hint: 'capitals, digits and underscores, such as OPENAI_API_KEY or ASSAY_KEY_<HOST>' })
      if (secret.trim() === '') throw new IpcError({ code: 'bad-key', message: 'the key is blank', hint: 'give the key alone, on one line, as its issuer shows it' })
      set.add(variable)
      return status(variable)
    },
    forget: (variable: string): boolean => set.delete(variable),
  }
}
