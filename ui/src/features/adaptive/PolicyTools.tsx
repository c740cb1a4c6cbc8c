import { useState } from 'react'
import { BookOpenCheck, Ellipsis, FileDown, FileUp, History, Plus, Trash2 } from 'lucide-react'
import { Confirm } from '../../design/components/Dialog'
import { Menu, type MenuItem } from '../../design/components/Menu'
import { useToasts } from '../../design/components/Toast'
import { plural } from '../../design/format'
import { usePolicyCommands } from '../../ipc/adaptive'
import { toErrorInfo } from '../../ipc/error'
import { useSystem } from '../../ipc/hooks'
import type { PolicySummary } from '../../ipc/types'
import { BringDialog, NewPolicy } from './NewPolicy'
import { ReplayDialog } from './ReplayDialog'
import { TeachDialog } from './TeachDialog'
import { fileName } from './words'

interface PolicyToolsProps {
  policies: readonly PolicySummary[]
  policy: PolicySummary | undefined
  onShow: (name: string | undefined) => void
}

type Asked = 'new' | 'teach' | 'replay' | 'delete' | { bring: string }

/** The less frequent things that are done with policies. */
export function PolicyTools({ policies, policy, onShow }: PolicyToolsProps) {
  const toasts = useToasts()
  const system = useSystem()
  const { save, bring, remove } = usePolicyCommands()
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)

  const toFile = async (name: string) => {
    try {
      const path = await system.chooseSavePath({ title: `Save ${name}`, name: fileName(name), extension: 'json' })
      if (path === null) return
      await save.mutateAsync({ name, path })
      toasts.done(`Saved ${path}.`, { label: 'Show in folder', run: () => void system.revealPath(path).catch(toasts.failed) })
    } catch (error) {
      toasts.failed(error)
    }
  }
  const fromFile = async () => {
    let path: string | null = null
    try {
      path = await system.chooseFile({ title: 'Bring a policy from a file', extensions: ['json'] })
      if (path === null) return
      const made = await bring.mutateAsync({ path, name: null })
      toasts.done(`${made.name} is here, with ${plural(made.lessons, 'outcome')}.`)
      onShow(made.name)
    } catch (error) {
      // Its name is taken: under which one, then?
      if (toErrorInfo(error).code === 'policy-exists' && path !== null) setAsked({ bring: path })
      else toasts.failed(error)
    }
  }

  const items: MenuItem[] = [
    { label: 'New policy…', icon: <Plus size={14} />, run: () => setAsked('new'), testId: 'policy-new' },
    { label: 'Bring from a file…', icon: <FileUp size={14} />, run: () => void fromFile(), testId: 'policy-import' },
    ...(policy
      ? [
          { label: 'Teach from runs…', icon: <BookOpenCheck size={14} />, run: () => setAsked('teach'), impossible: policy.frozen && 'it is frozen', apart: true, testId: 'policy-teach' },
          { label: 'Make its decisions again…', icon: <History size={14} />, run: () => setAsked('replay'), impossible: policy.decisions === 0 && 'it has made none', testId: 'policy-replay' },
          { label: 'Save to a file…', icon: <FileDown size={14} />, run: () => void toFile(policy.name), testId: 'policy-export' },
          { label: 'Delete…', icon: <Trash2 size={14} />, run: () => setAsked('delete'), danger: true, apart: true, testId: 'policy-delete' },
        ]
      : [{ label: 'Teach one from runs…', icon: <BookOpenCheck size={14} />, run: () => setAsked('teach'), testId: 'policy-teach' }]),
  ]
  return (
    <>
      <Menu label="More to do with policies" items={items} testId="policy-menu">
        <Ellipsis size={16} aria-hidden />
      </Menu>
      <NewPolicy open={asked === 'new'} taken={policies.map((p) => p.name)} onClose={close} onMade={onShow} />
      <BringDialog path={typeof asked === 'object' && asked ? asked.bring : null} taken={policies.map((p) => p.name)} onClose={close} onMade={onShow} />
      <TeachDialog open={asked === 'teach'} policy={policy?.name ?? 'default'} onClose={close} onTaught={onShow} />
      {policy && <ReplayDialog open={asked === 'replay'} policy={policy} onClose={close} />}
      {policy && (
        <Confirm
          open={asked === 'delete'}
          danger
          title={`Delete ${policy.name}?`}
          confirm="Delete"
          testId="policy-delete-confirm"
          onClose={close}
          onConfirm={() =>
            remove.mutate(policy.name, {
              onSuccess: () => {
                toasts.done(`${policy.name} is deleted.`)
                onShow(undefined)
              },
              onError: toasts.failed,
            })
          }
        >
          It chooses nothing any more. Samples keep the strategy it chose for them, and why. To keep what it knows, save it to a file first.
        </Confirm>
      )}
    </>
  )
}
