// One random schedule: an operator and a visitor write while their connections are broken, and both end up with the same.
import assert from "node:assert/strict";
import { newAddress } from "./http.mjs";
import { OperatorClient } from "./operator-client.mjs";
import { Visitor } from "./people.mjs";
import { Random } from "./random.mjs";
import { eventually } from "./wait.mjs";
import { VisitorClient } from "./visitor-client.mjs";

const STEPS = [
  [6, "operator writes"],
  [6, "visitor writes"],
  [3, "note"],
  [2, "operator's request is cut"],
  [2, "visitor's request is cut"],
  [3, "typing"],
  [2, "read"],
  [4, "break the operator"],
  [4, "break the visitor"],
  [1, "resolve"],
];
const BREAKS = [
  [4, "cut"],
  [2, "deafen"],
  [2, "engine"],
  [1, "politely"],
];

/** Runs the schedule of a seed; says how many connections it broke. */
export async function runSchedule(server, ada, widget, seed) {
  const random = new Random(seed);
  const transports = random.choose([
    [3, ["websocket"]],
    [1, ["polling"]],
    [1, ["polling", "websocket"]],
  ]);
  // The operator is there first, so that their events tell the conversation from its beginning.
  const operator = new OperatorClient(ada, { transports });
  let client;
  try {
    await operator.welcomed();
    const visitor = await Visitor.writes(server, widget, `schedule ${seed}`);
    client = new VisitorClient(visitor, { transports });
    const schedule = new Schedule({ server, ada, visitor, random, operator, client });
    await schedule.run();
    return schedule.broken;
  } finally {
    operator.close();
    client?.close();
  }
}

class Schedule {
  /** What each side was told is stored, in the order of the answers. */
  acknowledged = { operator: [], visitor: [] };
  broken = 0;
  #number = 0;

  constructor(parts) {
    Object.assign(this, parts);
    this.at = `/api/v1/conversations/${this.visitor.conversation}`;
    this.own = `/api/widget/v1/conversations/${this.visitor.conversation}`;
    // Connections for requests that are cut: nobody else's go with them.
    this.brittle = { operator: this.ada.agentAt(newAddress()), visitor: this.visitor.agentAt(newAddress()) };
  }

  async run() {
    await this.client.joined();
    await this.operator.join(this.visitor.conversation);
    // Both are broken at least once, wherever chance leads.
    const steps = ["break the operator", "break the visitor"];
    for (let left = this.random.between(8, 14); left > 0; left -= 1) steps.push(this.random.choose(STEPS));
    for (const step of this.random.shuffle(steps)) await this.step(step);
    await this.settle();
    await this.check();
  }

  async step(step) {
    const { operator, client, visitor, random } = this;
    const conversation_id = visitor.conversation;
    switch (step) {
      case "operator writes":
        // Now and then several at once, as impatient people do.
        return this.burst("operator", "messages");
      case "visitor writes":
        return this.burst("visitor", "messages");
      case "note":
        return this.write("operator", "notes");
      case "operator's request is cut":
        return this.write("operator", "messages", true);
      case "visitor's request is cut":
        return this.write("visitor", "messages", true);
      case "typing":
        operator.socket.emit("typing", { conversation_id, mode: random.chance(0.5) ? "note" : "reply", active: true });
        return client.socket.emit("typing", { conversation_id, active: random.chance(0.5) });
      case "read":
        return random.chance(0.5)
          ? this.ada.ok("POST", `${this.at}/read`, { seq: operator.lines(conversation_id).at(-1)?.seq ?? 1 })
          : visitor.ok("POST", `${this.own}/read`, { seq: Math.max(1, client.seq) });
      case "resolve":
        return this.ada.ok("POST", `${this.at}/${random.chance(0.5) ? "resolve" : "reopen"}`, {});
      case "break the operator":
        return this.break(operator, this.server.fronts.dashboard, () => operator.welcomed());
      default:
        return this.break(client, this.server.fronts.widget, () => client.joined());
    }
  }

  async burst(who, what) {
    const count = this.random.choose([
      [4, 1],
      [1, 2],
      [1, 4],
    ]);
    for (let left = count; left > 0; left -= 1) await this.write(who, what);
  }

  /** Sends one; when the request is cut, sends the same again until there is an answer, as a client does. */
  async write(who, what, cut = false) {
    this.#number += 1;
    const body = { client_message_id: `${who}-${what}-${this.#number}`, body: `${what} ${this.#number} by ${who}` };
    const [from, path, front] =
      who === "operator"
        ? [this.ada, `${this.at}/${what}`, this.server.fronts.dashboard]
        : [this.visitor, `${this.own}/${what}`, this.server.fronts.widget];
    if (cut) {
      // A connection of its own, broken at a moment of chance: before, while or after it is stored.
      const agent = this.brittle[who];
      const moment = this.random.choose([
        [1, (act) => act()],
        [1, (act) => setImmediate(act)],
        [2, (act) => setTimeout(act, this.random.between(1, 25))],
      ]);
      const address = agent.options.localAddress;
      const first = from.call("POST", path, body, { agent, onSent: () => moment(() => front.cut(address)) });
      await first.catch(() => {});
    }
    const message = await from.ok("POST", path, body);
    assert.equal(message.body, body.body);
    this.acknowledged[who].push({ ...body, note: what === "notes" });
  }

  async break(client, front, standing) {
    const how = this.random.choose(BREAKS);
    // Mostly a standing connection; sometimes one that is just being made. But a transport that its
    // own client closes while it opens is missed by the client library until its timeout.
    if (this.random.chance(0.7) || how === "engine") await standing();
    const before = client.breaks;
    const wasUp = client.socket.connected;
    switch (how) {
      case "deafen":
        // What is sent now is lost on the way; then the connection breaks.
        front.deafen(client.address);
        await this.write("visitor", "messages");
        await this.write("operator", "messages");
        front.cut(client.address);
        break;
      case "engine":
        client.socket.io.engine.close();
        break;
      case "politely":
        client.socket.disconnect();
        client.socket.connect();
        break;
      default:
        front.cut(client.address);
    }
    if (wasUp) {
      // Between two polls there is nothing to cut: then the next one is.
      await eventually(() => client.breaks > before || (front.cut(client.address), false), "the break is noticed");
      this.broken += 1;
    }
  }

  /** Waits until both sides know everything that was acknowledged. */
  async settle() {
    const { operator, client, visitor } = this;
    await Promise.all([operator.welcomed(), client.joined()]);
    const count = (await this.ada.ok("GET", this.at)).last_seq;
    const shown = (await visitor.ok("GET", "/api/widget/v1/conversations")).data[0].last_seq;
    const told = () =>
      `operator ${operator.lines(visitor.conversation).length} of ${count}, visitor ${client.messages.length} of ${shown}`;
    await operator.until(() => operator.lines(visitor.conversation).length >= count, told, 5_000);
    await client.until(() => client.messages.length >= shown, told, 5_000);
  }

  async check() {
    const { operator, client, visitor } = this;
    const lines = operator.lines(visitor.conversation);
    const listed = (await this.ada.ok("GET", `${this.at}/messages?limit=100`)).data;
    assert.deepEqual(lines, listed, "the operator's events and the API tell the same");
    lines.forEach((line, place) => assert.equal(line.seq, place + 1, "the lines have no holes"));
    const messages = (await visitor.ok("GET", `${this.own}/messages?after_seq=0&limit=100`)).data;
    assert.deepEqual(client.messages, messages, "the visitor's frames and the API tell the same");
    messages.forEach((message, place) => assert.equal(message.seq, place + 1, "the messages have no holes"));
    const [first] = operator.events;
    operator.events.forEach((event, place) => assert.equal(event.seq, first.seq + place, "the events have no holes"));

    for (const who of ["operator", "visitor"]) {
      const sent = this.acknowledged[who].map((one) => one.body);
      const stored = lines.filter((line) => line.author.kind === who && line.kind !== "activity").map((line) => line.body);
      assert.deepEqual(stored.slice(who === "visitor" ? 1 : 0), sent, `${who}: each once, in order`);
    }
    const shown = lines.filter((line) => line.kind === "reply").map((line) => line.body);
    assert.deepEqual(messages.map((message) => message.body), shown, "both sides see the replies in one order");
    assert.ok(!JSON.stringify(client.frames).includes("notes "), "the visitor heard of no note");
    const modes = operator.named("typing").filter((one) => one.author.kind === "visitor").map((one) => one.mode);
    assert.ok(modes.every((mode) => mode === "reply"));
  }
}
