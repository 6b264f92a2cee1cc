// What live events mean to the people of a workspace.
import type { Operator } from '@leadkeep/client/shapes'
import type { QueryClient } from '@tanstack/react-query'
import type { Effect, Scene } from '../../live/scene.ts'
import { session } from '../../session/session.ts'
import { operatorsQuery } from '../../session/operators.ts'
import { API_KEYS, invitationsQuery, workspaceQuery } from './queries.ts'

const operatorJoined: Effect<'operator.joined'> = ({ cache, operatorId }, { data: { operator } }) => {
  const joined = { ...operator, you: operator.id === operatorId }
  cache.setQueryData(operatorsQuery.queryKey, (before) =>
    before === undefined ? before : [...before.filter((each) => each.id !== joined.id), joined],
  )
}

const operatorRoleChanged: Effect<'operator.role_changed'> = ({ cache }, { data }) => {
  patch(cache, data.operator_id, { role: data.role })
}

const operatorRemoved: Effect<'operator.removed'> = ({ cache }, { data, at }) => {
  patch(cache, data.operator_id, { removed_at: at })
}

function invitationsChanged({ cache }: Scene) {
  void cache.invalidateQueries({ queryKey: invitationsQuery.queryKey })
}

function apiKeysChanged({ cache }: Scene) {
  void cache.invalidateQueries({ queryKey: API_KEYS })
}

const workspaceUpdated: Effect<'workspace.updated'> = ({ cache }, { data }) => {
  cache.setQueryData(workspaceQuery.queryKey, (before) =>
    before === undefined ? before : { ...before, name: data.name },
  )
  session.rename(data.name)
}

function patch(cache: QueryClient, id: string, by: Partial<Operator>) {
  cache.setQueryData(operatorsQuery.queryKey, (before) =>
    before?.map((each) => (each.id === id ? { ...each, ...by } : each)),
  )
}

export const identityLive = {
  operatorJoined,
  operatorRoleChanged,
  operatorRemoved,
  invitationsChanged,
  apiKeysChanged,
  workspaceUpdated,
}
