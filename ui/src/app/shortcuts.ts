import { useEffect, useRef } from 'react'

export interface Shortcut {
  /** `mod+k`, `?`, or keys one after the other: `g o`. */
  keys: string
  what: string
  run: () => void
}

const SEQUENCE_MS = 1200

/** Whether keys belong to what is focused rather than to the page. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable) return true
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'range'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

/** The name of a pressed key as shortcuts write it. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (event.ctrlKey || event.metaKey) return `mod+${key}`
  return event.altKey ? `alt+${key}` : key
}

/** Whether a modal is in front of the page. */
export const modalIsOpen = (): boolean => document.querySelector('dialog[open]') !== null

/** Shortcuts of the whole window, or of a page while it is shown. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts)
  useEffect(() => {
    latest.current = shortcuts
  })
  useEffect(() => {
    let held = ''
    let at = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const name = keyName(event)
      const plain = !name.startsWith('mod+')
      if (plain && (isTyping(event.target) || modalIsOpen())) return
      const sequence = held !== '' && event.timeStamp - at < SEQUENCE_MS ? `${held} ${name}` : name
      const hit = latest.current.find((s) => s.keys === sequence) ?? latest.current.find((s) => s.keys === name)
      const begins = latest.current.some((s) => s.keys.startsWith(`${name} `))
      held = begins && !hit ? name : ''
      at = event.timeStamp
      if (hit) {
        event.preventDefault()
        hit.run()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
