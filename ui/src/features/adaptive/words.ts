import type { Bounded, PolicySetup, PolicySummary } from '../../ipc/types'

/** Rewards and what is made of them, as the page writes them. */

/** A reward in [0, 1], or near it, and what is made of rewards: `0.425`. No rate, and so no percentage. */
export const reward = (value: number): string => {
  const text = Math.abs(value).toFixed(3)
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text
}

/** With its sign; a true minus: `+0.12`, `−0.08`. */
export const signedReward = (value: number): string => {
  const text = Math.abs(value).toFixed(3)
  if (Number(text) === 0) return '0.000'
  return `${value > 0 ? '+' : '\u2212'}${text}`
}

export const rewardInterval = ({ low, high }: Bounded): string => `${reward(low)}\u2009–\u2009${reward(high)}`

/** A chance in [0, 1]: `95 %`, `0.5 %`. */
export const chance = (p: number): string => `${(p * 100).toFixed(p > 0 && p < 0.1 ? 1 : 0)}\u202f%`

/** `learning`, or what it does instead. */
export const stateOf = (policy: Pick<PolicySummary, 'frozen'>): string => (policy.frozen ? 'frozen' : 'learning')

/** A relative gain: `+21 %`. */
export const gain = (value: number): string => {
  const text = Math.abs(value * 100).toFixed(0)
  return `${text === '0' ? '' : value > 0 ? '+' : '\u2212'}${text}\u202f%`
}

/** What is wrong with a set-up, by the engine's ranges; null when nothing is. */
export function setupFault({ algorithm, ridge, exploration, reward: mix }: PolicySetup): string | null {
  if (algorithm.kind === 'lin_ucb' && !(algorithm.alpha >= 0)) return 'Alpha is a number from 0.'
  if (algorithm.kind === 'thompson' && !(algorithm.scale > 0)) return 'The scale is a number above 0.'
  if (algorithm.kind === 'fixed' && algorithm.arm === '') return 'Choose the strategy it always takes.'
  if (!(ridge > 0)) return 'The ridge is a number above 0.'
  if (!(exploration >= 0 && exploration <= 1)) return 'The share of exploration lies between 0 and 1.'
  const parts = [mix.pass, mix.quality, mix.cost, mix.latency]
  if (parts.some((p) => !(p >= 0)) || !(parts.reduce((a, b) => a + b, 0) > 0)) return 'The parts of the reward are numbers from 0, and one of them is more.'
  if (!(mix.half_cost_usd > 0) || !(mix.half_latency_ms > 0)) return 'Cost and time at which their part is a half are numbers above 0.'
  return null
}

/** `pass 85 %, quality 10 %, cost 3 %, time 2 %`: shares of their sum. */
export function mixInWords({ pass, quality, cost, latency }: PolicySetup['reward']): string {
  const sum = pass + quality + cost + latency
  const parts: [string, number][] = [['pass', pass], ['quality', quality], ['cost', cost], ['time', latency]]
  return parts.filter(([, p]) => p > 0).map(([name, p]) => `${name} ${((p / sum) * 100).toFixed(0)}\u202f%`).join(', ')
}

/** A file name made of a policy's. */
export const fileName = (policy: string): string => `policy-${policy.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '') || 'unnamed'}`
