import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { toErrorInfo } from '../../ipc/error'
import { Kbd } from './Bits'
import { IconButton } from './Button'
import { sentence } from './Notice'

interface Toast {
  id: number
  tone: 'ok' | 'bad'
  text: string
  hint: string | null
  action: { label: string; run: () => void } | null
  /** The action takes back what was done: Ctrl+Z does it, too, while the toast shows. */
  undoes: boolean
}

interface Toasts {
  done: (text: string, action?: { label: string; run: () => void }) => void
  /** What can be taken back for a while. */
  undoable: (text: string, undo: () => void) => void
  failed: (error: unknown) => void
  /** Said to screen readers alone, politely. */
  announce: (text: string) => void
}

const ToastContext = createContext<Toasts | null>(null)

const LIFE_MS = 6000
/** Long enough to read it, to think better of it, and to find the keys. */
const UNDO_MS = 12_000

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  const [said, setSaid] = useState('')
  const next = useRef(0)

  const drop = useCallback((id: number) => setToasts((all) => all.filter((t) => t.id !== id)), [])
  const add = useCallback(
    (toast: Omit<Toast, 'id'>) => {
      next.current += 1
      const id = next.current
      setToasts((all) => [...all.slice(-3), { ...toast, id }])
      // An error stays until it is closed.
      if (toast.tone === 'ok') window.setTimeout(() => drop(id), toast.undoes ? UNDO_MS : LIFE_MS)
    },
    [drop],
  )

  const value = useMemo<Toasts>(
    () => ({
      done: (text, action) => add({ tone: 'ok', text, hint: null, action: action ?? null, undoes: false }),
      undoable: (text, undo) => add({ tone: 'ok', text, hint: null, action: { label: 'Undo', run: undo }, undoes: true }),
      failed: (error) => {
        const info = toErrorInfo(error)
        add({ tone: 'bad', text: sentence(info.message), hint: info.hint ? sentence(info.hint) : null, action: null, undoes: false })
      },
      announce: setSaid,
    }),
    [add],
  )

  const last = toasts.findLast((t) => t.undoes)
  useEffect(() => {
    if (!last) return
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest('input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable]')
      if (event.defaultPrevented || event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z' || typing) return
      event.preventDefault()
      drop(last.id)
      last.action?.run()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [last, drop])

  return (
    <ToastContext value={value}>
      {children}
      <div className="toasts" role="region" aria-label="Notifications">
        {toasts.map((t) => (
          <div key={t.id} className={`toast toast-${t.tone}`} role={t.tone === 'bad' ? 'alert' : 'status'} data-testid={`toast-${t.tone}`}>
            {t.tone === 'ok' ? <CircleCheck size={17} aria-hidden /> : <CircleAlert size={17} aria-hidden />}
            <div className="grow">
              <p>{t.text}</p>
              {t.hint && <p className="toast-hint">{t.hint}</p>}
              {t.action && (
                <button
                  type="button"
                  className="toast-action"
                  data-testid="toast-action"
                  onClick={() => {
                    if (t.undoes) drop(t.id)
                    t.action?.run()
                  }}
                >
                  {t.action.label}
                  {t.undoes && <Kbd keys="mod+Z" />}
                </button>
              )}
            </div>
            <IconButton label="Dismiss" size="small" icon={<X size={14} />} onClick={() => drop(t.id)} />
          </div>
        ))}
      </div>
      <div className="sr-only" role="status" aria-live="polite" data-testid="live-region">
        {said}
      </div>
    </ToastContext>
  )
}

export function useToasts(): Toasts {
  const toasts = use(ToastContext)
  if (!toasts) throw new Error('useToasts outside of its provider')
  return toasts
}
