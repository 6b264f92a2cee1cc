// What somebody shows beside the password: a code of their app, or a recovery code.

export type Proof = { kind: 'app' | 'recovery'; text: string }

/** To begin with: who has no app has recovery codes. */
export const firstProof = (app: boolean): Proof => ({ kind: app ? 'app' : 'recovery', text: '' })

/** How the API wants it. */
export function proofBody({ kind, text }: Proof): { code: string } | { recovery_code: string } {
  return kind === 'app' ? { code: text } : { recovery_code: text }
}

/** Whether there is enough to send. */
export function isWhole({ kind, text }: Proof): boolean {
  const letters = text.replaceAll(/[\s-]/g, '')
  return kind === 'app' ? /^\d{6}$/.test(letters) : letters.length === 24
}
