import { Kbd } from '../design/components/Bits'
import { Dialog } from '../design/components/Dialog'
import type { Shortcut } from './shortcuts'

const arrows: Record<string, string> = { 'alt+ArrowLeft': 'Alt ←', 'alt+ArrowRight': 'Alt →', 'mod+k': 'mod+K', 'mod+d': 'mod+D' }

const undo = { keys: 'mod+Z', what: 'Take back what a message offers to undo' }

const inRuns = [
  { keys: 'x', what: 'Choose the run, or not' },
  { keys: 'F2', what: 'Rename the run' },
  { keys: 'Del', what: 'Delete the run' },
  { keys: 'Enter', what: 'Open the run' },
]

const inLists = [
  { keys: 'j', what: 'Next sample' },
  { keys: 'k', what: 'Previous sample' },
  { keys: 'Enter', what: 'Open the sample' },
  { keys: 'Esc', what: 'Close what is open' },
  { keys: 'b', what: 'Set other samples against this one' },
  { keys: '/', what: 'Search in the samples' },
]

export function ShortcutsHelp({ open, onClose, shortcuts }: { open: boolean; onClose: () => void; shortcuts: readonly Shortcut[] }) {
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard shortcuts" wide testId="shortcuts">
      <div className="shortcuts">
        <section>
          <h3>Everywhere</h3>
          <Keys items={[...shortcuts.map((s) => ({ keys: arrows[s.keys] ?? s.keys, what: s.what })), undo]} />
        </section>
        <section>
          <h3>In the runs</h3>
          <Keys items={inRuns} />
        </section>
        <section>
          <h3>In the samples</h3>
          <Keys items={inLists} />
        </section>
      </div>
    </Dialog>
  )
}

function Keys({ items }: { items: readonly { keys: string; what: string }[] }) {
  return (
    <dl className="shortcut-list">
      {items.map((s) => (
        <div key={s.keys}>
          <dt>{s.what}</dt>
          <dd>
            <Kbd keys={s.keys} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
