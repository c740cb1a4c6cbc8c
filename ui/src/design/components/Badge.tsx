import type { ReactNode } from 'react'
import {
  Ban,
  Braces,
  Check,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleX,
  Clock,
  FileWarning,
  GitFork,
  ShieldAlert,
  MemoryStick,
  Minus,
  ScrollText,
  TriangleAlert,
  Unplug,
  X,
  type LucideIcon,
} from 'lucide-react'
import type { Content, RunStatus, Transport, Verdict } from '../../ipc/types'
import { contentName, statusName, transportName, verdictName } from '../names'

export type Tone = 'ok' | 'bad' | 'warn' | 'odd' | 'mute' | 'accent' | 'plain'

interface BadgeProps {
  tone?: Tone
  icon?: ReactNode
  children: ReactNode
  title?: string
  testId?: string
}

export function Badge({ tone = 'mute', icon, children, title, testId }: BadgeProps) {
  return (
    <span className={`badge tone-${tone}`} title={title} data-testid={testId}>
      {icon}
      {children}
    </span>
  )
}

/** Colour and shape of each verdict: never colour alone. */
const verdictLooks: Record<Verdict, { tone: Tone; Icon: LucideIcon }> = {
  passed: { tone: 'ok', Icon: Check },
  failed: { tone: 'bad', Icon: X },
  exception: { tone: 'odd', Icon: TriangleAlert },
  compile_error: { tone: 'odd', Icon: Braces },
  timeout: { tone: 'warn', Icon: Clock },
  memory: { tone: 'warn', Icon: MemoryStick },
  output_limit: { tone: 'warn', Icon: ScrollText },
  process_limit: { tone: 'warn', Icon: GitFork },
  forbidden: { tone: 'bad', Icon: ShieldAlert },
  infrastructure: { tone: 'mute', Icon: Unplug },
}

export const verdictTone = (v: Verdict): Tone => verdictLooks[v].tone

export function VerdictBadge({ verdict, plain = false }: { verdict: Verdict; plain?: boolean }) {
  const { tone, Icon } = verdictLooks[verdict]
  return (
    <span className={`${plain ? 'mark' : 'badge'} tone-${tone}`} data-verdict={verdict}>
      <Icon size={13} strokeWidth={2.4} aria-hidden />
      {verdictName(verdict)}
    </span>
  )
}

interface OutcomeProps {
  verdict: Verdict | null
  transport: Transport | null
  content: Content | null
  plain?: boolean
}

/** What became of a sample: its verdict, else what kept it from having one. */
export function OutcomeBadge({ verdict, transport, content, plain = false }: OutcomeProps) {
  if (verdict) return <VerdictBadge verdict={verdict} plain={plain} />
  const kind = plain ? 'mark' : 'badge'
  if (transport && transport !== 'ok' && transport !== 'provided')
    return (
      <span className={`${kind} tone-mute`}>
        <Unplug size={13} strokeWidth={2.2} aria-hidden />
        {transportName(transport)}
      </span>
    )
  if (content && content !== 'ok')
    return (
      <span className={`${kind} tone-odd`}>
        <FileWarning size={13} strokeWidth={2.2} aria-hidden />
        {contentName(content)}
      </span>
    )
  return (
    <span className={`${kind} tone-mute`}>
      <CircleDashed size={13} strokeWidth={2.2} aria-hidden />
      Pending
    </span>
  )
}

interface FlagProps {
  /** Without the badge's ground, for tables. */
  plain?: boolean
  /** The word for assistive technology and on hover alone. */
  iconOnly?: boolean
}

function Flag({ what, word, fine, Icon, tone, plain = false, iconOnly = false }: FlagProps & { what: string; word: string; fine: boolean; Icon: LucideIcon; tone: Tone }) {
  return (
    <span className={`${plain ? 'mark' : 'badge'} tone-${fine ? 'mute' : tone}`} title={plain ? `${what}: ${word}` : undefined} data-flag={fine ? 'ok' : 'bad'}>
      <Icon size={13} strokeWidth={2.3} aria-hidden />
      <span className={iconOnly ? 'sr-only' : 'clip'}>{plain ? word : `${what}: ${word.charAt(0).toLowerCase()}${word.slice(1)}`}</span>
    </span>
  )
}

/** The first flag: whether the request was answered. */
export function TransportFlag({ transport, ...rest }: FlagProps & { transport: Transport | null }) {
  if (transport === null) return <Flag what="Request" word="Not made yet" fine Icon={CircleDashed} tone="mute" {...rest} />
  const fine = transport === 'ok' || transport === 'provided'
  return <Flag what="Request" word={transportName(transport)} fine={fine} Icon={fine ? Check : Unplug} tone="warn" {...rest} />
}

/** The second: whether what was answered is a usable candidate. It says nothing where nothing was answered. */
export function ContentFlag({ content, ...rest }: FlagProps & { content: Content | null }) {
  if (content === null) return <Flag what="Code" word="None to judge" fine Icon={Minus} tone="mute" {...rest} />
  return <Flag what="Code" word={contentName(content)} fine={content === 'ok'} Icon={content === 'ok' ? Check : FileWarning} tone="odd" {...rest} />
}

const statusLooks: Record<RunStatus, { tone: Tone; Icon: LucideIcon }> = {
  running: { tone: 'accent', Icon: CircleDot },
  completed: { tone: 'ok', Icon: Check },
  cancelled: { tone: 'mute', Icon: Ban },
  interrupted: { tone: 'warn', Icon: CirclePause },
  failed: { tone: 'bad', Icon: CircleX },
}

/** `paused` says more of a run that is on: its status is `running` all the same. */
export function StatusBadge({ status, paused = false, testId }: { status: RunStatus; paused?: boolean; testId?: string }) {
  const rests = paused && status === 'running'
  const { tone, Icon } = rests ? { tone: 'warn', Icon: CirclePause } : statusLooks[status]
  return (
    <span className={`badge tone-${tone} ${status === 'running' && !rests ? 'badge-live' : ''}`} data-status={status} data-paused={rests || undefined} data-testid={testId}>
      <Icon size={13} strokeWidth={2.4} aria-hidden />
      {rests ? 'Paused' : statusName(status)}
    </span>
  )
}
