// Who works in this workspace: asked by every feature that shows a name.
import { unwrap } from '@leadkeep/client/api'
import type { Operator } from '@leadkeep/client/shapes'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { api } from './session.ts'

export const operatorsQuery = queryOptions({
  queryKey: ['operators'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/operators', { signal }))).data,
})

const NOBODY: readonly Operator[] = []

export function useOperators(): readonly Operator[] {
  return useQuery(operatorsQuery).data ?? NOBODY
}

/** A name for an operator id, also for one who has left. */
export function operatorName(operators: readonly Operator[], id: string | null): string {
  return operators.find((each) => each.id === id)?.name ?? 'Somebody'
}
