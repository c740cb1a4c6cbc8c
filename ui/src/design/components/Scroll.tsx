import { useEffect, useRef, useState, type HTMLAttributes, type ReactNode, type RefObject } from 'react'

/** What the Tab key reaches. */
const STOPS = ['a[href]', 'button:enabled', 'input:enabled:not([type="hidden"])', 'select:enabled', 'textarea:enabled', 'summary', '[tabindex]']
  .map((stop) => `${stop}:not([tabindex="-1"])`)
  .join(',')

/**
 * Whether `of` holds more than it shows and nothing within it takes the focus: then only a tab stop of its own lets
 * the keyboard scroll it (WCAG 2.1.1; WebKit gives such boxes none by itself).
 */
export function useNeedsStop(of: RefObject<HTMLElement | null>): boolean {
  const [needs, setNeeds] = useState(false)
  useEffect(() => {
    const box = of.current
    if (!box) return
    const measure = () => setNeeds((box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) && !box.querySelector(STOPS))
    measure()
    const sizes = new ResizeObserver(measure)
    const watch = () => {
      sizes.disconnect()
      sizes.observe(box)
      for (const child of box.children) sizes.observe(child)
    }
    watch()
    // What is in it may come later, or go.
    const contents = new MutationObserver(() => {
      watch()
      measure()
    })
    contents.observe(box, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['disabled', 'tabindex'] })
    return () => {
      sizes.disconnect()
      contents.disconnect()
    }
  }, [of])
  return needs
}

interface ScrollProps extends Omit<HTMLAttributes<HTMLDivElement>, 'role' | 'tabIndex' | 'aria-label'> {
  /** What is in it, for those who do not see it. */
  label: string
  children: ReactNode
}

/** A box that scrolls where its contents do not fit, and is then a stop for the keyboard if nothing in it is. */
export function Scroll({ label, children, className = 'table-scroll', ...rest }: ScrollProps) {
  const ref = useRef<HTMLDivElement>(null)
  const stop = useNeedsStop(ref)
  return (
    <div ref={ref} className={className} {...(stop && { tabIndex: 0, role: 'group', 'aria-label': label })} {...rest}>
      {children}
    </div>
  )
}
