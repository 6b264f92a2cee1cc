// What people get by mail: from the mail server, or from the mailbox that a product without one keeps.
import { request } from 'node:http'
import { linksOf, type Mail } from './mail-server.ts'
import { type Product } from './product.ts'
import { until } from './wait.ts'

type Read = Pick<Mail, 'to' | 'subject' | 'text'>

/** What waits in the mailbox of the private listener. */
function kept(product: Product): Promise<Read[]> {
  return new Promise((done, failed) => {
    const call = request(`${product.privately}/mail.json`, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => (text += part))
      answer.on('end', () => done((JSON.parse(text) as { data: Read[] }).data))
    })
    call.on('error', failed)
    call.end()
  })
}

/** The newest mail to an address of which this is true. */
async function newest(product: Product, to: string, what: string, is: (mail: Read) => boolean): Promise<Read> {
  let found: Read | undefined
  await until(
    `${to} has a mail ${what}`,
    async () => {
      // The mailbox shows the newest first.
      const mails = product.mail === undefined ? await kept(product) : product.mail.mails.toReversed()
      found = mails.find((mail) => mail.to === to && is(mail))
      return found !== undefined
    },
    20_000,
  )
  if (found === undefined) throw new Error('no mail')
  return found
}

/** The newest mail to an address with this in its subject. */
export const mail = (product: Product, to: string, subject: string): Promise<Read> =>
  newest(product, to, `about “${subject}”`, (each) => each.subject.includes(subject))

/** The newest link to a page that was mailed to an address. */
export async function mailed(product: Product, to: string, page: string): Promise<string> {
  const linkOf = ({ text }: Read) => linksOf(text).find((link) => new URL(link).pathname === `/${page}`)
  const { text } = await newest(product, to, `with a link to ${page}`, (each) => linkOf(each) !== undefined)
  return product.secret(linkOf({ to, subject: '', text }) ?? '')
}
