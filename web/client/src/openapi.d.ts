// The HTTP API as types, in the form openapi-typescript writes. Replaced by `cargo xtask gen` from docs/reference/openapi.json.

type Body<T> = { content: { 'application/json': T } }
type Answer<S extends number, T> = { [K in S]: { headers: Record<string, unknown>; content: { 'application/json': T } } }
type Nothing<S extends number> = { [K in S]: { headers: Record<string, unknown>; content?: never } }
type Id = { path: { id: string }; query?: never }
type Get<T, P = { query?: never; path?: never }> = { parameters: P; requestBody?: never; responses: Answer<200, T> }
type Send<B, R, P = { query?: never; path?: never }> = { parameters: P; requestBody: Body<B>; responses: R }
type Act<R, P = { query?: never; path?: never }> = { parameters: P; requestBody?: never; responses: R }
type Page<T> = { data: T[]; page: components['schemas']['Page'] }
type S = components['schemas']

export interface paths {
  '/api/v1/setup': {
    get: Get<{ needed: boolean }>
    post: Send<{ token: string; workspace_name: string; name: string; email: string; password: string }, Answer<201, S['Session']>>
  }
  '/api/v1/auth/sign-in': { post: Send<{ email: string; password: string }, Answer<200, S['Session']>> }
  '/api/v1/auth/link': { post: Send<{ token: string }, Answer<200, S['Session']>> }
  '/api/v1/auth/refresh': { post: Act<Answer<200, S['Session']>> }
  '/api/v1/auth/sign-out': { post: Act<Nothing<204>> }
  '/api/v1/auth/switch': { post: Send<{ workspace_id: string }, Answer<200, S['Session']>> }
  '/api/v1/sessions': { get: Get<Page<S['SessionInfo']>> }
  '/api/v1/sessions/{id}': { delete: Act<Nothing<204>, Id> }
  '/api/v1/sessions/revoke-others': { post: Act<Answer<200, { revoked: number }>> }
  '/api/v1/workspace': {
    get: Get<S['Workspace']>
    patch: Send<{ name: string }, Answer<200, S['Workspace']>>
  }
  '/api/v1/operators': { get: Get<Page<S['Operator']>, { query?: { limit?: number; cursor?: string }; path?: never }> }
  '/api/v1/operators/{id}': {
    patch: Send<{ role: S['Role'] }, Answer<200, S['Operator']>, Id>
    delete: Act<Nothing<204>, Id>
  }
  '/api/v1/invitations': {
    get: Get<Page<S['Invitation']>, { query?: { limit?: number; cursor?: string }; path?: never }>
    post: Send<{ email: string; role: S['Role'] }, Answer<201, { invitation: S['Invitation']; link: string }>>
  }
  '/api/v1/invitations/{id}': { delete: Act<Nothing<204>, Id> }
  '/api/v1/invitations/preview': { post: Send<{ token: string }, Answer<200, S['InvitationPreview']>> }
  '/api/v1/invitations/accept': { post: Send<{ token: string; name?: string; password: string }, Answer<201, S['Session']>> }
  '/api/v1/widgets': { get: Get<Page<S['Widget']>> }
  '/api/v1/widgets/{id}': {
    get: Get<S['Widget'], Id>
    patch: Send<Partial<Pick<S['Widget'], 'name' | 'greeting' | 'colour' | 'allowed_sites' | 'ask_name' | 'ask_email'>>, Answer<200, S['Widget']>, Id>
  }
  '/api/v1/conversations': {
    get: Get<Page<S['Conversation']>, { query?: { status?: S['Status']; assignee?: string; contact?: string; limit?: number; cursor?: string }; path?: never }>
  }
  '/api/v1/conversations/counts': { get: Get<S['Counts']> }
  '/api/v1/conversations/{id}': { get: Get<S['ConversationDetail'], Id> }
  '/api/v1/conversations/{id}/messages': {
    get: Get<Page<S['Message']>, { path: { id: string }; query?: { before_seq?: number; after_seq?: number; limit?: number } }>
    post: Send<{ client_message_id: string; body: string; if_last_seq?: number }, Answer<200 | 201, S['Message']>, Id>
  }
  '/api/v1/conversations/{id}/notes': { post: Send<{ client_message_id: string; body: string }, Answer<200 | 201, S['Message']>, Id> }
  '/api/v1/conversations/{id}/assign': { post: Send<{ operator_id: string | null }, Answer<200, S['Conversation']>, Id> }
  '/api/v1/conversations/{id}/resolve': { post: Act<Answer<200, S['Conversation']>, Id> }
  '/api/v1/conversations/{id}/reopen': { post: Act<Answer<200, S['Conversation']>, Id> }
  '/api/v1/conversations/{id}/snooze': { post: Send<{ until: string }, Answer<200, S['Conversation']>, Id> }
  '/api/v1/conversations/{id}/read': { post: Send<{ seq: number }, Answer<200, { unread: number }>, Id> }
  '/api/v1/conversations/{id}/unread': { post: Act<Answer<200, { unread: number }>, Id> }
  '/api/v1/contacts/{id}': {
    get: Get<S['Contact'], Id>
    patch: Send<{ name?: string | null; email?: string | null }, Answer<200, S['Contact']>, Id>
  }
}

export interface components {
  schemas: {
    Page: { next_cursor: string | null; has_more: boolean }
    Role: 'user' | 'admin' | 'super_admin'
    Status: 'open' | 'snoozed' | 'resolved'
    Permission:
      | 'conversation.read' | 'conversation.reply' | 'conversation.manage' | 'contact.read' | 'contact.manage' | 'member.read'
      | 'member.invite' | 'member.manage' | 'widget.read' | 'widget.manage' | 'workspace.manage' | 'event.read'
    Session: {
      access_token: string
      expires_at: string
      session_id: string
      person: { id: string; name: string; email: string }
      workspace: { id: string; name: string }
      operator: { id: string; role: S['Role'] }
      permissions: string[]
      workspaces: { id: string; name: string }[]
    }
    SessionInfo: { id: string; current: boolean; device: string; masked_ip: string; created_at: string; last_seen_at: string; expires_at: string }
    Workspace: { id: string; name: string; created_at: string }
    Operator: { id: string; name: string; email: string; role: S['Role']; joined_at: string; removed_at: string | null; you: boolean }
    Invitation: {
      id: string
      email: string
      role: S['Role']
      invited_by: string | null
      created_at: string
      expires_at: string
      state: 'pending' | 'accepted' | 'revoked' | 'expired'
    }
    InvitationPreview: { workspace_name: string; email: string; role: S['Role']; known: boolean }
    Widget: {
      id: string
      name: string
      greeting: string
      colour: string
      allowed_sites: string[]
      ask_name: boolean
      ask_email: boolean
      first_hit_at: string | null
      first_hit_site: string | null
      loader_url: string
      integrity: string
      created_at: string
    }
    Contact: { id: string; name: string | null; email: string | null; verified: boolean; created_at: string; updated_at: string }
    Visitor: {
      id: string
      code: string
      first_seen_at: string
      last_seen_at: string
      site: string | null
      device: string
      masked_ip: string
      online: boolean
    }
    Author: { kind: 'visitor' | 'operator' | 'system'; id: string | null }
    Preview: { seq: number; kind: S['MessageKind']; author: S['Author']; preview: string; created_at: string }
    Conversation: {
      id: string
      title: string
      status: S['Status']
      snoozed_until: string | null
      assignee_id: string | null
      widget_id: string
      visitor_id: string
      contact: S['Contact'] | null
      last_seq: number
      last_message: S['Preview'] | null
      unread: number
      visitor_read_seq: number
      visitor_online: boolean
      created_at: string
      updated_at: string
    }
    ConversationDetail: S['Conversation'] & { visitor: S['Visitor'] }
    Counts: { open: number; mine: number; unassigned: number; snoozed: number; resolved: number; unread: number }
    MessageKind: 'reply' | 'note' | 'activity'
    Message: {
      id: string
      conversation_id: string
      seq: number
      kind: S['MessageKind']
      author: S['Author']
      body: string
      activity: S['Activity'] | null
      client_message_id: string | null
      created_at: string
    }
    Activity: {
      what: 'assigned' | 'resolved' | 'reopened' | 'snoozed' | 'contact_identified' | 'started'
      by: S['Author']
      operator_id?: string | null
      until?: string
    }
  }
}
