// A widget as the contract wants it: messages numbered by conversation, joined again after a gap.
import assert from "node:assert/strict";
import { Changing } from "./wait.mjs";

/** Follows a visitor's conversation through one socket that may break at any time. */
export class VisitorClient extends Changing {
  frames = [];
  /** The messages, in order and without holes. */
  messages = [];
  #early = new Map();
  #joining = false;
  connections = 0;
  breaks = 0;
  joins = 0;
  seq = 0;

  constructor(visitor, options = {}) {
    super();
    this.visitor = visitor;
    this.socket = visitor.socket(options);
    this.address = this.socket.address;
    this.socket.on("connect", () => {
      this.connections += 1;
      this.#join();
    });
    this.socket.on("disconnect", (reason) => {
      this.breaks += 1;
      this.reason = reason;
      this.ready = false;
      this.poke();
    });
    this.socket.onAny((name, data) => {
      this.frames.push({ name, data, connection: this.connections });
      if (name === "message" && data.conversation_id === visitor.conversation) this.#message(data);
      this.poke();
    });
  }

  #message(message) {
    if (message.seq <= this.seq) return;
    this.#early.set(message.seq, message);
    this.#drain();
    if (this.#early.size > 0) this.#join();
  }

  #drain() {
    for (let next = this.#early.get(this.seq + 1); next; next = this.#early.get(this.seq + 1)) {
      this.#early.delete(next.seq);
      this.seq = next.seq;
      this.messages.push(next);
    }
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
        for (const message of answer.messages) if (message.seq > this.seq) this.#early.set(message.seq, message);
        this.#drain();
        // An answer brings at most 500 messages, and says how many there are.
        more = this.seq < answer.seq;
        assert.ok(!more || answer.messages.length > 0, `nothing came, though there is more: ${this.seq} < ${answer.seq}`);
      }
      for (const seq of [...this.#early.keys()]) if (seq <= this.seq) this.#early.delete(seq);
      const stale = error || more || connection !== this.connections || this.#early.size > 0;
      if (this.socket.connected && stale) this.#join();
      this.poke();
    });
  }

  /** Waits until the conversation is joined. */
  joined() {
    return this.until(() => this.ready && this.socket.connected, "the visitor's socket has joined");
  }

  /** Says something and waits for the answer. */
  ask(name, data) {
    return this.socket.timeout(10_000).emitWithAck(name, data);
  }

  /** The frames of a name. */
  named(name) {
    return this.frames.filter((frame) => frame.name === name).map((frame) => frame.data);
  }

  /** Ends it. */
  close() {
    this.socket.disconnect();
  }
}
