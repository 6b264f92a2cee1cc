// The work that a browser does is the work that the server checks.
import { describe, expect, it } from 'vitest'
import { hasher, solve, zeroBits } from './work.ts'

async function reference(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

const hex = (words: Uint32Array) => [...words].map((word) => word.toString(16).padStart(8, '0')).join('')

describe('proof of work', () => {
  it('hashes as the platform does, whatever the lengths', async () => {
    for (let length = 0; length < 140; length += 1) {
      const prefix = 'x'.repeat(length)
      const hash = hasher(prefix)
      for (const suffix of ['', '7', '1234567890', '1234567890123456']) {
        expect(hex(hash(suffix)), `${length} and ${suffix}`).toBe(await reference(prefix + suffix))
      }
    }
  })

  it('counts zero bits over words', () => {
    expect(zeroBits(new Uint32Array([0x80000000, 0]))).toBe(0)
    expect(zeroBits(new Uint32Array([0x00001fff, 0]))).toBe(19)
    expect(zeroBits(new Uint32Array([0, 0x40000000]))).toBe(33)
  })

  it('finds a number, and stops when it is told to', async () => {
    const work = { challenge: '12.1795338300.AAAAAAAAAAAAAAAA.BBBB', bits: 12 }
    const shown = await solve(work, () => undefined, new AbortController().signal)
    expect(shown).toMatch(/^12\.1795338300\.AAAAAAAAAAAAAAAA\.BBBB:\d+$/)
    expect(await reference(shown ?? '')).toMatch(/^000/)
    const stopped = new AbortController()
    const endless = solve({ ...work, bits: 60 }, () => stopped.abort(), stopped.signal)
    expect(await endless).toBeUndefined()
  })
})
