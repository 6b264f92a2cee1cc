// A QR code as one SVG path: nothing the content security policy would have to allow.
import { encodeQR } from 'qr'
import { useMemo } from 'react'

function pathOf(matrix: readonly (readonly boolean[])[]): string {
  return matrix
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${String(x)} ${String(y)}h1v1h-1z` : '')))
    .join('')
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
