// A QR code as one SVG path: no image, no markup from elsewhere, nothing the content security policy would have to allow.
import { encodeQR } from 'qr'
import { useMemo } from 'react'

/** The dark modules of a row as lines of the path, runs joined. */
export function pathOf(matrix: readonly (readonly boolean[])[]): string {
  const parts: string[] = []
  matrix.forEach((row, y) => {
    let x = 0
    while (x < row.length) {
      const from = x
      while (row[x] === true) x += 1
      if (x > from) parts.push(`M${String(from)} ${String(y)}h${String(x - from)}v1h-${String(x - from)}z`)
      else x += 1
    }
  })
  return parts.join('')
}

export function QrCode({ text, label }: { text: string; label: string }) {
  // Four modules of quiet around it, as the standard wants.
  const matrix = useMemo(() => encodeQR(text, 'raw', { border: 4 }), [text])
  const size = String(matrix.length)
  return (
    // Dark on light in the dark theme, too: many cameras read nothing else.
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-48 rounded-card border border-line"
    >
      <rect width={size} height={size} fill="#ffffff" />
      <path d={pathOf(matrix)} fill="#000000" />
    </svg>
  )
}
