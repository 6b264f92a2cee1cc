// Who embeds us: the first message must come from the parent window, and its origin must be one the workspace allows.
import { parseFromHost } from '@leadkeep/widget-protocol'
import { Refusal } from './api.ts'
import type { Config } from './shapes.ts'

export type Host = { site: string; port: MessagePort; config: Config }

/**
 * Waits for the one init message. `configure` asks the server on behalf of that origin; the port stays shut until
 * the answer names it. Calls `refuse` instead when the server does not want us there.
 */
export function awaitHost(
  configure: (site: string) => Promise<Config>,
  accept: (host: Host) => void,
  refuse: (port: MessagePort, reason: string) => void,
): void {
  const hear = async (event: MessageEvent<unknown>): Promise<void> => {
    const [port] = event.ports
    if (event.source !== window.parent || !port || parseFromHost(event.data)?.type !== 'init') return
    window.removeEventListener('message', hear)
    const site = event.origin
    try {
      const config = await configure(site)
      if (config.allowedSites.includes(site)) accept({ site, port, config })
      else refuse(port, 'site_not_allowed')
    } catch (error) {
      refuse(port, error instanceof Refusal ? error.code : 'unknown')
    }
  }
  window.addEventListener('message', hear)
}
