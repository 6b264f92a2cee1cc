// What the browser does with passkeys: making one, and asking one to sign. Bytes travel as base64url.
import type { Assertion, PasskeyCreation, PasskeyRequest } from '@leadkeep/client/shapes'
import { explain, type Explanation } from '../../lib/explain.ts'

/** The browser gave none: cancelled, too late, or nothing that fits. It does not say which. */
export class NoPasskey extends Error {
  override readonly name = 'NoPasskey'
}

export function explainPasskey(error: unknown): Explanation {
  if (!(error instanceof NoPasskey)) return explain(error)
  return { title: 'No passkey was given', detail: 'The browser stopped asking. Try again, or use another way.' }
}

/** Whether this browser knows passkeys. */
export const hasPasskeys = 'PublicKeyCredential' in window

/** As long as the server waits. */
const TIMEOUT_MS = 300_000

function decode(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

function encode(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

const TRANSPORTS: readonly AuthenticatorTransport[] = ['ble', 'hybrid', 'internal', 'nfc', 'usb']

function named(credentials: PasskeyRequest['credentials']): PublicKeyCredentialDescriptor[] {
  return credentials.map(({ id, transports }) => ({
    type: 'public-key',
    id: decode(id),
    transports: TRANSPORTS.filter((each) => transports.includes(each)),
  }))
}

/** What the browser gave; whatever it says went wrong, the person can only try again. */
async function given(asking: Promise<Credential | null>): Promise<PublicKeyCredential> {
  const credential = await asking.catch(() => null)
  if (!(credential instanceof PublicKeyCredential)) throw new NoPasskey()
  return credential
}

/** Asks a passkey to sign. */
export async function assertion({ challenge, rp_id, credentials }: PasskeyRequest): Promise<Assertion> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: decode(challenge),
    rpId: rp_id,
    userVerification: 'required',
    timeout: TIMEOUT_MS,
    allowCredentials: named(credentials),
  }
  const { rawId, response } = await given(navigator.credentials.get({ publicKey }))
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new NoPasskey()
  return {
    credential_id: encode(rawId),
    client_data: encode(response.clientDataJSON),
    authenticator_data: encode(response.authenticatorData),
    signature: encode(response.signature),
    user_handle: response.userHandle === null ? null : encode(response.userHandle),
  }
}

/** Makes a passkey. */
export async function creation(asked: PasskeyCreation) {
  const publicKey: PublicKeyCredentialCreationOptions = {
    challenge: decode(asked.challenge),
    rp: { id: asked.rp_id, name: asked.rp_name },
    user: { id: decode(asked.user_id), name: asked.user_name, displayName: asked.user_display_name },
    pubKeyCredParams: asked.algorithms.map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
    timeout: TIMEOUT_MS,
    excludeCredentials: named(asked.exclude),
  }
  const { response } = await given(navigator.credentials.create({ publicKey }))
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new NoPasskey()
  return {
    client_data: encode(response.clientDataJSON),
    attestation_object: encode(response.attestationObject),
    transports: response.getTransports(),
  }
}
