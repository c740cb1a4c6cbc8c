/** The generated types, for the rest of the window: nothing else imports the bindings. */
export type * from '../bindings'
import type * as generated from '../bindings'

// Provisional, until the bindings carry figures.
export interface MarkColor { slot: number | null; light: string; dark: string }
export interface Fact { label: string; value: string }
export interface Tick { value: number; label: string }
export type NumberFormat = 'percent' | 'signed_points'
export interface Axis { label: string; unit: string | null; min: number; max: number; ticks: Tick[]; format: NumberFormat }
export interface Category { key: string; label: string; detail: string | null }
export type Emphasis = 'normal' | 'muted'
export interface Mark { category: string; keys: string[]; value: number; low: number; high: number; color: MarkColor; emphasis: Emphasis; label: string; annotation: string | null; description: string }
export type Reference = { kind: 'line'; value: number; label: string | null } | { kind: 'band'; low: number; high: number; label: string | null }
export interface DotInterval { x: Axis; categories: Category[]; marks: Mark[]; references: Reference[] }
export type Drawing = { kind: 'dot_interval' } & DotInterval
export interface Column { label: string; unit: string | null; align: 'start' | 'end' }
export interface Row { cells: string[]; is_muted: boolean }
export interface Table { caption: string; columns: Column[]; rows: Row[] }
export interface Figure { id: string; title: string; subtitle: string | null; drawing: Drawing; caption: string; facts: Fact[]; summary: string; table: Table }
export type ScoreView = Omit<generated.ScoreView, 'value' | 'low' | 'high' | 'kind' | 'rank' | 'tie_group'> & {
  value: number | null
  low: number | null
  high: number | null
  kind: string | null
  rank: number | null
  rank_best: number | null
  rank_worst: number | null
  tie_group: number | null
  notes: string[]
}
export type PairView = Omit<generated.PairView, 'p' | 'p_adjusted'> & { p: number; p_adjusted: number }
export type ComparisonView = Omit<generated.ComparisonView, 'scores' | 'pairs'> & { n_common: number; scores: ScoreView[]; pairs: PairView[]; figure: Figure }
export type SampleRow = generated.SampleRow & { detail: string | null }
export type SamplePage = Omit<generated.SamplePage, 'rows'> & { rows: SampleRow[] }
