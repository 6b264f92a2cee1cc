// A number that is not the next one tells the truth about us.

export function judge(last: number, seq: number): 'next' | 'seen' | 'gap' {
  if (seq <= last) return 'seen'
  return seq === last + 1 ? 'next' : 'gap'
}
