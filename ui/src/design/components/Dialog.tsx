import { useEffect, useId, useRef, type ReactNode } from 'react'
import { X } from 'lucide-react'
import { Button, IconButton } from './Button'
import { Scroll } from './Scroll'

interface DialogProps {
  open: boolean
  onClose: () => void
  title: string
  children: ReactNode
  footer?: ReactNode
  /** Wide enough for lists. */
  wide?: boolean
  testId?: string
}

/** A modal over the native `<dialog>`: focus is trapped and restored by the browser, Escape closes. */
export function Dialog({ open, onClose, title, children, footer, wide = false, testId }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    if (open && !dialog.open) {
      dialog.showModal()
      // The browser would begin at the close button; React does not write the attribute `autofocus`.
      dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    }
    if (!open && dialog.open) dialog.close()
  }, [open])
  return (
    <dialog
      ref={ref}
      className={`dialog ${wide ? 'dialog-wide' : ''}`}
      aria-labelledby={id}
      data-testid={testId}
      onCancel={(e) => {
        e.preventDefault()
        onClose()
      }}
      onMouseDown={(e) => {
        if (e.target === ref.current) onClose()
      }}
    >
      {open && (
        <div className="dialog-box">
          <header className="dialog-head">
            <h2 id={id}>{title}</h2>
            <IconButton label="Close" icon={<X size={16} />} size="small" onClick={onClose} />
          </header>
          <Scroll className="dialog-body" label={title}>
            {children}
          </Scroll>
          {footer && <footer className="dialog-foot">{footer}</footer>}
        </div>
      )}
    </dialog>
  )
}

interface ConfirmProps {
  open: boolean
  title: string
  children: ReactNode
  confirm: string
  onConfirm: () => void
  onClose: () => void
  danger?: boolean
  testId?: string
}

export function Confirm({ open, title, children, confirm, onConfirm, onClose, danger = false, testId = 'confirm' }: ConfirmProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      testId={testId}
      footer={
        <>
          <Button onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button
            kind={danger ? 'danger' : 'primary'}
            data-testid={`${testId}-yes`}
            onClick={() => {
              onConfirm()
              onClose()
            }}
          >
            {confirm}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}
