// A real mail server: STARTTLS with a certificate of its own authority, a login, and every mail as its recipient reads it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { certificate } from './certificate.ts'
import { freePorts } from './ports.ts'

export type Mail = { to: string; from: string; subject: string; text: string; html: string }

const login = { username: 'leadkeep', password: 'open sesame 4711' }

export class MailServer {
  /** What came, oldest first. */
  readonly mails: Mail[] = []
  /** What should not have come like this. */
  readonly complaints: string[] = []
  readonly password = login.password
  readonly #dir = mkdtempSync(join(tmpdir(), 'leadkeep-e2e-mail-'))
  readonly #server: SMTPServer
  readonly #port: number

  private constructor(port: number) {
    this.#port = port
    const { key, cert, authority } = certificate('localhost')
    writeFileSync(this.#authority, authority)
    this.#server = new SMTPServer({
      key,
      cert,
      logger: false,
      disableReverseLookup: true,
      authMethods: ['PLAIN', 'LOGIN'],
      onAuth: ({ username, password }, session, done) => {
        const right = username === login.username && password === login.password && session.secure
        done(right ? null : new Error('refused'), { user: username })
      },
      onData: (stream, { secure, user, envelope }, done) => {
        const parts: Buffer[] = []
        stream.on('data', (part: Buffer) => parts.push(part))
        stream.on('end', () => {
          if (!secure || user !== login.username) this.complaints.push('a mail came in plain, or from nobody')
          const to = envelope.rcptTo.map(({ address }) => address).join(', ')
          this.#read(to, Buffer.concat(parts)).then(() => done(), done)
        })
      },
    })
  }

  static async start(): Promise<MailServer> {
    const [port] = await freePorts(1)
    if (port === undefined) throw new Error('no port')
    const server = new MailServer(port)
    await new Promise<void>((ready) => server.#server.listen(port, '127.0.0.1', ready))
    return server
  }

  get #authority(): string {
    return join(this.#dir, 'authority.pem')
  }

  /** What makes a product send its mail here. */
  get settings(): Record<string, string> {
    return {
      LEADKEEP_MAIL__HOST: 'localhost',
      LEADKEEP_MAIL__PORT: String(this.#port),
      LEADKEEP_MAIL__SECURITY: 'starttls',
      LEADKEEP_MAIL__USERNAME: login.username,
      LEADKEEP_MAIL__PASSWORD: login.password,
      LEADKEEP_MAIL__FROM: 'leadkeep@house.test',
      LEADKEEP_MAIL__AUTHORITY: this.#authority,
    }
  }

  /** The links that open a door to whoever has them. */
  tokens(): string[] {
    return this.mails.flatMap(({ text }) => linksOf(text)).filter((link) => /#[\w-]{43}$/.test(link))
  }

  async #read(to: string, raw: Buffer): Promise<void> {
    const { from, subject = '', text = '', html = '', headers } = await PostalMime.parse(raw)
    const type = headers.find(({ key }) => key === 'content-type')?.value ?? ''
    if (!type.startsWith('multipart/alternative')) this.complaints.push(`“${subject}” is not in two forms, but ${type}`)
    this.complaints.push(...unequal(subject, text, html))
    this.mails.push({ to, from: from?.address ?? '', subject, text, html })
  }

  async stop(): Promise<void> {
    await new Promise<void>((closed) => this.#server.close(() => closed()))
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

/** The addresses in a text that hold more than the installation's own. */
export const linksOf = (text: string): string[] => text.match(/https?:\/\/[^\s/]+\/\S+/g) ?? []

/** What the HTML says, as text. */
const plain = (html: string): string =>
  html
    .replace(/<head>.*?<\/head>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&(lt|gt|quot|#39|#123|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", '#123': '{' })[name] ?? '&')
    .replace(/\s+/g, ' ')

/** Where the two forms of a mail do not say the same, or the one in HTML would fetch something. */
function unequal(subject: string, text: string, html: string): string[] {
  const found: string[] = []
  const said = plain(html)
  if (!said.includes(subject)) found.push(`“${subject}”: the subject is not in the HTML`)
  for (const line of text.split('\n').filter((each) => each.trim() !== '' && each !== '-- ')) {
    const words = line.replace(/:$/, '').replace(/\s+/g, ' ').trim()
    if (!said.includes(words)) found.push(`“${subject}”: “${words}” is not in the HTML`)
  }
  const targets = [...html.matchAll(/href="([^"]*)"/g)].map(([, target = '']) => plain(target).trim())
  if (targets.toSorted().join(' ') !== linksOf(text).toSorted().join(' ')) found.push(`“${subject}”: the links are not the same`)
  if (/<(img|script|link|iframe)\b|\bsrc=|url\(|@import/i.test(html)) found.push(`“${subject}”: the HTML would fetch something`)
  return found
}
