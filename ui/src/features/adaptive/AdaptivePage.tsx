import { getRouteApi } from '@tanstack/react-router'
import { Tabs } from '../../design/components/Bits'
import { Page } from '../../design/components/Panel'
import type { AdaptiveAddress, AdaptiveFigure, AdaptiveTab } from '../../app/address'
import { Grid } from './Grid'
import { Policy } from './Policy'
import { Rules } from './Rules'
import { WhatIf } from './WhatIf'
import './Adaptive.css'

const route = getRouteApi('/adaptive')

type Shown = AdaptiveTab | 'policy'

const LEADS: Record<Shown, string> = {
  policy: 'A policy chooses by which strategy a model is asked, problem by problem, and learns from what becomes of it.',
  'what-if': 'What a policy would choose for a problem, why, and what would change its mind.',
  grid: 'What choosing is worth, where every strategy was asked: beside each of them, cross-fitted, with the paired test.',
  auto: 'What Automatic stands for with each kind of model, and the evidence for it.',
}

/** What every part of the page is given. */
export interface PartProps {
  address: AdaptiveAddress
  go: (part: Partial<AdaptiveAddress>) => void
  figure: (name: AdaptiveFigure) => { view: 'chart' | 'table'; onView: (view: 'chart' | 'table') => void }
}

export function AdaptivePage() {
  const address = route.useSearch()
  const navigate = route.useNavigate()
  const tab: Shown = address.tab ?? 'policy'
  // What is another thing to look at can be gone back from; what is turned a little cannot.
  const go = (part: Partial<AdaptiveAddress>) => void navigate({ to: '/adaptive', search: (s) => ({ ...s, ...part }), replace: !('tab' in part) && !('policy' in part) && !('done' in part) })
  const figure: PartProps['figure'] = (name) => {
    const tables = address.tables ?? []
    return {
      view: tables.includes(name) ? 'table' : 'chart',
      onView: (view) => go({ tables: view === 'table' ? [...tables, name] : tables.filter((t) => t !== name) }),
    }
  }
  const props = { address, go, figure }
  return (
    <Page title="Adaptive" testId="page-adaptive" lead={LEADS[tab]}>
      <Tabs<Shown>
        label="Adaptive prompting"
        value={tab}
        tabs={[
          { value: 'policy', label: 'Policies', testId: 'adaptive-tab-policy' },
          { value: 'what-if', label: 'What if', testId: 'adaptive-tab-what-if' },
          { value: 'grid', label: 'Full grid', testId: 'adaptive-tab-grid' },
          { value: 'auto', label: 'Automatic', testId: 'adaptive-tab-auto' },
        ]}
        onChange={(t) => go({ tab: t === 'policy' ? undefined : t })}
      >
        <div className="adaptive">{tab === 'policy' ? <Policy {...props} /> : tab === 'what-if' ? <WhatIf {...props} /> : tab === 'grid' ? <Grid {...props} /> : <Rules />}</div>
      </Tabs>
    </Page>
  )
}
