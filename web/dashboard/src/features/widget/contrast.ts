// How well text can be read on a colour, as WCAG counts it.

export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** White where it can be read, else near-black: one of the two always can. */
export function textOn(colour: string): { text: '#ffffff' | '#151a22'; ratio: number } {
  const white = contrast(colour, '#ffffff')
  const dark = contrast(colour, '#151a22')
  return white >= 4.5 || white >= dark ? { text: '#ffffff', ratio: white } : { text: '#151a22', ratio: dark }
}
