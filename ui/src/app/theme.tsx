import { useEffect, useState } from 'react'
import { useSettings } from '../ipc/hooks'
import type { Density, Theme } from '../ipc/types'

const dark = '(prefers-color-scheme: dark)'

/** The theme that is in force, given what was chosen and what the system says. */
export function resolveTheme(theme: Theme, systemIsDark: boolean): 'light' | 'dark' {
  if (theme === 'system') return systemIsDark ? 'dark' : 'light'
  return theme
}

// The last choice, so that the first frame already has the right colours.
const REMEMBERED = 'assay-appearance'

export function applyRemembered(): void {
  let theme: Theme = 'system'
  let density: Density = 'comfortable'
  try {
    const [t, d] = (localStorage.getItem(REMEMBERED) ?? '').split(' ')
    if (t === 'light' || t === 'dark') theme = t
    if (d === 'compact') density = d
  } catch {
    // Without storage the first frame follows the system.
  }
  apply(theme, density)
}

function apply(theme: Theme, density: Density): void {
  const { dataset } = document.documentElement
  dataset.theme = resolveTheme(theme, window.matchMedia(dark).matches)
  dataset.density = density
}

/** Keeps the document's theme and density at what the settings and the system say. */
export function useAppearance(): void {
  const settings = useSettings().data
  const theme = settings?.theme
  const density = settings?.density
  useEffect(() => {
    if (theme === undefined || density === undefined) return
    apply(theme, density)
    try {
      localStorage.setItem(REMEMBERED, `${theme} ${density}`)
    } catch {
      // See above.
    }
    if (theme !== 'system') return
    const media = window.matchMedia(dark)
    const follow = () => apply(theme, density)
    media.addEventListener('change', follow)
    return () => media.removeEventListener('change', follow)
  }, [theme, density])
}

/** The theme in force, for what is drawn rather than styled. */
export function useThemeInForce(): 'light' | 'dark' {
  const read = () => (document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light')
  const [theme, setTheme] = useState<'light' | 'dark'>(read)
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(read()))
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => observer.disconnect()
  }, [])
  return theme
}
