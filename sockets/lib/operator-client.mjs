// A dashboard as the contract wants it: numbered events, gaps resumed, conversations joined again.
import assert from "node:assert/strict";
import { Client, Ordered } from "./client.mjs";

/** Follows a workspace through one socket that may break at any time. */
export class OperatorClient extends Client {
  #events = new Ordered();
  #resuming = false;
  #joined = new Set();
  resumed = 0;

  constructor(operator, options = {}) {
    super();
    this.operator = operator;
    // A reconnection may come after the token's time.
    const auth = (give) => {
      const now = () => give({ token: operator.session.access_token });
      operator.fresh().then(now, now);
    };
    this.follow(operator.socket({ auth, ...options }), {
      onConnect: () => {
        for (const conversation of this.#joined) this.socket.emit("join", { conversation_id: conversation }, () => {});
      },
      onFrame: (name, data) => {
        if (name === "welcome") this.#welcome(data);
        if (name === "event") this.#event(data);
      },
    });
  }

  /** The events, in order and without holes. */
  get events() {
    return this.#events.all;
  }

  /** The number of the last event. */
  get seq() {
    return this.#events.seq;
  }

  #welcome({ seq }) {
    this.#events.seq ??= seq;
    this.ready = true;
    if (seq > this.seq) this.#resume();
  }

  #event(event) {
    if (event.seq <= this.seq) return;
    this.#events.add([event]);
    if (this.#events.hasHole) this.#resume();
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
        this.#events.add(answer.events);
      }
      if (this.socket.connected && (error || this.#events.hasHole)) this.#resume();
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

  /** The lines of a conversation, as the events told them. */
  lines(conversation) {
    const told = this.events.filter((event) => event.type === "message.created");
    return told.map((event) => event.data.message).filter((message) => message.conversation_id === conversation);
  }
}
