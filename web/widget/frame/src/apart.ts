// A file of this build that is fetched when it is needed, and again and again when the first time met an outage.

/** Between two attempts: doubled each time, up to the last. */
const [FIRST, LAST] = [500, 15_000]

type Apart<T> = {
  /** Imports the file, with a query behind its address. */
  load: (query: string) => Promise<T>
  wanted: () => boolean
  /** Hears of every attempt that failed. */
  failed: () => void
  pause?: (ms: number) => Promise<void>
}

/**
 * A browser that failed to fetch a module remembers that for its address until the page goes, so every further attempt
 * has another address. Resolves to null once it is not wanted any more.
 */
export async function fetchApart<T>({ load, wanted, failed, pause = rest }: Apart<T>): Promise<T | null> {
  for (let attempt = 0; wanted(); attempt += 1) {
    try {
      return await load(attempt === 0 ? '' : `?${attempt}`)
    } catch {
      failed()
      await pause(Math.min(FIRST * 2 ** attempt, LAST))
    }
  }
  return null
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
