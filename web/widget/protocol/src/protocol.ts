// Every message between the loader on the host page and the frame on the widget's own origin, and the one parser both use.

/** Things that happened in the frame, told to the page without any content. */
export type EventName = 'conversationStarted' | 'messageSent' | 'messageReceived'

/** Sent once through `window.postMessage`, together with the port everything else goes through. */
export type Init = { v: 1; type: 'init'; nonce: string }

export type FromHost =
  | { v: 1; type: 'open' }
  | { v: 1; type: 'close' }
  /** `auto`, `light` or `dark`: the parser lets nothing else through. */
  | { v: 1; type: 'theme'; theme: string }
  | { v: 1; type: 'locale'; locale: string }
  | { v: 1; type: 'set_contact'; name: string; email: string }
  | { v: 1; type: 'compose'; text: string }
  | { v: 1; type: 'destroy' }

/** No text, name, address or credential has a place in any of these. */
export type FromFrame =
  | { v: 1; type: 'ready' }
  | { v: 1; type: 'opened' }
  | { v: 1; type: 'closed' }
  | { v: 1; type: 'resize'; height: number }
  | { v: 1; type: 'unread'; count: number }
  | { v: 1; type: 'availability'; online: boolean }
  | { v: 1; type: 'event'; name: EventName; id: string }

export type Message = Init | FromHost | FromFrame

// The shapes are closed: the fields come in exactly this order, and none beyond them.
const fromHost =
  /^{"v":1,"type":"((open|close|destroy)"|init","nonce":"[\w-]{16,64}"|theme","theme":"(auto|light|dark)"|locale","locale":"[A-Za-z]{2,8}(-[A-Za-z\d]{1,8})*"|set_contact","name":"([^"\\]|\\.){0,200}","email":"([^"\\]|\\.){0,254}"|compose","text":"([^"\\]|\\.){0,4000}")}$/

const fromFrame =
  /^{"v":1,"type":"((ready|opened|closed)"|resize","height":\d{3}|unread","count":\d{1,4}|availability","online":(true|false)|event","name":"(conversationStarted|message(Sent|Received))","id":"[a-z]{3}_[\da-z]{26}")}$/

/** The message, or null when it is unknown, malformed, of another version, or carries anything more than it may. */
function parse<M>(shape: RegExp, data: unknown): M | null {
  try {
    const text = JSON.stringify(data)
    return shape.test(text) ? JSON.parse(text) : null
  } catch {
    return null
  }
}

export const parseFromHost = (data: unknown): Init | FromHost | null => parse(fromHost, data)
export const parseFromFrame = (data: unknown): FromFrame | null => parse(fromFrame, data)
