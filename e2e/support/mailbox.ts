// The mailbox of the private listener: what a server without SMTP keeps.
import { request } from 'node:http'
import { type Product } from './product.ts'
import { until } from './wait.ts'

type Mail = { to: string; subject: string; text: string }

/** What waits in the mailbox of the private listener. */
function mailbox(product: Product): Promise<Mail[]> {
  return new Promise((done, failed) => {
    const call = request(`${product.privately}/mail.json`, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => (text += part))
      answer.on('end', () => done((JSON.parse(text) as { data: Mail[] }).data))
    })
    call.on('error', failed)
    call.end()
  })
}

/** The newest link to a page that was mailed to an address. */
export async function mailed(product: Product, to: string, page: string): Promise<string> {
  let found: string | undefined
  await until(`${to} has a mail with a link to ${page}`, async () => {
    const mails = (await mailbox(product)).filter((mail) => mail.to === to)
    found = mails.map((mail) => new RegExp(`https://\\S+/${page}#\\S+`).exec(mail.text)?.[0]).find((link) => link !== undefined)
    return found !== undefined
  })
  return product.secret(found ?? '')
}
