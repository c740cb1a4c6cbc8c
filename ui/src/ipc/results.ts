import { useCallback } from 'react'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { keys, useBackend } from './hooks'
import type { CompareQuery, FigureFormat, FigureQuery, FigureSource, ProblemQuery, ReportFormat, ReportQuery, SampleId, SampleQuery, TrendQuery } from './types'

/** What the backend is asked about results: samples, comparisons, problems, reports. */

// Samples

/** Rows asked for at once. */
export const SAMPLE_PAGE = 200

export function useSamplePageOptions() {
  const { ipc } = useBackend()
  return useCallback(
    (query: Omit<SampleQuery, 'offset' | 'limit'>, page: number) => ({
      queryKey: [...keys.samples, query, page] as const,
      queryFn: () => ipc.listSamples({ ...query, offset: page * SAMPLE_PAGE, limit: SAMPLE_PAGE }),
      staleTime: 30_000,
      placeholderData: keepPreviousData,
    }),
    [ipc],
  )
}

export function useSample(id: SampleId | null) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: ['sample', id],
    queryFn: () => ipc.getSample(id as SampleId),
    enabled: id !== null,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
}

// Comparison and reports

export function useComparison(query: CompareQuery | null) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: [...keys.comparison, query],
    queryFn: () => ipc.compare(query as CompareQuery),
    enabled: query !== null,
    placeholderData: (before) => (query === null ? undefined : before),
    staleTime: 60_000,
  })
}

export function useTrends(query: TrendQuery | null) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: [...keys.trends, query],
    queryFn: () => ipc.trends(query as TrendQuery),
    enabled: query !== null,
    placeholderData: (before) => (query === null ? undefined : before),
    staleTime: 60_000,
  })
}

export function useExportFigure() {
  const { ipc } = useBackend()
  return useMutation({
    mutationFn: ({ source, format, path }: { source: FigureSource; format: FigureFormat; path: string | null }) => ipc.exportFigure(source, format, path),
  })
}

/** A figure of a comparison, made when it is looked at. */
export function useCompareFigure(query: FigureQuery | null) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: [...keys.comparison, 'figure', query],
    queryFn: () => ipc.compareFigure(query as FigureQuery),
    enabled: query !== null,
    // What stands there stays while the same figure is made anew, and no other figure's.
    placeholderData: (before, last) => (query !== null && (last?.queryKey[2] as FigureQuery | null | undefined)?.figure === query.figure ? before : undefined),
    staleTime: 60_000,
  })
}

export function useFlips(query: CompareQuery, a: string | null, b: string | null) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: [...keys.comparison, 'flips', query, a, b],
    queryFn: () => ipc.flips(query, a ?? '', b ?? ''),
    enabled: a !== null && b !== null && a !== b,
    staleTime: 60_000,
  })
}

export function useProblem(query: ProblemQuery) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: [...keys.samples, 'problem', query],
    queryFn: () => ipc.getProblem(query),
    placeholderData: (before) => (before?.query.dataset === query.dataset && before.query.problem === query.problem ? before : undefined),
    staleTime: 30_000,
  })
}

export function useReportPreview(query: ReportQuery | null) {
  const { ipc } = useBackend()
  return useQuery({
    queryKey: [...keys.preview, query],
    queryFn: () => ipc.previewReport(query as ReportQuery),
    enabled: query !== null,
    placeholderData: (before) => (query === null ? undefined : before),
    staleTime: 60_000,
  })
}

export function useExportReport() {
  const { ipc } = useBackend()
  return useMutation({
    mutationFn: ({ query, format, path }: { query: ReportQuery; format: ReportFormat; path: string | null }) => ipc.exportReport(query, format, path),
  })
}
