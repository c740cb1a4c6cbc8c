import { createContext, use, useCallback, useMemo, useRef, useState, type ReactNode } from 'react'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { toErrorInfo } from '../../ipc/error'
import { IconButton } from './Button'
import { sentence } from './Notice'

interface Toast {
  id: number
  tone: 'ok' | 'bad'
  text: string
  hint: string | null
  action: { label: string; run: () => void } | null
}

interface Toasts {
  done: (text: string, action?: { label: string; run: () => void }) => void
  failed: (error: unknown) => void
  /** Said to screen readers alone, politely. */
  announce: (text: string) => void
}

const ToastContext = createContext<Toasts | null>(null)

const LIFE_MS = 6000

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
      if (toast.tone === 'ok') window.setTimeout(() => drop(id), LIFE_MS)
    },
    [drop],
  )

  const value = useMemo<Toasts>(
    () => ({
      done: (text, action) => add({ tone: 'ok', text, hint: null, action: action ?? null }),
      failed: (error) => {
        const info = toErrorInfo(error)
        add({ tone: 'bad', text: sentence(info.message), hint: info.hint ? sentence(info.hint) : null, action: null })
      },
      announce: setSaid,
    }),
    [add],
  )

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
                <button type="button" className="toast-action" onClick={t.action.run}>
                  {t.action.label}
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
