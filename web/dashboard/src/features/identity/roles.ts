// The three roles: what they are called, what they may do, who may give which.
import type { Role } from '@leadkeep/client/shapes'

export const ROLES: readonly Role[] = ['user', 'admin', 'super_admin']

export const ROLE_NAME: Record<Role, string> = { user: 'User', admin: 'Admin', super_admin: 'Super admin' }

export const ROLE_ABOUT: Record<Role, string> = {
  user: 'Answers conversations',
  admin: 'Also invites people and sets up the widget',
  super_admin: 'Also changes roles and the workspace',
}

/** Nobody raises anybody above themselves. */
export function mayGive(own: Role, role: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(own)
}
