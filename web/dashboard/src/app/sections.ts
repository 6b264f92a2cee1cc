// The sections of the settings, in their order.
import {
  AppWindow,
  Building2,
  KeyRound,
  Laptop,
  LifeBuoy,
  LogIn,
  ScrollText,
  ShieldCheck,
  SlidersHorizontal,
  Users,
  type LucideIcon,
} from 'lucide-react'
import { paths } from '../lib/paths.ts'

type Section = {
  name: string
  about: string
  icon: LucideIcon
  link: ReturnType<
    (typeof paths)['widget' | 'members' | 'sessions' | 'security' | 'apiKeys' | 'ssoSettings' | 'staffAccess' | 'audit' | 'workspace' | 'preferences']
  >
}

export const SECTIONS: readonly Section[] = [
  { name: 'Widget', about: 'install snippet sites greeting colour', icon: AppWindow, link: paths.widget() },
  { name: 'Members', about: 'operators roles invite people team', icon: Users, link: paths.members() },
  { name: 'Workspace', about: 'name', icon: Building2, link: paths.workspace() },
  { name: 'API keys', about: 'programs tokens', icon: KeyRound, link: paths.apiKeys() },
  { name: 'Single sign-on', about: 'sso openid provider domain enforce', icon: LogIn, link: paths.ssoSettings() },
  { name: 'Staff access', about: 'support administrators grant audit', icon: LifeBuoy, link: paths.staffAccess() },
  { name: 'Audit log', about: 'entries history who did what export review', icon: ScrollText, link: paths.audit() },
  { name: 'Your security', about: 'second factor 2fa passkey app code recovery', icon: ShieldCheck, link: paths.security() },
  { name: 'Your login', about: 'password e-mail devices sessions sign out', icon: Laptop, link: paths.sessions() },
  { name: 'This browser', about: 'theme shortcuts preferences', icon: SlidersHorizontal, link: paths.preferences() },
]
