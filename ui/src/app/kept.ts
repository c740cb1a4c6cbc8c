import { adaptiveAddress, compareAddress, reportsAddress, samplesAddress, trendsAddress, type AdaptiveAddress, type CompareAddress, type Raw, type TrendsAddress } from './address'

/** What is kept between pages, so that leaving one and coming back finds it as it was. */
export interface Kept {
  /** The comparison as it was last seen: runs, baseline and all. */
  compare?: CompareAddress
  /** The trends as they were last seen. */
  trends?: TrendsAddress
  /** Adaptive prompting as it was last seen. */
  adaptive?: AdaptiveAddress
  /** The runs that were chosen last, for pages that are about runs. */
  runs?: string[]
  /** The runs that samples are listed of; those of the comparison until another choice was made there. */
  samples?: string[]
}

const same = (a: readonly string[] | undefined, b: readonly string[] | undefined) => JSON.stringify(a ?? []) === JSON.stringify(b ?? [])

/** What is kept after a page was seen at an address. The same object where that changes nothing. */
export function keep(kept: Kept, path: string, search: Raw): Kept {
  if (path === '/compare') {
    const compare = compareAddress(search)
    const changed = !same(compare.runs, kept.runs)
    if (!changed && JSON.stringify(compare) === JSON.stringify(kept.compare ?? {})) return kept
    return { ...kept, compare, runs: compare.runs, samples: changed ? compare.runs : kept.samples }
  }
  if (path === '/reports') {
    const { runs } = reportsAddress(search)
    if (runs !== undefined && !same(runs, kept.runs)) return { ...kept, runs, samples: runs, compare: { ...kept.compare, runs, baseline: undefined } }
  }
  if (path === '/samples') {
    const { runs } = samplesAddress(search)
    if (!same(runs, kept.samples)) return { ...kept, samples: runs }
  }
  if (path === '/trends') {
    const trends = trendsAddress(search)
    if (JSON.stringify(trends) !== JSON.stringify(kept.trends ?? {})) return { ...kept, trends }
  }
  if (path === '/adaptive') {
    const adaptive = adaptiveAddress(search)
    if (JSON.stringify(adaptive) !== JSON.stringify(kept.adaptive ?? {})) return { ...kept, adaptive }
  }
  return kept
}

/** The search that a page is opened with from elsewhere. */
export function keptSearch(kept: Kept, to: string): CompareAddress & TrendsAddress & AdaptiveAddress {
  if (to === '/compare') return kept.compare ?? {}
  if (to === '/trends') return kept.trends ?? {}
  if (to === '/adaptive') return kept.adaptive ?? {}
  if (to === '/reports' && kept.runs) return { runs: kept.runs }
  if (to === '/samples' && kept.samples) return { runs: kept.samples }
  return {}
}
