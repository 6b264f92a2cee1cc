// Ports nobody listens on.
import { createServer } from 'node:net'

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
      return server
    }),
  )
  // All are held until all are known, so that no two are the same.
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address()
      await new Promise((closed) => server.close(closed))
      if (address === null || typeof address === 'string') throw new Error('no port')
      return address.port
    }),
  )
}
