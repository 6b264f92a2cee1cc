// The typed HTTP client of staff's API, and the names of its shapes. Served by the private listener only.
import createClient from 'openapi-fetch'
import type { components, paths } from './openapi-staff.d.ts'

type Schemas = components['schemas']

export type StaffMember = Schemas['StaffMember']
export type StaffMemberWithLink = Schemas['StaffMemberWithLink']
export type StaffRole = Schemas['StaffRole']
export type StaffPermission = Schemas['StaffPermission']
export type StaffStanding = Schemas['StaffStanding']
export type StaffSession = Schemas['StaffSession']
export type StaffSessionInfo = Schemas['StaffSessionInfo']
export type StaffWelcome = Schemas['StaffWelcome']
export type StaffGrant = Schemas['StaffGrant']
export type StaffEntry = Schemas['StaffEntry']
export type WorkspaceLine = Schemas['WorkspaceLine']
export type Conversation = Schemas['Conversation']
export type Message = Schemas['Message']
export type Operator = Schemas['Operator']
export type Widget = Schemas['Widget']

export function createStaffApi(send: (request: Request) => Promise<Response>) {
  return createClient<paths>({ baseUrl: globalThis.location?.origin ?? '', fetch: send })
}

export type StaffApi = ReturnType<typeof createStaffApi>
