// A widget as the contract wants it: messages numbered by conversation, joined again after a gap.
import assert from "node:assert/strict";
import { Client, Ordered } from "./client.mjs";

/** Follows a visitor's conversation through one socket that may break at any time. */
export class VisitorClient extends Client {
  #messages = new Ordered();
  #joining = false;
  joins = 0;

  constructor(visitor, options = {}) {
    super();
    this.visitor = visitor;
    this.#messages.seq = 0;
    this.follow(visitor.socket(options), {
      onConnect: () => this.#join(),
      onFrame: (name, data) => {
        if (name === "message" && data.conversation_id === visitor.conversation) this.#message(data);
      },
    });
  }

  /** The messages, in order and without holes. */
  get messages() {
    return this.#messages.all;
  }

  /** The number of the last message. */
  get seq() {
    return this.#messages.seq;
  }

  #message(message) {
    if (message.seq <= this.seq) return;
    this.#messages.add([message]);
    if (this.#messages.hasHole) this.#join();
  }

  #join() {
    if (this.#joining) return;
    this.#joining = true;
    this.joins += 1;
    const asked = { conversation_id: this.visitor.conversation, after_seq: this.seq };
    const connection = this.connections;
    this.socket.timeout(5_000).emit("join", asked, (error, answer) => {
      this.#joining = false;
      let more = false;
      if (!error) {
        assert.equal(answer.ok, true, `join: ${JSON.stringify(answer)}`);
        this.ready = this.socket.connected;
        this.#messages.add(answer.messages);
        // An answer brings at most 500 messages, and says how many there are.
        more = this.seq < answer.seq;
        assert.ok(!more || answer.messages.length > 0, `nothing came, though there is more: ${this.seq} < ${answer.seq}`);
      }
      const stale = error || more || connection !== this.connections || this.#messages.hasHole;
      if (this.socket.connected && stale) this.#join();
      this.poke();
    });
  }

  /** Waits until the conversation is joined. */
  joined() {
    return this.until(() => this.ready && this.socket.connected, "the visitor's socket has joined");
  }
}
