// What operators' and visitors' clients share: one socket that may break at any time, and lines that come in any order.
import { Changing } from "./wait.mjs";

/** Remembers every frame, and counts connections and breaks. */
export class Client extends Changing {
  /** Every frame that came: name, data, and over which connection. */
  frames = [];
  connections = 0;
  breaks = 0;
  ready = false;

  /** `onConnect` is called at every connection, `onFrame` with the name and the data of every frame. */
  follow(socket, { onConnect, onFrame }) {
    this.socket = socket;
    this.address = socket.address;
    socket.on("connect", () => {
      this.connections += 1;
      onConnect();
      this.poke();
    });
    socket.on("disconnect", (reason) => {
      this.breaks += 1;
      this.reason = reason;
      this.ready = false;
      this.poke();
    });
    socket.onAny((name, data) => {
      this.frames.push({ name, data, connection: this.connections });
      onFrame(name, data);
      this.poke();
    });
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

/** Numbered things, put in order without holes; what comes before one that is missing waits. */
export class Ordered {
  /** The number of the last one that is in order; what is up to it counts as known. */
  seq;
  all = [];
  #early = new Map();

  add(fresh) {
    for (const each of fresh) if (!(each.seq <= this.seq)) this.#early.set(each.seq, each);
    for (let next = this.#early.get(this.seq + 1); next; next = this.#early.get(this.seq + 1)) {
      this.#early.delete(next.seq);
      this.seq = next.seq;
      this.all.push(next);
    }
    for (const seq of this.#early.keys()) if (seq <= this.seq) this.#early.delete(seq);
  }

  /** Whether one is missing before another that has come. */
  get hasHole() {
    return this.#early.size > 0;
  }
}
