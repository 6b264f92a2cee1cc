// Proof of work: finds the number that the server asks for. Fetched only when it asks.
// A worker would need a Trusted Types policy, of which the page allows none; so it is done in short
// turns between which the page lives.

export type Work = { challenge: string; bits: number }

const TURN_MS = 12

const K = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
])

const START = new Uint32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
])

const schedule = new Uint32Array(64)

/** One block of SHA-256 (FIPS 180-4 §6.2.2), added to the state. */
function compress(state: Uint32Array, view: DataView, at: number): void {
  const w = schedule
  for (let t = 0; t < 16; t += 1) w[t] = view.getUint32(at + t * 4)
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15] ?? 0
    const y = w[t - 2] ?? 0
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    w[t] = ((w[t - 16] ?? 0) + s0 + (w[t - 7] ?? 0) + s1) | 0
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let t = 0; t < 64; t += 1) {
    const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const one = (h + S1 + ((e & f) ^ (~e & g)) + (K[t] ?? 0) + (w[t] ?? 0)) | 0
    const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const two = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  for (const [n, word] of [a, b, c, d, e, f, g, h].entries()) state[n] = ((state[n] ?? 0) + word) | 0
}

/** Hashes texts that begin alike: what they share is hashed once. */
export function hasher(prefix: string): (suffix: string) => Uint32Array {
  const front = new TextEncoder().encode(prefix)
  const whole = front.length - (front.length % 64)
  const shared = START.slice()
  const frontView = new DataView(front.buffer, front.byteOffset)
  for (let at = 0; at < whole; at += 64) compress(shared, frontView, at)
  const kept = front.length - whole
  const tail = new Uint8Array(192)
  tail.set(front.subarray(whole))
  const view = new DataView(tail.buffer)
  const state = new Uint32Array(8)
  return (suffix) => {
    tail.fill(0, kept)
    for (let n = 0; n < suffix.length; n += 1) tail[kept + n] = suffix.charCodeAt(n)
    const length = kept + suffix.length
    tail[length] = 0x80
    const end = length + 9 <= 64 ? 64 : 128
    view.setUint32(end - 4, (whole + length) * 8)
    state.set(shared)
    for (let at = 0; at < end; at += 64) compress(state, view, at)
    return state
  }
}

export function zeroBits(hash: Uint32Array): number {
  const first = hash[0] ?? 0
  return first === 0 ? 32 + Math.clz32(hash[1] ?? 0) : Math.clz32(first)
}

/** What goes into the header; `tell` hears how likely it was to be done by now. Stops when it is told to. */
export async function solve(work: Work, tell: (share: number) => void, signal: AbortSignal): Promise<string | undefined> {
  const hash = hasher(`${work.challenge}:`)
  const expected = 2 ** work.bits
  for (let number = 0; ; ) {
    const end = performance.now() + TURN_MS
    do {
      for (const last = number + 256; number < last; number += 1) {
        if (zeroBits(hash(String(number))) >= work.bits) return `${work.challenge}:${number}`
      }
    } while (performance.now() < end)
    if (signal.aborted) return undefined
    tell(1 - Math.exp(-number / expected))
    await turn()
  }
}

/** Lets the page live: paints, keys, the button that stops it. */
function turn(): Promise<void> {
  return new Promise((done) => {
    const channel = new MessageChannel()
    channel.port1.addEventListener('message', () => {
      channel.port1.close()
      done()
    })
    channel.port1.start()
    channel.port2.postMessage(undefined)
  })
}
