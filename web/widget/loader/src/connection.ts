// The private port to the frame. References are taken at load, so that later prototype tricks find nothing.
import { type FromFrame, type FromHost, parseFromFrame } from '@leadkeep/widget-protocol'

const { apply } = Reflect
const Channel = MessageChannel
const post = MessagePort.prototype.postMessage
const contentWindow = Reflect.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, 'contentWindow')?.get

/** Hands every newly loaded document in the frame a port, and parses what comes back. Answers with how to send. */
export function connect(
  element: HTMLIFrameElement,
  origin: string,
  loaded: () => void,
  receive: (message: FromFrame) => void,
): (message: FromHost) => void {
  let port: MessagePort | undefined
  element.onload = () => {
    const frame = contentWindow && apply(contentWindow, element, [])
    const channel = new Channel()
    port = channel.port1
    port.onmessage = ({ data }) => {
      const message = parseFromFrame(data)
      if (message) receive(message)
    }
    // A window of another origin always answers with the browser's own postMessage.
    frame?.postMessage({ v: 1, type: 'init', nonce: crypto.getRandomValues(new Uint32Array(5)).join('-') }, origin, [channel.port2])
    loaded()
  }
  return (message) => port && apply(post, port, [message])
}
