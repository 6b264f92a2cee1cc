// Where everything is: one builder for each address of the dashboard.
import { linkOptions } from '@tanstack/react-router'

export type InboxSearch = { view?: 'open' | 'mine' | 'unassigned' | 'snoozed' | 'resolved'; q?: string }

const searchOf = (view: InboxSearch['view'], q: string | undefined): InboxSearch => ({
  ...(view === undefined || view === 'open' ? {} : { view }),
  ...(q === undefined ? {} : { q }),
})

export const paths = {
  /** `q` is what is searched for beside the view; empty while nothing is typed yet. */
  inbox: (view?: InboxSearch['view'], q?: string) => linkOptions({ to: '/inbox', search: searchOf(view, q) }),
  conversation: (conversation: string, view?: InboxSearch['view'], q?: string) =>
    linkOptions({ to: '/inbox/$conversation', params: { conversation }, search: searchOf(view, q) }),
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
  auditStreams: () => linkOptions({ to: '/settings/audit-streams' }),
  workspace: () => linkOptions({ to: '/settings/workspace' }),
  preferences: () => linkOptions({ to: '/settings/preferences' }),
}
