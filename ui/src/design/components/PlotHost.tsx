import { useEffect, useRef, useState } from 'react'
import { useThemeInForce } from '../../app/theme'
import type { PlotOptions } from '../plot'

interface Hovered {
  text: string
  x: number
  y: number
}

interface PlotHostProps {
  /** Draws at a width and in a theme; what can be pointed at has `data-keys` and an `aria-label`. Keep its identity. */
  draw: (options: PlotOptions) => SVGSVGElement
  /** A mark was clicked, or Enter pressed on it. */
  onPick?: (keys: readonly string[]) => void
}

/** Where a chart is drawn: as wide as there is room, in the theme in force, with values on hover and keyboard focus. */
export function PlotHost({ draw, onPick }: PlotHostProps) {
  const host = useRef<HTMLDivElement>(null)
  const theme = useThemeInForce()
  const [width, setWidth] = useState(0)
  const [hovered, setHovered] = useState<Hovered | null>(null)
  const pick = useRef(onPick)
  useEffect(() => {
    pick.current = onPick
  })

  useEffect(() => {
    const box = host.current
    if (!box) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(box)
    return () => observer.disconnect()
  }, [])

  useEffect(() => {
    const box = host.current
    if (!box || width < 120) return
    const svg = draw({ width, theme })
    const show = (element: Element) => {
      const spot = element.getBoundingClientRect()
      const frame = box.getBoundingClientRect()
      setHovered({ text: element.getAttribute('aria-label') ?? '', x: spot.left + spot.width / 2 - frame.left, y: spot.top - frame.top })
    }
    for (const mark of svg.querySelectorAll<SVGElement>('[data-keys]')) {
      mark.addEventListener('pointerenter', () => show(mark))
      mark.addEventListener('pointerleave', () => setHovered(null))
      mark.addEventListener('focus', () => show(mark))
      mark.addEventListener('blur', () => setHovered(null))
      const keys = (mark.dataset.keys ?? '').split('\n')
      mark.addEventListener('click', () => pick.current?.(keys))
      mark.addEventListener('keydown', (event) => {
        if (event.key === 'Enter') pick.current?.(keys)
      })
    }
    box.replaceChildren(svg)
    setHovered(null)
    return () => svg.remove()
  }, [draw, width, theme])

  return (
    <div className="figure-frame">
      <div ref={host} className="figure-host" />
      {hovered && (
        <div className="figure-tip" style={{ left: Math.min(Math.max(hovered.x, 120), Math.max(120, width - 120)), top: hovered.y }} aria-hidden>
          {hovered.text}
        </div>
      )}
    </div>
  )
}
