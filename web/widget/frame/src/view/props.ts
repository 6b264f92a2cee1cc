// What every part of the panel is given.
import type { Chat } from '../chat.ts'
import type { Locale } from '../locale/choose.ts'
import type { State } from '../state.ts'

export type PanelProps = { readonly chat: Chat; readonly state: State; readonly locale: Locale }

/** Where the focus goes when the panel opens. */
export const composerId = 'message'
export const closeId = 'close'
