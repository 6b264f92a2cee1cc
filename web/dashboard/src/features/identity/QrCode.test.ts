// The path that is drawn is the code that was meant.
import { encodeQR } from 'qr'
import { decodeQR } from 'qr/decode.js'
import { expect, test } from 'vitest'
import { pathOf } from './QrCode.tsx'

const SCALE = 4

/** What a camera would see of the path: white paper, black runs. */
function seen(path: string, size: number) {
  const width = size * SCALE
  const data = new Uint8Array(width * width * 4).fill(255)
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * SCALE; row < (Number(y) + 1) * SCALE; row += 1) {
      for (let column = Number(x) * SCALE; column < (Number(x) + Number(run)) * SCALE; column += 1) {
        data.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3)
      }
    }
  }
  return { width, height: width, data }
}

test('what is drawn reads back as the address of the enrolment', () => {
  const uri =
    'otpauth://totp/Leadkeep:ada%40example.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Leadkeep&algorithm=SHA1&digits=6&period=30'
  const matrix = encodeQR(uri, 'raw', { border: 4 })
  expect(decodeQR(seen(pathOf(matrix), matrix.length))).toBe(uri)
})
