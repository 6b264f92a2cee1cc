// How hard a password is to guess, roughly. An estimate for the person who types; the server decides.

export type Strength = { level: 0 | 1 | 2 | 3; word: string }

const WORDS = ['Easy to guess', 'Could be longer', 'Good', 'Strong'] as const
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']
/** What guessing begins with. */
const COMMON = /password|passwort|qwerty|letmein|welcome|iloveyou|dragon|monkey|leadkeep|admin|secret/g

/** Whether two signs follow one another in the alphabet, in the digits or on a keyboard, in either direction. */
function follow(one: string, next: string): boolean {
  return ROWS.some((row) => {
    const [a, b] = [row.indexOf(one), row.indexOf(next)]
    return a !== -1 && b !== -1 && Math.abs(a - b) === 1
  })
}

export function strength(password: string, known: readonly string[] = []): Strength {
  let rest = password.toLowerCase().replace(COMMON, '')
  for (const word of known) if (word.length > 3) rest = rest.replaceAll(word.toLowerCase(), '')
  const signs = [...rest]
  const counted = signs.reduce((sum, sign, at) => {
    const before = signs[at - 1]
    if (before === undefined) return sum + 1
    if (before === sign || follow(before, sign)) return sum + 0.25
    // What came before comes cheaper: repeated words and pairs.
    return sum + (signs.slice(0, at - 1).join('').includes(before + sign) ? 0.4 : 1)
  }, 0)
  const pool =
    26 + (/\d/.test(password) ? 10 : 0) + (/[A-Z]/.test(password) ? 26 : 0) + (/[^A-Za-z0-9]/.test(password) ? 20 : 0)
  const bits = counted * Math.log2(pool)
  const level = bits < 50 ? 0 : bits < 65 ? 1 : bits < 90 ? 2 : 3
  return { level, word: WORDS[level] }
}
