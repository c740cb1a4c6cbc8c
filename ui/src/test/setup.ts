import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

afterEach(cleanup)
// On a busy machine what is waited for may take its time.
configure({ asyncUtilTimeout: 15_000 })

// What jsdom lacks and the window has.
if (!window.matchMedia) {
  window.matchMedia = (query: string) =>
    ({ matches: false, media: query, addEventListener: () => undefined, removeEventListener: () => undefined }) as unknown as MediaQueryList
}

class NoResize implements ResizeObserver {
  readonly #callback: ResizeObserverCallback
  constructor(callback: ResizeObserverCallback) {
    this.#callback = callback
  }
  observe(target: Element): void {
    // jsdom lays nothing out: everything is as wide as a window.
    const contentRect = { width: 900, height: 600 } as DOMRectReadOnly
    this.#callback([{ target, contentRect, borderBoxSize: [{ inlineSize: 900, blockSize: 600 }] } as unknown as ResizeObserverEntry], this)
  }
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.ResizeObserver ??= NoResize
Element.prototype.scrollTo ??= () => undefined
window.scrollTo = () => undefined
Element.prototype.scrollIntoView ??= () => undefined
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true
}
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false
}
