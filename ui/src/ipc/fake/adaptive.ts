import { IpcError } from '../error'
import type { Ipc, Listen } from '../ipc'
import type { ArmChance, Bounded, DecisionView, FamilyRule, FeatureValue, PolicyAlgorithm, PolicyArm, PolicySetup, PolicySummary, PolicyView, SampleRow, StrategySummary, TaskProgress } from '../types'
import { FEATURES } from './contexts'
import { random, wilson, type FakeRun } from './data'
import { fakeGrid } from './grid'
import { progressFigure, rewardsFigure } from './adaptiveFigures'

/** Policies over made-up outcomes: linear models with weights drawn once, which choose as the engine's do. */

const USUAL: PolicySetup = {
  algorithm: { kind: 'lin_ucb', alpha: 0.5 },
  ridge: 1,
  exploration: 0.05,
  reward: { pass: 0.9, quality: 0.06, cost: 0.02, latency: 0.02, half_cost_usd: 0.001, half_latency_ms: 5_000 },
  arms: [],
}

/** Of those that every model can be asked by. */
const PULLS: Record<string, [pulls: number, passes: number]> = {
  'few-shot-completion': [214, 0.41],
  completion: [121, 0.34],
  'self-repair': [77, 0.33],
  restated: [58, 0.26],
  instruct: [46, 0.22],
  'few-shot': [34, 0.24],
  prefill: [27, 0.22],
  'test-first': [15, 0.13],
  'plan-then-code': [9, 0.11],
  'chain-of-thought': [6, 0.17],
}

interface Kept {
  name: string
  setup: PolicySetup
  frozen: boolean
  created: string
  decisions: number
  /** Share of the usual outcomes it has learned. */
  share: number
}

const hash = (text: string) => [...text].reduce((h, c) => Math.imul(h, 31) + c.charCodeAt(0), 7)
const inWords = (a: PolicyAlgorithm): string =>
  a.kind === 'lin_ucb' ? `LinUCB, alpha ${a.alpha}` : a.kind === 'thompson' ? `Thompson sampling, scale ${a.scale}` : a.kind === 'fixed' ? `always ${a.arm}` : 'epsilon-greedy'

function theta(arm: string): number[] {
  const draw = random(hash(arm))
  const skill = PULLS[arm]?.[1] ?? 0.15
  return FEATURES.map(([name], i) => {
    const spread = draw() - 0.5
    if (i === 0) return skill * 0.9
    // Examples help where there are none, plans where much is asked.
    if (arm.startsWith('few-shot') && name === 'no_examples') return 0.16
    if (arm === 'self-repair' && name === 'examples') return 0.21
    return draw() < 0.55 ? 0 : spread * 0.24
  })
}

function contextOf(problem: string, model: string, language: string | null): number[] {
  const draw = random(hash(problem))
  return FEATURES.map(([name], i) => {
    const v = draw()
    if (i === 0) return 1
    if (['prompt_tokens', 'docstring_words'].includes(name)) return 0.35 + v * 0.4
    if (name === 'examples') return Math.floor(v * 4) / 5
    if (name === 'no_examples') return 0
    if (name === 'gives_code' || name === 'typed') return 1
    if (['python', 'javascript', 'java', 'cpp', 'go', 'rust', 'php'].includes(name)) return Number(name === (language ?? 'python'))
    if (['qwen', 'llama', 'deepseek', 'gemma', 'smollm'].includes(name)) return Number(model.includes(name))
    if (name === 'chat') return Number(!model.includes('gemma'))
    if (name === 'size') return model.includes('7b') ? 0.45 : 0.03
    if (name === 'size_unknown' || name === 'trouble' || name === 'other_family') return 0
    if (name.startsWith('takes_') || name.startsWith('returns_')) return Number(v < 0.3)
    return v < 0.5 ? 0 : Math.round(v * 10) / 15
  })
}

export function fakeAdaptive({ full, runs, strategies, pause, soon }: { full: boolean; runs: () => FakeRun[]; strategies: () => readonly StrategySummary[]; pause: (ms: number) => Promise<void>; soon: () => Promise<void> }) {
  const daysAgo = (d: number) => new Date(Date.now() - d * 86_400_000).toISOString()
  let policies: Kept[] = full
    ? [
        { name: 'default', setup: USUAL, frozen: false, created: daysAgo(9), decisions: 612, share: 1 },
        { name: 'paper', setup: { ...USUAL, algorithm: { kind: 'thompson', scale: 0.3 }, exploration: 0.1 }, frozen: true, created: daysAgo(31), decisions: 328, share: 0.5 },
      ]
    : []
  const chosen = new Map<string, string>()
  const stopped = new Set<string>()
  const titleOf = (arm: string) => strategies().find((s) => s.id === arm)?.title ?? arm
  const need = (name: string): Kept => {
    const found = policies.find((p) => p.name === name)
    if (!found) throw new IpcError({ code: 'policy-not-found', message: `there is no policy '${name}'`, hint: '`assay bandit list` names them' })
    return found
  }
  const armsOf = (setup: PolicySetup) => Object.keys(PULLS).filter((a) => setup.arms.length === 0 || setup.arms.includes(a))
  const pullsOf = (p: Kept, arm: string) => Math.round((PULLS[arm]?.[0] ?? 0) * p.share)
  const lessonsOf = (p: Kept) => armsOf(p.setup).reduce((sum, arm) => sum + pullsOf(p, arm), 0)
  const summary = (p: Kept): PolicySummary => ({ name: p.name, algorithm: inWords(p.setup.algorithm), frozen: p.frozen, created_at: p.created, decisions: p.decisions, lessons: lessonsOf(p) })
  const change = (name: string, part: Partial<Kept>): PolicySummary => {
    need(name)
    policies = policies.map((p) => (p.name === name ? { ...p, ...part } : p))
    return summary(need(part.name ?? name))
  }
  const add = (p: Kept): PolicySummary => {
    if (policies.some((q) => q.name === p.name)) throw new IpcError({ code: 'policy-exists', message: `there is a policy '${p.name}' already`, hint: 'choose another name, or reset that policy' })
    policies = [...policies, p].sort((a, b) => a.name.localeCompare(b.name))
    return summary(p)
  }

  const armView = (p: Kept, arm: string): PolicyArm => {
    const pulls = pullsOf(p, arm)
    const passed = Math.round(pulls * (PULLS[arm]?.[1] ?? 0))
    const [low, high] = wilson(passed, pulls)
    const mean = 0.06 + 0.86 * (passed / Math.max(1, pulls))
    const half = (1.96 * 0.42) / Math.sqrt(Math.max(1, pulls))
    const own = theta(arm)
    const all = armsOf(p.setup).map(theta)
    const weights = FEATURES.map(([feature, title], i) => ({ feature, title, weight: (own[i] as number) * p.share, beside_others: ((own[i] as number) - all.reduce((s, t) => s + (t[i] as number), 0) / all.length) * p.share }))
    return {
      arm,
      title: titleOf(arm),
      pulls,
      passed,
      pass_share: pulls > 0 ? { value: passed / pulls, low, high } : null,
      reward: pulls > 1 ? { value: mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half) } : null,
      weights: pulls > 0 ? weights.filter((w) => Math.abs(w.weight) > 1e-9).sort((a, b) => Math.abs(b.beside_others) - Math.abs(a.beside_others)).slice(0, 12) : [],
    }
  }
  const view = (p: Kept): PolicyView => {
    const arms = armsOf(p.setup).map((arm) => armView(p, arm)).filter((a) => a.pulls > 0).sort((a, b) => b.pulls - a.pulls)
    const told = arms.filter((a) => a.pulls >= 20).map((a) => {
      const side = (sign: number) => a.weights.filter((w) => w.beside_others * sign > 0.01 && w.feature !== 'bias').slice(0, 3).map((w) => w.title).join('; ')
      return `${a.title} (${a.pulls} outcomes) is expected to bring more where: ${side(1)}, and less where: ${side(-1)} than the others.`
    })
    return { summary: summary(p), setup: p.setup, arms, rewards: arms.length > 0 ? rewardsFigure(p.name, arms) : null, progress: arms.length > 0 ? progressFigure(p.name, lessonsOf(p)) : null, words: arms.length === 0 ? [] : told.length > 0 ? told : ['Nothing can be said yet: no strategy has 20 outcomes.'], context_version: 1 }
  }

  const decide = (p: Kept | undefined, context: readonly number[]): { arms: ArmChance[]; features: FeatureValue[]; words: string } => {
    const setup = p?.setup ?? USUAL
    const share = p?.share ?? 0
    const names = armsOf(setup)
    const scored = names.map((arm): ArmChance => {
      const mean = theta(arm).reduce((sum, w, i) => sum + w * (context[i] as number), 0) * share
      const width = 1.6 / Math.sqrt(6 + (p ? pullsOf(p, arm) : 0))
      return { arm, title: titleOf(arm), mean, width, score: mean + 0.5 * width, propensity: 0 }
    })
    scored.sort((a, b) => b.score - a.score)
    const random = p?.frozen ? 0 : setup.exploration
    scored.forEach((a, i) => (a.propensity = (i === 0 ? 1 - random : 0) + random / scored.length))
    const [first, next] = [scored[0] as ArmChance, scored[1]]
    const [own, other] = [theta(first.arm), next ? theta(next.arm) : FEATURES.map(() => 0)]
    const features = FEATURES.map(([feature, title, rule], i): FeatureValue => ({ feature, title, rule, value: context[i] as number, contribution: share === 0 ? null : ((own[i] as number) - (other[i] as number)) * share * (context[i] as number) }))
    const reasons = [...features].sort((a, b) => (b.contribution ?? 0) - (a.contribution ?? 0)).filter((f) => f.feature !== 'bias' && (f.contribution ?? 0) > 0.005).slice(0, 3).map((f) => f.title)
    const words = share === 0
      ? `${first.title} was chosen although nothing is known of any strategy here yet.`
      : `${first.title} has the best score: an expected reward of ${first.mean.toFixed(2)}${next ? `, next ${next.title} with ${next.mean.toFixed(2)}` : ''} (chance ${(first.propensity * 100).toFixed(0)} %).${reasons.length > 0 ? ` What speaks for it: ${reasons.join('; ')}.` : ''}`
    return { arms: scored, features, words }
  }

  const rowOf = (id: number): SampleRow | undefined => runs().flatMap((r) => r.rows).find((r) => r.id === id)
  /** What asked an adaptive sample; one in ten was tried at random. */
  const asked = (row: SampleRow) => {
    const found = decide(policies.find((p) => p.name === 'default'), contextOf(row.problem, row.model, row.language))
    const explored = row.id % 10 === 0
    const arm = explored ? (found.arms[3] ?? found.arms[0]) : found.arms[0]
    return { ...found, explored, chance: arm as ArmChance }
  }
  const decisionOf = (id: number): DecisionView | null => {
    const row = rowOf(id)
    if (row?.strategy !== 'adaptive') return null
    const { arms, features, words, explored, chance } = asked(row)
    return {
      sample: id,
      policy: 'default',
      retired: false,
      arm: chance.arm,
      greedy: [...arms].sort((a, b) => b.mean - a.mean)[0]?.arm ?? chance.arm,
      explored,
      propensity: chance.propensity,
      seen: 240 + (id % 300),
      arms,
      features: features.filter((f) => f.value !== 0).sort((a, b) => Math.abs(b.contribution ?? 0) - Math.abs(a.contribution ?? 0)),
      reward: row.stage !== 'done' ? null : row.verdict === 'passed' ? 0.94 : 0.07,
      words: explored ? `Tried at random: ${chance.title} was one of the choices that keep the policy learning (chance ${(chance.propensity * 100).toFixed(1)} %).` : words,
    }
  }

  const rule = (kind: string, title: string, models: string[], plain: string, best: [string, number, number] | null): FamilyRule => {
    const bounded = (value: number, half: number): Bounded => ({ value, low: value - half, high: value + half })
    const draw = random(hash(kind))
    const n = best ? 328 : 24
    const evidence = Object.keys(PULLS).slice(0, best ? 10 : 3).map((strategy) => {
      const diff = strategy === best?.[0] ? best[1] : (draw() - 0.62) * 0.12
      const p = strategy === best?.[0] ? best[2] : 0.08 + draw() * 0.9
      const score = Math.max(0.01, 0.21 + diff)
      return { strategy, title: titleOf(strategy), score: bounded(score, best ? 0.045 : 0.15), n, difference: strategy === plain ? null : bounded(diff, best ? 0.032 : 0.14), n_shared: strategy === plain ? 0 : n, p_adjusted: strategy === plain ? null : Math.min(1, p), significant: strategy === best?.[0] }
    })
    evidence.sort((a, b) => (b.difference?.value ?? 0) - (a.difference?.value ?? 0))
    const by = best?.[0] ?? plain
    const own = chosen.get(kind)
    const strategy = own === undefined ? by : own === 'auto' ? plain : own
    const found = best ? `${titleOf(best[0])} solved +${(best[1] * 100).toFixed(1)} points more than ${titleOf(plain)} on ${n} problems, p = ${best[2].toFixed(4)} after correction` : `nothing was shown to be better than ${titleOf(plain)}`
    return {
      kind, title, models, plain, strategy, strategy_title: titleOf(strategy), by_evidence: by, evidence,
      reason: own !== undefined ? 'chosen' : best ? 'evidence' : 'plain',
      words: own !== undefined ? `${titleOf(strategy)}, as was chosen. By the evidence: ${found}.` : best ? `${titleOf(strategy)}: ${found}.` : `${titleOf(strategy)}, the plain way: ${found}.`,
    }
  }

  const work = async (task: string, steps: readonly string[], on: Listen<TaskProgress>) => {
    for (let i = 0; i <= 12; i += 1) {
      if (stopped.delete(task)) throw new IpcError({ code: 'cancelled', message: 'it was cancelled', hint: null })
      on({ message: steps[Math.floor((i / 13) * steps.length)] ?? '', fraction: i / 12 })
      await pause(40)
    }
  }

  const commands = {
    listPolicies: async () => (await soon(), policies.map(summary)),
    getPolicy: async (name) => (await soon(), view(need(name))),
    usualPolicySetup: async () => USUAL,
    createPolicy: async (name, setup) => (await soon(), add({ name, setup, frozen: false, created: new Date().toISOString(), decisions: 0, share: 0 })),
    resetPolicy: async (name, setup) => (await soon(), change(name, { share: 0, decisions: 0, frozen: false, created: new Date().toISOString(), setup: setup ?? need(name).setup })),
    freezePolicy: async (name, frozen) => (await soon(), change(name, { frozen })),
    deletePolicy: async (name) => {
      need(name)
      policies = policies.filter((p) => p.name !== name)
    },
    exportPolicy: async (name) => void need(name),
    importPolicy: async (_path, name) => (await soon(), add({ name: name ?? 'brought', setup: USUAL, frozen: true, created: new Date().toISOString(), decisions: 0, share: 0.7 })),
    teachPolicy: async (name, taught) => {
      await soon()
      if (policies.some((p) => p.name === name && p.frozen)) throw new IpcError({ code: 'policy-frozen', message: `${name} is frozen and has learned nothing of this`, hint: 'let it go on learning first: `assay bandit unfreeze`, or Go on learning in the window' })
      const news = runs().filter((r) => taught.includes(r.detail.summary.id)).reduce((sum, r) => sum + r.rows.length, 0)
      if (!policies.some((p) => p.name === name)) add({ name, setup: USUAL, frozen: false, created: new Date().toISOString(), decisions: 0, share: 0 })
      change(name, { share: need(name).share + news / 600 })
      return news
    },
    getDecision: async (id) => (await soon(), decisionOf(id)),
    whatIf: async (query) => {
      await soon()
      const context = contextOf(query.problem, query.model, query.language)
      for (const { feature, value } of query.instead) context[FEATURES.findIndex(([name]) => name === feature)] = value
      const found = decide(policies.find((p) => p.name === query.policy), context)
      return { ...found, arm: found.arms[0]?.arm ?? '' }
    },
    policyFeatures: async () => FEATURES.map(([feature, title, rule]) => ({ feature, title, rule, value: 0, contribution: null })),
    replayPolicy: async (name, task, on) => {
      const { decisions } = need(name)
      await work(task, ['100 decisions made again', '300 decisions made again', '500 decisions made again'], on)
      const estimates = view(need(name)).arms.slice(0, 5).flatMap((a) => (a.reward ? [{ arm: a.arm, title: a.title, estimator: 'SNIPS', estimate: { value: a.reward.value - 0.03, low: a.reward.low - 0.08, high: a.reward.high + 0.05 }, n: decisions, effective_n: a.pulls * 0.4, largest_weight: 8 + 600 / a.pulls }] : []))
      return { policy: name, decisions, same: decisions, differing: [], estimates }
    },
    evaluateGrid: async (query, task, on) => {
      await work(task, ['reading runs', 'choosing, fold by fold', 'resampling problems', 'estimating from what was logged'], on)
      return fakeGrid(query, runs(), titleOf)
    },
    familyRules: async () => {
      await soon()
      if (!full) return []
      return [
        rule('gemma-3/base', 'Gemma 3, base models', ['local:gemma3-270m'], 'completion', ['few-shot-completion', 0.104, 0.0008]),
        rule('qwen2.5-coder', 'Qwen2.5-Coder', ['openai:qwen2.5-coder-1.5b@http://127.0.0.1:8081/v1', 'openai:qwen2.5-coder-7b@http://127.0.0.1:8080/v1'], 'instruct', null),
        rule('smollm2', 'SmolLM2', ['local:smollm2-135m'], 'instruct', ['few-shot-completion', 0.079, 0.0031]),
      ]
    },
    setFamilyRule: async (kind, strategy) => {
      await soon()
      if (strategy === null) chosen.delete(kind)
      else chosen.set(kind, strategy)
    },
  } satisfies Partial<Ipc>
  return { commands, cancel: (task: string) => (stopped.add(task), false), armOf: (row: SampleRow) => (row.strategy === 'adaptive' ? asked(row).chance.arm : null) }
}
