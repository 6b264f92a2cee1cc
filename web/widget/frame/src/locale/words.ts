// Every sentence the frame can say: a language that leaves one out does not compile.

export type Words = {
  readonly chat: string
  readonly close: string
  readonly menu: string
  readonly startNew: string
  readonly earlierConversations: string
  readonly noConversations: string
  readonly back: string
  readonly forget: string
  readonly forgetQuestion: string
  readonly forgetYes: string
  readonly cancel: string
  readonly online: string
  readonly away: string
  readonly awayHint: string
  readonly name: string
  readonly email: string
  readonly optional: string
  readonly emailInvalid: string
  readonly stored: string
  readonly write: string
  readonly send: string
  readonly you: string
  readonly team: string
  readonly messages: string
  readonly sending: string
  readonly notSent: string
  readonly tooFast: string
  readonly notAccepted: string
  readonly retry: string
  readonly discard: string
  readonly seen: string
  readonly typing: (name: string) => string
  readonly loadEarlier: string
  readonly newest: string
  readonly lost: string
  readonly resolved: string
  readonly resolvedHint: string
  readonly open: string
  readonly unread: (count: string) => string
  readonly left: (count: string) => string
  readonly ended: string
  readonly cookies: string
  readonly forgotten: string
  readonly refused: string
  readonly failed: string
  readonly notAlone: string
}
