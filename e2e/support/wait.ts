// Waiting for something outside the browser to become true.

export async function until(what: string, is: () => unknown, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds
  while (!(await is())) {
    if (Date.now() > end) throw new Error(`waited ${milliseconds} ms, but it did not happen: ${what}`)
    await new Promise((next) => setTimeout(next, 25))
  }
}
