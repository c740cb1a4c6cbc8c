import { useState } from 'react'
import { Link, useNavigate } from '@tanstack/react-router'
import { Copy, Lock, Pencil, Trash2 } from 'lucide-react'
import { Badge } from '../../design/components/Badge'
import { Skeleton, Tabs } from '../../design/components/Bits'
import { Button } from '../../design/components/Button'
import { CodeView } from '../../design/components/Code'
import { Confirm, Dialog } from '../../design/components/Dialog'
import { Field, Input } from '../../design/components/Form'
import { ErrorNotice, Notice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { useToasts } from '../../design/components/Toast'
import { useStrategies, useStrategyCommands, useStrategySource } from '../../ipc/hooks'
import type { StrategySummary, WrongStrategy } from '../../ipc/types'
import { PreviewPanel } from './PromptPreview'
import { StrategyEditor } from './StrategyEditor'
import { copyId, shapeOf, wrongId } from './words'
import './Strategies.css'

const AUTO: StrategySummary = { id: 'auto', title: 'Automatic', description: 'Instruction for models that can chat, completion for the others; another one where runs here have shown it to be better, or where you chose so.', kind: 'chat', builtin: true, turns: 1, examples: 0, checks_answers: false }
const ADAPTIVE: StrategySummary = { ...AUTO, id: 'adaptive', title: 'Adaptive', description: 'A policy chooses for each sample the strategy it expects most of, by the problem and the model, and learns from what becomes of it. Any of the others may be taken.' }

const STANDS: Record<string, string> = { auto: 'chosen by model', adaptive: 'chosen by a policy, problem by problem' }

/** Every way to ask, with its file, its editor and what it makes of a problem. */
export function Strategies({ chosen }: { chosen: string | undefined }) {
  const strategies = useStrategies()
  if (strategies.error) return <ErrorNotice title="The strategies could not be read" error={strategies.error} />
  if (!strategies.data)
    return (
      <Panel>
        <Skeleton lines={6} height="1.5rem" label="The strategies are being read" />
      </Panel>
    )
  const { wrong } = strategies.data
  // These two stand for others, and have no file.
  const all = [AUTO, ADAPTIVE, ...strategies.data.strategies.filter((s) => s.id !== AUTO.id && s.id !== ADAPTIVE.id)]
  const broken = wrong.find((w) => w.id !== null && w.id === chosen)
  const strategy = broken ? undefined : (all.find((s) => s.id === chosen) ?? all[0])
  return (
    <div className="stack">
      {wrong
        .filter((w) => w !== broken)
        .map(({ id, error }) => (
          <ErrorNotice
            key={error.message}
            title="A file of yours was left out"
            error={error}
            action={
              id !== null && (
                <Link to="/library" search={{ tab: 'strategies', strategy: id }} className="btn btn-secondary btn-small" data-testid={`strategy-mend-${id}`}>
                  Open it
                </Link>
              )
            }
          />
        ))}
      <div className="strategies">
        <nav className="panel strategy-list" aria-label="Strategies">
          <Broken wrong={wrong} chosen={broken?.id ?? undefined} />
          <Group title="Your own" strategies={all.filter((s) => !s.builtin)} chosen={strategy?.id} />
          <Group title="Built in" strategies={all.filter((s) => s.builtin)} chosen={strategy?.id} />
        </nav>
        {broken?.id != null && <Mend key={broken.id} id={broken.id} />}
        {strategy && <One key={strategy.id} strategy={strategy} taken={[...all.map((s) => s.id), ...wrong.flatMap((w) => w.id ?? [])]} />}
      </div>
    </div>
  )
}

function Group({ title, strategies, chosen }: { title: string; strategies: readonly StrategySummary[]; chosen: string | undefined }) {
  if (strategies.length === 0) return null
  return (
    <>
      <h2 className="strategy-group">{title}</h2>
      <ul>
        {strategies.map((s) => (
          <li key={s.id}>
            <Link to="/library" search={{ tab: 'strategies', strategy: s.id }} className="strategy-item" aria-current={s.id === chosen ? 'true' : undefined} data-testid={`strategy-${s.id}`}>
              <strong>{s.title}</strong>
              <span className="small faint">{s === AUTO || s === ADAPTIVE ? STANDS[s.id] : shapeOf(s)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}

/** Files of one's own that are no strategies yet. */
function Broken({ wrong, chosen }: { wrong: readonly WrongStrategy[]; chosen: string | undefined }) {
  const named = wrong.flatMap((w) => (w.id === null ? [] : [w.id]))
  if (named.length === 0) return null
  return (
    <>
      <h2 className="strategy-group">To be mended</h2>
      <ul>
        {named.map((id) => (
          <li key={id}>
            <Link to="/library" search={{ tab: 'strategies', strategy: id }} className="strategy-item" aria-current={id === chosen ? 'true' : undefined} data-testid={`strategy-broken-${id}`}>
              <strong className="mono">{id}</strong>
              <span className="small tone-bad">its file is wrong</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}

/** A file that was left out, as it is written, with what is wrong with it. */
function Mend({ id }: { id: string }) {
  const { remove } = useStrategyCommands()
  const toasts = useToasts()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const away = () => void navigate({ to: '/library', search: { tab: 'strategies' } })
  return (
    <Panel
      title={<span className="mono">{id}</span>}
      note="Left out until its file is right."
      actions={
        <Button kind="danger" icon={<Trash2 size={14} aria-hidden />} onClick={() => setAsking(true)} data-testid="strategy-delete">
          Delete
        </Button>
      }
    >
      {/* Once it is saved it is in the list, under the same name. */}
      <StrategyEditor strategy={{ id, title: id }} onDone={away} />
      <Confirm
        open={asking}
        danger
        title={`Delete ${id}?`}
        confirm="Delete for good"
        testId="strategy-delete-confirm"
        onClose={() => setAsking(false)}
        onConfirm={() =>
          remove.mutate(id, {
            onSuccess: () => {
              toasts.done(`${id} is deleted.`)
              away()
            },
            onError: toasts.failed,
          })
        }
      >
        Its file is deleted.
      </Confirm>
    </Panel>
  )
}

function One({ strategy, taken }: { strategy: StrategySummary; taken: readonly string[] }) {
  const { remove } = useStrategyCommands()
  const toasts = useToasts()
  const navigate = useNavigate()
  const [view, setView] = useState<'preview' | 'file'>('preview')
  const [editing, setEditing] = useState(false)
  const [asking, setAsking] = useState<'delete' | 'duplicate' | null>(null)
  const look = (id: string | undefined) => void navigate({ to: '/library', search: { tab: 'strategies', strategy: id } })
  const hasFile = strategy !== AUTO && strategy !== ADAPTIVE
  return (
    <Panel
      title={
        <span className="thing-title">
          {strategy.title} <span className="mono faint small">{strategy.id}</span>
        </span>
      }
      note={hasFile ? shapeOf(strategy) : STANDS[strategy.id]}
      actions={
        <>
          {strategy.builtin && (
            <Badge icon={<Lock size={12} aria-hidden />} title="What ships with the program stays as it is; a copy can be changed">
              Built in
            </Badge>
          )}
          {!strategy.builtin && !editing && (
            <Button icon={<Pencil size={14} aria-hidden />} onClick={() => setEditing(true)} data-testid="strategy-edit">
              Edit
            </Button>
          )}
          {hasFile && (
            <Button icon={<Copy size={14} aria-hidden />} onClick={() => setAsking('duplicate')} data-testid="strategy-duplicate">
              Duplicate
            </Button>
          )}
          {!strategy.builtin && (
            <Button kind="danger" icon={<Trash2 size={14} aria-hidden />} onClick={() => setAsking('delete')} data-testid="strategy-delete">
              Delete
            </Button>
          )}
        </>
      }
    >
      <div className="stack">
        <p className="strategy-description">{strategy.description}</p>
        {editing ? (
          <StrategyEditor strategy={strategy} onDone={() => setEditing(false)} />
        ) : hasFile ? (
          <Tabs
            label="Parts of the strategy"
            value={view}
            tabs={[
              { value: 'preview', label: 'What it asks', testId: 'strategy-tab-preview' },
              { value: 'file', label: 'Its file', testId: 'strategy-tab-file' },
            ]}
            onChange={setView}
          >
            <div className="library">{view === 'preview' ? <PreviewPanel strategy={strategy.id} /> : <Source id={strategy.id} />}</div>
          </Tabs>
        ) : strategy === ADAPTIVE ? (
          <Notice
            testId="strategy-adaptive-note"
            action={
              <Link to="/adaptive" className="btn btn-secondary btn-medium" data-testid="strategy-to-adaptive">
                Open Adaptive
              </Link>
            }
          >
            There is no one prompt to show: which policy chose what, why, and what it would choose for a problem stands on the Adaptive page.
          </Notice>
        ) : (
          <>
            <p className="small muted">
              Which strategy that is with each kind of model, and the evidence for it: <Link to="/adaptive" search={{ tab: 'auto' }}>Adaptive, Automatic</Link>.
            </p>
            <PreviewPanel strategy={strategy.id} />
          </>
        )}
      </div>
      <Duplicate open={asking === 'duplicate'} strategy={strategy} taken={taken} onClose={() => setAsking(null)} onMade={look} />
      <Confirm
        open={asking === 'delete'}
        danger
        title={`Delete ${strategy.title}?`}
        confirm="Delete for good"
        testId="strategy-delete-confirm"
        onClose={() => setAsking(null)}
        onConfirm={() =>
          remove.mutate(strategy.id, {
            onSuccess: () => {
              toasts.done(`${strategy.title} is deleted.`)
              look(undefined)
            },
            onError: toasts.failed,
          })
        }
      >
        Its file is deleted. Runs that were made with it keep their prompts.
      </Confirm>
    </Panel>
  )
}

function Source({ id }: { id: string }) {
  const source = useStrategySource(id)
  if (source.error) return <ErrorNotice title="Its file could not be read" error={source.error} />
  if (source.data === undefined) return <Skeleton lines={8} label="Its file is being read" />
  return <CodeView label="Its file" code={source.data.toml} language="ini" testId="strategy-source" />
}

function Duplicate({ open, strategy, taken, onClose, onMade }: { open: boolean; strategy: StrategySummary; taken: readonly string[]; onClose: () => void; onMade: (id: string) => void }) {
  const { duplicate } = useStrategyCommands()
  const [typed, setTyped] = useState<string | null>(null)
  const id = typed ?? copyId(strategy.id, taken)
  const wrong = wrongId(id, taken)
  const close = () => {
    duplicate.reset()
    setTyped(null)
    onClose()
  }
  return (
    <Dialog open={open} onClose={close} title={`Duplicate ${strategy.title}`} testId="strategy-duplicate-dialog">
      <form
        className="stack"
        onSubmit={(e) => {
          e.preventDefault()
          if (wrong === null)
            duplicate.mutate(
              { id: strategy.id, newId: id },
              {
                onSuccess: (made) => {
                  close()
                  onMade(made.id)
                },
              },
            )
        }}
      >
        <Field label="Name of the copy" error={wrong} hint="As it stands in commands and files.">
          <Input value={id} onChange={(e) => setTyped(e.target.value.trim())} data-autofocus data-testid="strategy-new-id" />
        </Field>
        {duplicate.error && <ErrorNotice title="No copy was made" error={duplicate.error} />}
        <div className="row">
          <Button type="submit" kind="primary" busy={duplicate.isPending} disabled={wrong !== null} data-testid="strategy-duplicate-yes">
            Make the copy
          </Button>
          <Button onClick={close}>Close</Button>
        </div>
      </form>
    </Dialog>
  )
}
