// `leadkeep(command, …)`: what a page may ask for, whether before or after this script has loaded.
import { coded, type Commands, createWidget, type Options, text } from './widget.ts'

type Listener = readonly [event: unknown, call: (detail: unknown) => void]

/** `base` is what the script tag says: perhaps the widget's id, its language and looks. */
export function createRun(origin: string, base: Options) {
  const listeners = new Set<Listener>()
  let widget: Commands | undefined

  const report = (event: string, detail?: unknown): void => {
    for (const [wanted, call] of listeners) if (wanted === event) queueMicrotask(() => call(detail))
  }

  const perform = async (name: unknown, given: unknown): Promise<unknown> => {
    let options: Options = Object(given)
    if (name === 'boot') {
      options = { ...base, ...options }
      widget ??= createWidget(origin, text(options['widget']), report, run)
    }
    if (!widget) throw coded('not_booted')
    const command = Object.hasOwn(widget, text(name)) && widget[text(name)]
    if (!command) throw coded('unknown_command')
    if (name === 'destroy') widget = undefined
    return command(options, given)
  }

  /** Everything answers with a promise, except `on`, which gives back its own undoing. */
  const run = (name?: unknown, given?: unknown, more?: unknown): unknown => {
    if (name === 'on') {
      if (typeof more !== 'function') throw coded('invalid_argument')
      const listener: Listener = [given, (detail) => more(detail)]
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
    const answer = perform(name, given)
    answer.catch(() => {}) // a page that does not look at the answer gets no stray error report
    return answer
  }
  return run
}
