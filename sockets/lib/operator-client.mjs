// A dashboard as the contract wants it: numbered events, gaps resumed, conversations joined again.
import assert from "node:assert/strict";
import { Changing } from "./wait.mjs";

/** Follows a workspace through one socket that may break at any time. */
export class OperatorClient extends Changing {
  /** Every frame that came: name, data, and over which connection. */
  frames = [];
  /** The events, in order and without holes. */
  events = [];
  /** Those that came before one that is missing. */
  #early = new Map();
  #resuming = false;
  #joined = new Set();
  connections = 0;
  breaks = 0;
  resumed = 0;
  ready = false;

  constructor(operator, options = {}) {
    super();
    this.operator = operator;
    // A reconnection may come after the token's time.
    const auth = (give) => {
      const now = () => give({ token: operator.session.access_token });
      operator.fresh().then(now, now);
    };
    this.socket = operator.socket({ auth, ...options });
    this.address = this.socket.address;
    this.socket.on("connect", () => {
      this.connections += 1;
      this.#again();
    });
    this.socket.on("disconnect", (reason) => {
      this.breaks += 1;
      this.reason = reason;
      this.ready = false;
      this.poke();
    });
    this.socket.onAny((name, data) => {
      this.frames.push({ name, data, connection: this.connections });
      if (name === "welcome") this.#welcome(data);
      if (name === "event") this.#event(data);
      this.poke();
    });
  }

  #again() {
    for (const conversation of this.#joined) this.socket.emit("join", { conversation_id: conversation }, () => {});
    this.poke();
  }

  #welcome({ seq }) {
    this.seq ??= seq;
    this.ready = true;
    if (seq > this.seq) this.#resume();
  }

  #event(event) {
    if (event.seq <= this.seq) return;
    this.#early.set(event.seq, event);
    this.#drain();
    if (this.#early.size > 0) this.#resume();
  }

  #drain() {
    for (let next = this.#early.get(this.seq + 1); next; next = this.#early.get(this.seq + 1)) {
      this.#early.delete(next.seq);
      this.seq = next.seq;
      this.events.push(next);
    }
  }

  #resume() {
    if (this.#resuming) return;
    this.#resuming = true;
    this.resumed += 1;
    // When the answer does not come, the next welcome asks again.
    this.socket.timeout(5_000).emit("resume", { after_seq: this.seq }, (error, answer) => {
      this.#resuming = false;
      if (!error) {
        assert.equal(answer.ok, true, `resume: ${JSON.stringify(answer)}`);
        for (const event of answer.events) if (event.seq > this.seq) this.#early.set(event.seq, event);
        this.#drain();
      }
      for (const seq of [...this.#early.keys()]) if (seq <= this.seq) this.#early.delete(seq);
      if (this.socket.connected && (error || this.#early.size > 0)) this.#resume();
      this.poke();
    });
  }

  /** Waits until the server has said welcome. */
  welcomed() {
    return this.until(() => this.ready && this.socket.connected, "the operator's socket is welcomed");
  }

  /** Joins a conversation, now and after every break; the server's answer. */
  async join(conversation) {
    this.#joined.add(conversation);
    return this.ask("join", { conversation_id: conversation });
  }

  /** Says something and waits for the answer. */
  ask(name, data) {
    return this.socket.timeout(10_000).emitWithAck(name, data);
  }

  /** The lines of a conversation, as the events told them. */
  lines(conversation) {
    const told = this.events.filter((event) => event.type === "message.created");
    return told.map((event) => event.data.message).filter((message) => message.conversation_id === conversation);
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
