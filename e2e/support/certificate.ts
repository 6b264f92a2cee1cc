// A certificate that an authority of this test alone vouches for.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Certificate = { key: string; cert: string; authority: string }

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

export function certificate(name: string): Certificate {
  const dir = mkdtempSync(join(tmpdir(), 'leadkeep-e2e-certificate-'))
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: dir, stdio: 'pipe' })
  openssl('req', '-x509', ...curve, '-days', '2', '-subj', '/CN=authority of a test', '-keyout', 'authority.key', '-out', 'authority.pem')
  openssl('req', ...curve, '-subj', '/CN=test', '-addext', `subjectAltName=DNS:${name}`, '-keyout', 'key.pem', '-out', 'request.pem')
  const signed = ['-req', '-in', 'request.pem', '-days', '2', '-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial']
  openssl('x509', ...signed, '-copy_extensions', 'copy', '-out', 'cert.pem')
  const [key, cert, authority] = ['key.pem', 'cert.pem', 'authority.pem'].map((file) => readFileSync(join(dir, file), 'utf8'))
  rmSync(dir, { recursive: true })
  if (key === undefined || cert === undefined || authority === undefined) throw new Error('no certificate')
  return { key, cert, authority }
}
