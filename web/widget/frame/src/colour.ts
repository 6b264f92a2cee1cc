// The workspace's colour, made readable: WCAG contrast is computed, not hoped for.

type Rgb = { readonly r: number; readonly g: number; readonly b: number }

const white: Rgb = { r: 255, g: 255, b: 255 }
const black: Rgb = { r: 0, g: 0, b: 0 }
const darkSurface: Rgb = { r: 28, g: 36, b: 48 }

export function parseColour(colour: string): Rgb {
  const number = /^#[\da-f]{6}$/i.test(colour) ? parseInt(colour.slice(1), 16) : 0x3152d0
  return { r: number >> 16, g: (number >> 8) & 255, b: number & 255 }
}

const css = ({ r, g, b }: Rgb): string => `rgb(${r} ${g} ${b})`

function linear(channel: number): number {
  const share = channel / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

function luminance({ r, g, b }: Rgb): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

export function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one) + 0.05, luminance(other) + 0.05]
  return Math.max(a, b) / Math.min(a, b)
}

function mix(one: Rgb, other: Rgb, share: number): Rgb {
  const between = (a: number, b: number): number => Math.round(a * (1 - share) + b * share)
  return { r: between(one.r, other.r), g: between(one.g, other.g), b: between(one.b, other.b) }
}

/** Moves a colour towards another until it can be read as text on the surface. */
function readable(colour: Rgb, surface: Rgb, towards: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, towards, share)
    if (contrast(mixed, surface) >= 4.6) return mixed
  }
  return towards
}

/** The custom properties for a colour; an unusable one falls back to Leadkeep's own. */
export function palette(colour: string): { readonly [property: string]: string } {
  const accent = parseColour(colour)
  return {
    '--accent': css(accent),
    '--on-accent': css(contrast(accent, white) >= 4.5 ? white : black),
    '--accent-on-light': css(readable(accent, { r: 238, g: 241, b: 245 }, black)),
    '--accent-on-dark': css(readable(accent, darkSurface, white)),
  }
}
