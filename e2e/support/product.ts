// The product as a test runs it: a fresh data directory, free ports, the real binary, and its whole log.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, createWriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { test } from '@playwright/test'
import { MailServer } from './mail-server.ts'
import { freePorts } from './ports.ts'
import { until } from './wait.ts'

const binary = resolve(process.env['LEADKEEP_BIN'] ?? join(import.meta.dirname, '../../target/debug/leadkeep'))
const run = promisify(execFile)

/**
 * `mayFail`: the tests take parts of the server away, so that some answers are failures.
 * `smtp`: mail goes to a mail server of the test's own, not into the mailbox of the private listener.
 */
export type Wanted = { demo?: boolean; mayFail?: boolean; smtp?: boolean; settings?: Record<string, string> }

export class Product {
  readonly dashboard: string
  readonly widget: string
  readonly shop: string
  /** The private listener: plain, for this machine. */
  readonly privately: string
  readonly dir = mkdtempSync(join(tmpdir(), 'leadkeep-e2e-'))
  /** What must occur nowhere in the log; checked when the product is stopped for good. */
  readonly secrets = new Set<string>()
  #process: ChildProcess | undefined
  readonly #environment: NodeJS.ProcessEnv

  constructor(
    ports: readonly number[],
    { demo = true, settings = {} }: Wanted,
    readonly mail?: MailServer,
  ) {
    // Started by root, the database runs as somebody else, who has to get in.
    chmodSync(this.dir, 0o711)
    const [dashboard, widget, own, shop] = ports.map(String)
    this.dashboard = `https://localhost:${dashboard}`
    this.widget = `https://localhost:${widget}`
    this.shop = `https://127.0.0.1:${shop}`
    this.privately = `http://127.0.0.1:${own}`
    this.#environment = {
      PATH: process.env['PATH'],
      LEADKEEP_DATA__DIR: join(this.dir, 'data'),
      LEADKEEP_DATABASE__ALLOW_VOLATILE: 'true',
      LEADKEEP_SERVER__DASHBOARD_URL: this.dashboard,
      LEADKEEP_SERVER__WIDGET_URL: this.widget,
      LEADKEEP_SERVER__DASHBOARD_LISTEN: `127.0.0.1:${dashboard}`,
      LEADKEEP_SERVER__WIDGET_LISTEN: `127.0.0.1:${widget}`,
      LEADKEEP_SERVER__PRIVATE_LISTEN: `127.0.0.1:${own}`,
      LEADKEEP_DEMO__ENABLED: String(demo),
      LEADKEEP_DEMO__LISTEN: `127.0.0.1:${shop}`,
      // What the dashboard asks of admins has tests of its own; the others need not enrol an app.
      LEADKEEP_IDENTITY__SECOND_FACTOR: 'optional',
      LEADKEEP_LOG__FILTER: 'debug',
      ...mail?.settings,
      ...settings,
    }
  }

  get #log(): string {
    return join(this.dir, 'server.log')
  }

  /** Everything the server ever wrote to standard error, over all its starts. */
  log(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : ''
  }

  get authority(): string {
    return readFileSync(join(this.dir, 'data/tls/local-authority.pem'), 'utf8')
  }

  async start(): Promise<void> {
    const before = this.log().length
    const child = spawn(binary, ['serve'], { env: this.#environment, stdio: ['ignore', 'inherit', 'pipe'] })
    this.#process = child
    child.stderr?.pipe(createWriteStream(this.#log, { flags: 'a' }))
    await until('the server says that it is ready', () => {
      if (child.exitCode !== null) throw new Error(`the server ended at once:\n${this.log().slice(before).slice(-2000)}`)
      return this.log().slice(before).includes('Leadkeep is ready')
    }, 40_000)
  }

  /** Stops the server without a word of warning. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((done) => child.once('close', done))
    child.kill(signal)
    await gone
  }

  /** The first process of the private database. */
  get postmaster(): number {
    return Number(readFileSync(join(this.dir, 'data/postgres/data/postmaster.pid'), 'utf8').split('\n')[0])
  }

  /** What the program prints, asked at the command line beside the running server. */
  async command(...words: string[]): Promise<string> {
    const { stdout } = await run(binary, words, { env: this.#environment })
    return stdout.trim()
  }

  /** A secret that the administrator asks for at the command line. */
  async admin(...words: string[]): Promise<string> {
    return this.secret(await this.command('admin', ...words))
  }

  signInLink(email: string): Promise<string> {
    return this.admin('sign-in-link', email)
  }

  /** Remembers a secret: a whole link counts by what follows its `#`. */
  secret(text: string): string {
    this.secrets.add(text.includes('#') ? text.slice(text.indexOf('#') + 1) : text)
    return text
  }

  /** The link of this kind that the server announced when it started. */
  announced(kind: 'link' | 'setup'): string {
    const found = new RegExp(`https://localhost:\\d+/${kind}#\\S+`).exec(this.log())?.[0]
    if (found === undefined) throw new Error(`the server announced no ${kind}`)
    return this.secret(found)
  }

  /** The lines that hold something no log may hold. What is announced on purpose are links on lines of their own. */
  leaks(): string[] {
    const lines = this.log().split('\n').filter((line) => !/^\s+https:\/\/\S+#\S+$/.test(line))
    return [...this.secrets].flatMap((secret) => lines.filter((line) => line.includes(secret)))
  }

  /** Requests the server itself failed at. */
  faults(): string[] {
    return this.log().split('\n').filter((line) => / status=500\b/.test(line) || /\bpanicked at\b/.test(line) || /^\S+Z ERROR /.test(line))
  }

  async discard(): Promise<void> {
    await this.stop()
    const pid = join(this.dir, 'data/postgres/data/postmaster.pid')
    if (existsSync(pid)) {
      try {
        process.kill(this.postmaster, 'SIGINT')
        await until('the database is gone', () => !existsSync(pid), 10_000)
      } catch {
        // it is gone already
      }
    }
    if (process.env['LEADKEEP_KEEP'] === undefined) rmSync(this.dir, { recursive: true, force: true })
  }
}

/** One product for all tests of a file. At the end its log is searched for every secret the tests have made. */
export function withProduct(wanted: Wanted = {}): () => Product {
  let product: Product | undefined
  test.beforeAll(async () => {
    test.setTimeout(90_000)
    const mail = wanted.smtp === true ? await MailServer.start() : undefined
    product = new Product(await freePorts(4), wanted, mail)
    if (mail !== undefined) product.secret(mail.password)
    await product.start()
  })
  test.afterAll(async () => {
    if (product === undefined) return
    await product.stop()
    await product.mail?.stop()
    for (const link of product.mail?.tokens() ?? []) product.secret(link)
    const [leaks, faults] = [product.leaks(), wanted.mayFail === true ? [] : product.faults()]
    const complaints = product.mail?.complaints ?? []
    await product.discard()
    if (complaints.length > 0) throw new Error(`the mail server complains:\n${complaints.join('\n')}`)
    if (faults.length > 0) throw new Error(`the server failed at something:\n${faults.slice(0, 5).join('\n')}`)
    if (leaks.length > 0) throw new Error(`the server's log holds secrets:\n${leaks.slice(0, 5).join('\n')}`)
  })
  return () => {
    if (product === undefined) throw new Error('the product has not been started')
    return product
  }
}
