// Every address, and who may see it.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { isView, type View } from '../features/inbox/views.ts'
import { paths } from '../lib/paths.ts'
import { session } from '../session/session.ts'
import { FramePending, NothingPending, PageError, PageMissing, PagePending } from './errors.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: PageMissing })

/** Where to go afterwards: only an address of our own; `//elsewhere` and `https:` are not. */
const nextOf = (search: Record<string, unknown>): { next?: string } =>
  typeof search.next === 'string' && /^\/(?![/\\])/.test(search.next) ? { next: search.next } : {}

/** Pages for people who are not signed in, or not all the way. Their tokens travel in the fragment, which no server sees. */
const outside = {
  setup: createRoute({
    getParentRoute: () => root,
    path: '/setup',
    component: lazyRouteComponent(() => import('../features/identity/SetupPage.tsx'), 'SetupPage'),
    pendingComponent: NothingPending,
  }),
  signIn: createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    validateSearch: nextOf,
    component: lazyRouteComponent(() => import('../features/identity/SignInPage.tsx'), 'SignInPage'),
    pendingComponent: NothingPending,
  }),
  secondFactor: createRoute({
    getParentRoute: () => root,
    path: '/second-factor',
    validateSearch: nextOf,
    beforeLoad: async () => {
      const found = await session.ensure()
      if (!found?.second_factor_required) throw redirect(paths.inbox())
    },
    component: lazyRouteComponent(() => import('../features/identity/EnrolPage.tsx'), 'EnrolPage'),
  }),
  link: createRoute({
    getParentRoute: () => root,
    path: '/link',
    component: lazyRouteComponent(() => import('../features/identity/LinkPage.tsx'), 'LinkPage'),
    pendingComponent: NothingPending,
  }),
  invite: createRoute({
    getParentRoute: () => root,
    path: '/invite',
    component: lazyRouteComponent(() => import('../features/identity/InvitePage.tsx'), 'InvitePage'),
    pendingComponent: NothingPending,
  }),
}

const sso = () => import('../features/identity/SsoPages.tsx')
const bySso = [
  createRoute({ getParentRoute: () => root, path: '/sso', component: lazyRouteComponent(sso, 'SsoPage') }),
  createRoute({ getParentRoute: () => root, path: '/sso/return', component: lazyRouteComponent(sso, 'SsoReturnPage') }),
] as const

/** Pages that begin or end with a mail: one file, because whoever sees one of them sees another soon. */
const mailed = () => import('../features/identity/MailedPages.tsx')
const byMail = [
  createRoute({ getParentRoute: () => root, path: '/forgot', component: lazyRouteComponent(mailed, 'ForgotPage') }),
  createRoute({
    getParentRoute: () => root,
    path: '/sign-up',
    component: lazyRouteComponent(() => import('../features/identity/SignUpPage.tsx'), 'SignUpPage'),
  }),
  createRoute({ getParentRoute: () => root, path: '/reset', component: lazyRouteComponent(mailed, 'ResetPage') }),
  createRoute({
    getParentRoute: () => root,
    path: '/confirm-email',
    component: lazyRouteComponent(mailed, 'ConfirmEmailPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/undo-email',
    component: lazyRouteComponent(mailed, 'UndoEmailPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/cancel-help',
    component: lazyRouteComponent(mailed, 'CancelHelpPage'),
  }),
] as const

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ location }) => {
    const found = await session.ensure()
    if (found?.second_factor_required === false) return
    const next = location.pathname === '/' ? undefined : location.href
    throw redirect({ ...(found === null ? paths.signIn(next) : paths.secondFactor(next)), replace: true })
  },
  component: lazyRouteComponent(() => import('./Shell.tsx'), 'Shell'),
  pendingComponent: FramePending,
})

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({ ...paths.inbox(), replace: true })
  },
})

const inbox = createRoute({
  getParentRoute: () => inside,
  path: '/inbox',
  validateSearch: (search): { view?: View; q?: string } => ({
    ...(isView(search.view) && search.view !== 'open' ? { view: search.view } : {}),
    // A number in the address is read as one.
    ...(typeof search.q === 'string' || typeof search.q === 'number' ? { q: String(search.q) } : {}),
  }),
  component: lazyRouteComponent(() => import('../features/inbox/InboxPage.tsx'), 'InboxPage'),
  pendingComponent: NothingPending,
})
const conversation = createRoute({ getParentRoute: () => inbox, path: '/$conversation' })

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('./SettingsLayout.tsx'), 'SettingsLayout'),
  pendingComponent: NothingPending,
})
const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ ...paths.widget(), replace: true })
  },
})
const sections = [
  createRoute({
    getParentRoute: () => settings,
    path: '/widget',
    component: lazyRouteComponent(() => import('../features/widget/WidgetPage.tsx'), 'WidgetPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/members',
    component: lazyRouteComponent(() => import('../features/identity/MembersPage.tsx'), 'MembersPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/sessions',
    component: lazyRouteComponent(() => import('../features/identity/SessionsPage.tsx'), 'SessionsPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/security',
    component: lazyRouteComponent(() => import('../features/identity/SecurityPage.tsx'), 'SecurityPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/api-keys',
    component: lazyRouteComponent(() => import('../features/identity/ApiKeysPage.tsx'), 'ApiKeysPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/sso',
    component: lazyRouteComponent(() => import('../features/identity/SsoSettingsPage.tsx'), 'SsoSettingsPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/staff-access',
    component: lazyRouteComponent(() => import('../features/staff/StaffAccessPage.tsx'), 'StaffAccessPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/workspace',
    component: lazyRouteComponent(() => import('../features/identity/WorkspacePage.tsx'), 'WorkspacePage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/audit',
    validateSearch: ({ q, entry }): { q?: string; entry?: string } => ({
      ...(typeof q === 'string' ? { q } : {}),
      ...(typeof entry === 'string' ? { entry } : {}),
    }),
    component: lazyRouteComponent(() => import('./AuditRoute.tsx'), 'AuditRoute'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/audit-streams',
    component: lazyRouteComponent(() => import('./AuditRoute.tsx'), 'StreamsRoute'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/preferences',
    component: lazyRouteComponent(() => import('./PreferencesPage.tsx'), 'PreferencesPage'),
  }),
] as const

export const router = createRouter({
  routeTree: root.addChildren([
    outside.setup,
    outside.signIn,
    outside.secondFactor,
    outside.link,
    outside.invite,
    ...bySso,
    ...byMail,
    inside.addChildren([home, inbox.addChildren([conversation]), settings.addChildren([settingsHome, ...sections])]),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: PageError,
  defaultPendingComponent: PagePending,
  defaultPendingMs: 150,
  defaultNotFoundComponent: PageMissing,
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
