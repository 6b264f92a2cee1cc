// How an event from the server changes what is on screen: one line for each, and the compiler counts them.
import { dispatch, type Envelope, type EventTable } from '@leadkeep/client/events'
import { identityLive } from '../features/identity/live.ts'
import { inboxLive } from '../features/inbox/live.ts'
import { widgetLive } from '../features/widget/live.ts'
import type { Scene } from './scene.ts'

/** Leave an event out, or name one that does not exist, and this file does not compile. */
export const table: EventTable<Scene> = {
  'conversation.created': inboxLive.conversationCreated,
  'message.created': inboxLive.messageCreated,
  'conversation.assigned': inboxLive.conversationAssigned,
  'conversation.status_changed': inboxLive.conversationStatusChanged,
  'conversation.contact_set': inboxLive.conversationContactSet,
  'contact.updated': inboxLive.contactUpdated,
  'operator.joined': identityLive.operatorJoined,
  'operator.role_changed': identityLive.operatorRoleChanged,
  'operator.removed': identityLive.operatorRemoved,
  'invitation.created': identityLive.invitationsChanged,
  'invitation.accepted': identityLive.invitationsChanged,
  'invitation.revoked': identityLive.invitationsChanged,
  'api_key.created': identityLive.apiKeysChanged,
  'api_key.rotated': identityLive.apiKeysChanged,
  'api_key.revoked': identityLive.apiKeysChanged,
  'widget.updated': widgetLive.widgetUpdated,
  'widget.first_hit': widgetLive.widgetFirstHit,
  'workspace.updated': identityLive.workspaceUpdated,
}

export function apply(scene: Scene, event: Envelope): boolean {
  return dispatch(table, scene, event)
}
