// The authenticator app: oathtool.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What the app shows so many steps from now; the step before and the one after are accepted, too. */
export async function app(secret: string, steps = 0): Promise<string> {
  const at = new Date(Date.now() + steps * 30_000).toISOString().replace('T', ' ').replace(/\..*/, ' UTC')
  const { stdout } = await run('oathtool', ['--totp', '--base32', '--now', at, secret])
  return stdout.trim()
}
