// Waiting without sleeping: for a change that is announced, or for an answer that turns out right.
import assert from "node:assert/strict";

/** How long anything may take before a test says that it does not happen. */
export const DEADLINE = 15_000;

/** Something that changes; whoever waits looks again after every change. */
export class Changing {
  #waiting = new Set();

  /** Tells whoever waits that something changed. */
  poke() {
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves as soon as the condition holds; fails with `what` when the deadline passes. */
  until(condition, what, deadline = DEADLINE) {
    return new Promise((resolve, reject) => {
      const end = (how, value) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        how(value);
      };
      const look = () => {
        try {
          const value = condition();
          if (value) end(resolve, value);
        } catch (error) {
          end(reject, error);
        }
      };
      const text = () => (typeof what === "function" ? what() : what);
      const timer = setTimeout(
        () => end(reject, new Error(`within ${deadline} ms it did not happen: ${text()}`)),
        deadline,
      );
      this.#waiting.add(look);
      look();
    });
  }
}

/** Asks until the answer is true; each question is a real one, and there is a deadline. */
export async function eventually(ask, what, deadline = DEADLINE) {
  const end = Date.now() + deadline;
  let last;
  for (;;) {
    try {
      last = await ask();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    assert.ok(Date.now() < end, `within ${deadline} ms it did not happen: ${what} (last: ${last})`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A promise that fails when it takes too long. */
export function within(promise, what, deadline = DEADLINE) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`within ${deadline} ms it did not happen: ${what}`)), deadline);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
