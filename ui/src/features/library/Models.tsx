import { useState } from 'react'
import { ChevronDown, ChevronUp, Download, Plus, Trash2, X } from 'lucide-react'
import { Badge } from '../../design/components/Badge'
import { Button, IconButton } from '../../design/components/Button'
import { Confirm } from '../../design/components/Dialog'
import { ErrorNotice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { useToasts } from '../../design/components/Toast'
import { bytes } from '../../design/format'
import { modelParts } from '../../design/names'
import { useKeys, useModelCommands, useProviders, useTask } from '../../ipc/hooks'
import type { AppStatus, ModelStatus, ProviderInfo } from '../../ipc/types'
import { AddModels } from './AddModels'
import { CustomProviders } from './CustomProviders'
import { KeyBadge, KeyLine } from './KeyLine'
import { ModelDetails } from './ModelDetails'
import { TaskLine } from '../../design/components/TaskLine'
import { contextInWords, priceInWords, runsHere } from './words'
import './Models.css'

/** Models of this machine, of servers and services, keys, and providers of one's own. */
export function Models({ status }: { status: AppStatus }) {
  const found = useProviders()
  const providers = found.data ?? []
  const [adding, setAdding] = useState(false)
  const here = status.models.filter((m) => runsHere(m, providers))
  const elsewhere = status.models.filter((m) => !runsHere(m, providers))
  return (
    <div className="stack">
      {found.error && <ErrorNotice title="The providers could not be listed" error={found.error} />}
      <Panel title="On this machine" note="Weights in files, run inside of Assay." flush>
        <ul className="things">
          {here.map((m) => (
            <HereModel key={m.reference} model={m} />
          ))}
          {here.length === 0 && <li className="thing small muted">None is known.</li>}
        </ul>
      </Panel>
      <Panel
        title="Servers and services"
        note="Models that are asked over a connection."
        flush
        actions={
          <Button kind={adding ? 'secondary' : 'primary'} icon={adding ? <X size={15} aria-hidden /> : <Plus size={15} aria-hidden />} aria-expanded={adding} onClick={() => setAdding(!adding)} data-testid="library-add-models">
            {adding ? 'Done' : 'Add models'}
          </Button>
        }
      >
        {adding && (
          <div className="adding">
            <AddModels providers={providers} known={status.models.map((m) => m.reference)} />
          </div>
        )}
        <ul className="things">
          {elsewhere.map((m) => (
            <ServedModel key={m.reference} model={m} providers={providers} />
          ))}
          {elsewhere.length === 0 && <li className="thing small muted">None was added yet. “Add models” shows what a server or a service offers.</li>}
        </ul>
      </Panel>
      <CustomProviders known={status.models.map((m) => m.reference)} />
      <Keys />
    </div>
  )
}

function HereModel({ model }: { model: ModelStatus }) {
  const task = useTask('model', model.id)
  const [open, setOpen] = useState(false)
  return (
    <li className="thing-block" data-testid={`library-model-${model.id}`} data-ready={model.ready}>
      <div className="thing">
        <div className="grow">
          <p className="thing-title">
            {model.title} <span className="mono faint small">{model.reference}</span>
          </p>
          <p className="small faint num">
            {[bytes(model.bytes), model.form, model.licence, contextInWords(model.facts), model.chat ? 'chat and completion' : 'completion only: it has no chat template'].filter(Boolean).join(', ')}
          </p>
          <TaskLine task={task} label={`Installing ${model.title}`} />
        </div>
        {model.ready ? (
          <>
            <Badge tone="ok">Installed</Badge>
            <Details open={open} name={model.title} id={model.id} onToggle={() => setOpen(!open)} />
          </>
        ) : (
          <Button icon={<Download size={15} aria-hidden />} busy={task.running} onClick={() => task.start()} data-testid={`library-pull-${model.id}`}>
            Install
          </Button>
        )}
      </div>
      {open && <ModelDetails reference={model.reference} facts={model.facts} variable={null} />}
    </li>
  )
}

function Details({ open, name, id, onToggle }: { open: boolean; name: string; id: string; onToggle: () => void }) {
  return (
    <Button icon={open ? <ChevronUp size={15} aria-hidden /> : <ChevronDown size={15} aria-hidden />} aria-expanded={open} aria-label={`Check and try ${name}`} onClick={onToggle} data-testid={`library-details-${id}`}>
      Check and try
    </Button>
  )
}

function ServedModel({ model, providers }: { model: ModelStatus; providers: readonly ProviderInfo[] }) {
  const { remove } = useModelCommands()
  const keys = useKeys().data
  const toasts = useToasts()
  const [open, setOpen] = useState(false)
  const [asking, setAsking] = useState(false)
  const { name, host, provider } = modelParts(model.reference)
  const variable = model.key_variable
  const key = keys?.find((k) => k.variable === variable)
  const where = host ?? providers.find((p) => p.id === provider)?.title ?? provider
  // A server of one's own rarely has a key: only a set one is worth a word there.
  const wants = key !== undefined && (host === null || key.source !== 'none')
  return (
    <li className="thing-block" data-testid={`library-served-${model.reference}`}>
      <div className="thing">
        <div className="grow">
          <p className="thing-title">
            {name} <span className="faint small">{where}</span>
          </p>
          <p className="small faint num">
            {[model.facts.price ? priceInWords(model.facts.price) : 'no price known', contextInWords(model.facts), model.family !== '' && model.family !== 'default' ? `family ${model.family}` : null].filter(Boolean).join(', ')}
          </p>
        </div>
        {wants && <KeyBadge source={key.source} />}
        <Details open={open} name={name} id={model.reference} onToggle={() => setOpen(!open)} />
        {model.added && <IconButton label={`Take ${name} out of the list`} icon={<Trash2 size={15} />} onClick={() => setAsking(true)} />}
      </div>
      {open && <ModelDetails reference={model.reference} facts={model.facts} variable={variable} />}
      <Confirm open={asking} title={`Take ${name} out of the list?`} confirm="Take it out" onClose={() => setAsking(false)} onConfirm={() => remove.mutate(model.reference, { onError: toasts.failed })}>
        Runs that were made with it stay as they are. It can be added again.
      </Confirm>
    </li>
  )
}

/** Every key that some provider knows; those that are set first. */
function Keys() {
  const keys = useKeys()
  const [all, setAll] = useState(false)
  const list = keys.data ?? []
  const shown = list.filter((k) => all || k.source !== 'none')
  const hidden = list.length - shown.length
  return (
    <Panel title="Keys" note="Of services, by the name of their variable. A key is sent to its own service alone." data-testid="library-keys">
      {keys.error && <ErrorNotice title="The keys could not be looked up" error={keys.error} />}
      <ul className="keys">
        {shown.map((k) => (
          <li key={k.variable}>
            <KeyLine variable={k.variable} />
          </li>
        ))}
        {shown.length === 0 && keys.data && <li className="small muted">None is set.</li>}
      </ul>
      {(hidden > 0 || all) && list.length > 0 && (
        <Button kind="quiet" size="small" aria-expanded={all} onClick={() => setAll(!all)} icon={all ? <ChevronUp size={14} aria-hidden /> : <ChevronDown size={14} aria-hidden />} data-testid="keys-all">
          {all ? 'Only those that are set' : `Show ${hidden} more that can be set`}
        </Button>
      )}
    </Panel>
  )
}
