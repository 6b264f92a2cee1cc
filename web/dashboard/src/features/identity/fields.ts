// The rules for what people type about themselves.
import * as z from 'zod/mini'

export const MIN_PASSWORD = 12

export const email = z.email('Type an e-mail address like ada@example.com.')
export const name = z
  .string()
  .check(z.trim(), z.minLength(1, 'Type a name.'), z.maxLength(80, 'Keep it under 80 characters.'))
export const workspaceName = z
  .string()
  .check(z.trim(), z.minLength(1, 'Give the workspace a name.'), z.maxLength(80, 'Keep it under 80 characters.'))
export const newPassword = z
  .string()
  .check(z.minLength(MIN_PASSWORD, `Use at least ${String(MIN_PASSWORD)} characters.`))
export const password = z.string().check(z.minLength(1, 'Type your password.'))
