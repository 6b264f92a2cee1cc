// Typing, both ways: what we send is throttled, what we hear expires.

/** Tells at most every two seconds that the visitor writes, and once that they stopped. */
export function createTypingSender(send: (active: boolean) => void, now: () => number = Date.now) {
  let sentAt = Number.NEGATIVE_INFINITY
  let idle: ReturnType<typeof setTimeout> | undefined

  const stop = (): void => {
    clearTimeout(idle)
    if (sentAt === Number.NEGATIVE_INFINITY) return
    sentAt = Number.NEGATIVE_INFINITY
    send(false)
  }
  return {
    stop,
    touch(): void {
      clearTimeout(idle)
      idle = setTimeout(stop, 4000)
      if (now() - sentAt < 2000) return
      sentAt = now()
      send(true)
    },
  }
}

/** Remembers who writes; forgets five seconds after the last sign. */
export function createTypingReceiver(changed: (name: string | null | false) => void) {
  let expiry: ReturnType<typeof setTimeout> | undefined
  return (name: string | null, active: boolean): void => {
    clearTimeout(expiry)
    changed(active && name)
    if (active) expiry = setTimeout(() => changed(false), 5000)
  }
}
