// The names this code base uses for the shapes of the API. Nothing else may reach into the generated document.
import type { components, paths } from './openapi.d.ts'

type Schemas = components['schemas']

export type Paths = paths
export type Session = Schemas['Session']
export type Challenge = Schemas['Challenge']
export type Factors = Schemas['Factors']
export type FactorPolicy = Schemas['FactorPolicy']
export type TotpEnrolment = Schemas['TotpEnrolment']
export type SessionInfo = Schemas['SessionInfo']
export type Role = Schemas['Role']
export type Permission = Schemas['Permission']
export type Workspace = Schemas['Workspace']
export type Operator = Schemas['Operator']
export type Invitation = Schemas['Invitation']
export type InvitationPreview = Schemas['InvitationPreview']
export type Widget = Schemas['Widget']
export type Contact = Schemas['Contact']
export type Visitor = Schemas['Visitor']
export type Author = Schemas['Author']
export type Status = Schemas['Status']
export type Conversation = Schemas['Conversation']
export type ConversationDetail = Schemas['ConversationDetail']
export type Preview = Schemas['Preview']
export type Counts = Schemas['Counts']
export type Message = Schemas['Message']
export type MessageKind = Schemas['MessageKind']
export type Activity = Schemas['Activity']
export type Paged<T> = { data: T[]; page: { next_cursor: string | null; has_more: boolean } }
