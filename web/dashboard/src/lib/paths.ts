// Where everything is: one builder for each address of the dashboard.
import { linkOptions } from '@tanstack/react-router'

export type InboxSearch = { view?: 'open' | 'mine' | 'unassigned' | 'snoozed' | 'resolved' }

const searchOf = (view: InboxSearch['view']): InboxSearch => (view === undefined || view === 'open' ? {} : { view })

export const paths = {
  inbox: (view?: InboxSearch['view']) => linkOptions({ to: '/inbox', search: searchOf(view) }),
  conversation: (conversation: string, view?: InboxSearch['view']) =>
    linkOptions({ to: '/inbox/$conversation', params: { conversation }, search: searchOf(view) }),
  signIn: (next?: string) => linkOptions({ to: '/sign-in', search: next === undefined ? {} : { next } }),
  sso: () => linkOptions({ to: '/sso' }),
  secondFactor: (next?: string) => linkOptions({ to: '/second-factor', search: next === undefined ? {} : { next } }),
  forgot: () => linkOptions({ to: '/forgot' }),
  signUp: () => linkOptions({ to: '/sign-up' }),
  setup: () => linkOptions({ to: '/setup' }),
  widget: () => linkOptions({ to: '/settings/widget' }),
  members: () => linkOptions({ to: '/settings/members' }),
  sessions: () => linkOptions({ to: '/settings/sessions' }),
  security: () => linkOptions({ to: '/settings/security' }),
  apiKeys: () => linkOptions({ to: '/settings/api-keys' }),
  ssoSettings: () => linkOptions({ to: '/settings/sso' }),
  staffAccess: () => linkOptions({ to: '/settings/staff-access' }),
  audit: () => linkOptions({ to: '/settings/audit' }),
  workspace: () => linkOptions({ to: '/settings/workspace' }),
  preferences: () => linkOptions({ to: '/settings/preferences' }),
}
