// A small TCP proxy in front of a listener: it can cut, deafen and stop the connections of one client.
//
// Clients are told apart by the loopback address they connect from, so nothing has to be marked
// inside the encrypted stream.
import fs from "node:fs";
import net from "node:net";

/** Breaks one side (RST). What has begun to end cannot be reset any more: Node fails to, and then never exits. */
const reset = (side) => (side.writableEnded ? side.destroy() : side.resetAndDestroy());

/** Passes bytes on, until it is told to break something. */
export class Front {
  #target;
  #pairs = new Map();
  #server;
  #stalled = new Set();

  constructor(target) {
    this.#target = target;
    this.#server = net.createServer({ noDelay: true, pauseOnConnect: true }, (near) => this.#pass(near));
  }

  /** Listens on a free port and says which. */
  async listen() {
    await new Promise((resolve, reject) => {
      this.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return this.#server.address().port;
  }

  #pass(near) {
    const label = near.remoteAddress;
    const far = net.connect({ host: "127.0.0.1", port: this.#target, noDelay: true });
    const pair = { near, far, deaf: false };
    const pairs = this.#pairs.get(label) ?? new Set();
    this.#pairs.set(label, pairs.add(pair));
    const gone = () => {
      near.destroy();
      far.destroy();
      pairs.delete(pair);
    };
    for (const side of [near, far]) side.on("error", gone).on("close", gone);
    near.on("data", (bytes) => {
      if (!far.write(bytes)) near.pause();
    });
    far.on("drain", () => near.resume());
    far.on("data", (bytes) => {
      if (!pair.deaf && !near.write(bytes)) far.pause();
    });
    near.on("drain", () => {
      if (!this.#stalled.has(label)) far.resume();
    });
    far.once("connect", () => {
      near.resume();
      if (this.#stalled.has(label)) far.pause();
    });
  }

  /** How many connections a client has at the moment. */
  count(label) {
    return this.#pairs.get(label)?.size ?? 0;
  }

  /** Breaks all connections of a client on both sides at once (RST); says how many. */
  cut(label) {
    const pairs = [...(this.#pairs.get(label) ?? [])];
    for (const { near, far } of pairs) {
      reset(near);
      reset(far);
    }
    return pairs.length;
  }

  /** From now on, what the server sends over the client's present connections vanishes. */
  deafen(label) {
    for (const pair of this.#pairs.get(label) ?? []) pair.deaf = true;
  }

  /** Reads nothing more of what the server sends to the client: it becomes a slow one. */
  stall(label) {
    this.#stalled.add(label);
    for (const { far } of this.#pairs.get(label) ?? []) far.pause();
  }

  /** How many bytes the server's system holds that a stalled client has not taken. */
  unsent(label) {
    const hex = (port) => port.toString(16).toUpperCase().padStart(4, "0");
    const ports = [...(this.#pairs.get(label) ?? [])].map(({ far }) => hex(far.localPort ?? 0));
    let bytes = 0;
    for (const line of fs.readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1)) {
      const [, local, remote, , queues] = line.trim().split(/\s+/);
      const ours = local?.endsWith(`:${hex(this.#target)}`) && ports.some((port) => remote.endsWith(`:${port}`));
      if (ours) bytes += parseInt(queues.split(":")[0], 16);
    }
    return bytes;
  }

  /** Reads again. */
  unstall(label) {
    this.#stalled.delete(label);
    for (const { far } of this.#pairs.get(label) ?? []) far.resume();
  }

  /** Ends everything. */
  close() {
    for (const label of this.#pairs.keys()) this.cut(label);
    this.#server.close();
  }
}
