import type { ErrorInfo } from './types'

/** What a command answers when it fails: `{code, message, hint}` as an exception. */
export class IpcError extends Error {
  readonly code: string
  readonly hint: string | null

  constructor(info: ErrorInfo) {
    super(info.message)
    this.name = 'IpcError'
    this.code = info.code
    this.hint = info.hint
  }
}

/** Anything thrown, as something a page can show. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof IpcError) return { code: error.code, message: error.message, hint: error.hint }
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
    const { code, message } = error as { code: unknown; message: unknown }
    const hint = 'hint' in error ? (error as { hint: unknown }).hint : null
    return { code: String(code), message: String(message), hint: typeof hint === 'string' ? hint : null }
  }
  if (error instanceof Error) return { code: 'unexpected', message: error.message, hint: null }
  return { code: 'unexpected', message: String(error), hint: null }
}
