// A real OpenID provider (oidc-provider) in a process of its own: it prints its issuer when it listens.
// The process is told the dashboard's origin, the workspace's logout address and the client's secret.
import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'

const { DASHBOARD, LOGOUT, SECRET } = process.env
const ada = { email: 'ada@plum.test', email_verified: true }

const page = (title, inside) =>
  `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1>${inside}</main></html>`

const server = createServer()
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
const issuer = `http://127.0.0.1:${server.address().port}`

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'leadkeep',
      client_secret: SECRET,
      redirect_uris: [`${DASHBOARD}/sso/return`],
      backchannel_logout_uri: LOGOUT,
      backchannel_logout_session_required: true,
    },
  ],
  // The address is told at the userinfo endpoint only, as the specification's defaults have it.
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...ada }) }),
  pkce: { required: () => true },
  cookies: { keys: ['only for tests'] },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  // Nobody is asked for consent: the client is the company's own.
  loadExistingGrant: async (context) => {
    const { client, session } = context.oidc
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope('openid email profile')
    await grant.save()
    return grant
  },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => {
        const button = '<button form="op.logoutForm" name="logout" value="yes">Sign out everywhere</button>'
        context.body = page('Leaving', form + button)
      },
      postLogoutSuccessSource: (context) => {
        context.body = page('Gone', '')
      },
    },
  },
})

server.on('request', async (request, response) => {
  if (!request.url.startsWith('/interaction/')) return provider.callback()(request, response)
  if (request.method === 'POST') {
    await provider.interactionFinished(request, response, { login: { accountId: 'ada-at-plum' } })
    return
  }
  response.setHeader('Content-Type', 'text/html; charset=utf-8')
  response.end(page('Plum', '<form method="post"><button>I am Ada</button></form>'))
})
console.log(issuer)
