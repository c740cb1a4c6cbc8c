import { Link } from '@tanstack/react-router'
import { Check, FileWarning, Unplug } from 'lucide-react'
import { Tooltip } from '../../design/components/Bits'
import { count, percent } from '../../design/format'
import { modelName } from '../../design/names'
import type { Flags } from '../../ipc/types'
import { flagShares, type FlagShare } from './flags'
import './Flags.css'

interface FlagSharesProps {
  flags: Flags
  model: string
  runs: readonly string[]
}

/** Both flags of a model's answers, each with its counts; what failed is a click away. */
export function FlagShares({ flags, model, runs }: FlagSharesProps) {
  return (
    <ul className="flag-shares" data-testid="flag-shares">
      {flagShares(flags).map((share) => (
        <li key={share.id} className="flag-share">
          <span className="flag-label">{share.label}</span>
          <span className="flag-bar" aria-hidden>
            <span className={`flag-fill flag-fill-${share.id}`} style={{ width: `${(share.share ?? 0) * 100}%` }} />
          </span>
          <ShareCell share={share} model={model} runs={runs} />
          <span className="small faint num">
            {count(share.good)} of {count(share.all)} {share.of}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** One share as a number with its breakdown; a link to the failing samples where there are some. */
export function ShareCell({ share, model, runs }: { share: FlagShare; model: string; runs: readonly string[] }) {
  if (share.share === null) return <span className="faint num">–</span>
  const failing = share.all - share.good
  const Icon = failing === 0 ? Check : share.id === 'answered' ? Unplug : FileWarning
  const tone = failing === 0 ? 'tone-mute' : share.id === 'answered' ? 'tone-warn' : 'tone-odd'
  const text = percent(share.share, failing > 0 && share.share > 0.999 ? 2 : 1)
  const name = `${share.label}, ${modelName(model)}: ${text}, ${share.good} of ${share.all} ${share.of}`
  return (
    <Tooltip text={<Kinds share={share} />}>
      {(props) =>
        failing > 0 ? (
          <Link {...props} to="/samples" search={{ runs: [...runs], models: [model], ...share.filter }} className={`flag-value num ${tone}`} aria-label={`${name}; show the ${failing} that failed`} data-testid={`flag-${share.id}`}>
            <Icon size={13} strokeWidth={2.3} aria-hidden />
            {text}
          </Link>
        ) : (
          <span {...props} className={`flag-value num ${tone}`} tabIndex={0} role="img" aria-label={name} data-testid={`flag-${share.id}`}>
            <Icon size={13} strokeWidth={2.3} aria-hidden />
            {text}
          </span>
        )
      }
    </Tooltip>
  )
}

function Kinds({ share }: { share: FlagShare }) {
  return (
    <>
      {share.kinds.map((kind) => (
        <span key={kind.key} className="flag-kind num">
          <span>{kind.label}</span>
          <span>{count(kind.count)}</span>
        </span>
      ))}
    </>
  )
}
