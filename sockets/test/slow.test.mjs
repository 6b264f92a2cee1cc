// A client that does not read is cut, costs the server little, and nobody waits for it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { clogged, writeHistory } from "../lib/clog.mjs";
import { newAddress } from "../lib/http.mjs";
import { OperatorClient } from "../lib/operator-client.mjs";
import { Visitor, demoPeople } from "../lib/people.mjs";
import { Server } from "../lib/server.mjs";
import { VisitorClient } from "../lib/visitor-client.mjs";

const MIB = 1024 * 1024;
/** More frames than may wait for a slow client. */
const MOST = 3_000;

/** The frames that these tests cause. */
const KNOWN = ["welcome", "event", "typing", "presence", "viewers", "visitor_presence"];
/** As many frames as a batch of the outbox may bring, and a hundred besides. */
const BURST = 600;

let server, ada, bob, visitor, quick, beginning;

before(async () => {
  server = await Server.start();
  ({ ada, bob } = await demoPeople(server));
  visitor = await Visitor.writes(server, await ada.widget());
  quick = new OperatorClient(ada);
  await quick.welcomed();
  beginning = quick.seq;
  await writeHistory(ada, visitor.conversation);
  await quick.join(visitor.conversation);
});
after(() => {
  quick?.close();
  return server?.stop();
});

const says = (client_message_id, body) =>
  ada.ok("POST", `/api/v1/conversations/${visitor.conversation}/messages`, { client_message_id, body });

const presenceOfBob = () =>
  quick.named("presence").findLast((one) => one.operator_id === bob.session.operator.id)?.state;

/** Bob, with a clogged line. */
async function slowBob(transport) {
  const slow = await clogged(server, bob, visitor.conversation, beginning, transport);
  await quick.until(() => presenceOfBob() === "online", "bob is there");
  return slow;
}

/** Types, and writes now and then, until bob is gone; how many messages that were. */
async function flood(word) {
  let written = 0;
  for (let count = 0; count < MOST && presenceOfBob() !== "offline"; count += 1) {
    quick.socket.emit("typing", { conversation_id: visitor.conversation, mode: "reply", active: count % 2 === 0 });
    if (count % 100 === 0) {
      written += 1;
      await says(`${word}-${String(count).padStart(6, "0")}`, `${word} ${count}`);
    }
  }
  await quick.until(() => presenceOfBob() === "offline", "the slow one is cut");
  return written;
}

for (const transport of ["websocket", "polling"]) {
  describe(`a client that does not read (${transport})`, () => {
    it("is cut while others are served, and catches up when it comes back", async () => {
      const before = server.memory();
      const slow = await slowBob(transport);
      const from = quick.seq;
      const written = await flood(`flood-${transport}`);
      await quick.until(() => quick.seq === from + written, "the quick one got every message meanwhile");
      assert.equal(quick.breaks, 0, "and was not disturbed");
      const strange = quick.frames.filter((frame) => !KNOWN.includes(frame.name));
      assert.deepEqual(strange, [], "nobody is asked whether they keep up");
      const grown = server.memory() - before;
      assert.ok(grown < 64 * MIB, `the memory had grown by ${Math.round(grown / MIB)} MiB`);

      server.fronts.dashboard.unstall(slow.address);
      await slow.until(() => slow.breaks > 0, "the slow one learns of it");
      slow.socket.connect();
      await slow.until(() => slow.seq === quick.seq, "and catches up");
      slow.close();
      await quick.until(() => presenceOfBob() === "offline", "bob has gone");
    });

    it("costs no more the fifth time than the second", async () => {
      const measured = [];
      for (let round = 0; round < 5; round += 1) {
        const slow = await slowBob(transport);
        await flood(`round-${transport}-${round}`);
        server.fronts.dashboard.cut(slow.address);
        slow.close();
        measured.push(server.memory());
      }
      const grown = measured.at(-1) - measured[1];
      assert.ok(grown < 32 * MIB, `${measured.map((one) => Math.round(one / MIB)).join(", ")} MiB`);
    });
  });
}

describe("a client that is between two polls", () => {
  it("is told all of a burst, and is not cut", async () => {
    const address = newAddress();
    const client = new OperatorClient(bob, { address, transports: ["polling"] });
    try {
      await client.welcomed();
      await client.join(visitor.conversation);
      server.fronts.dashboard.stall(address);
      const before = quick.named("typing").length;
      for (let count = 0; count < BURST; count += 1) {
        quick.socket.emit("typing", { conversation_id: visitor.conversation, mode: "reply", active: true });
      }
      await quick.until(() => quick.named("typing").length === before + BURST, "the burst is over");
      server.fronts.dashboard.unstall(address);
      await client.until(() => client.named("typing").length === BURST, "all of it is told");
      assert.equal(client.breaks, 0);
    } finally {
      client.close();
    }
    await quick.until(() => presenceOfBob() === "offline", "bob has gone");
  });
});

describe("a client that asks without reading", () => {
  it("cannot make the server remember replay after replay (operator)", async () => {
    const slow = await slowBob("websocket");
    const before = server.memory();
    for (let count = 0; count < 600; count += 1) slow.socket.emit("resume", { after_seq: beginning }, () => {});
    await flood("asking");
    const grown = server.memory() - before;
    slow.close();
    assert.ok(grown < 64 * MIB, `the memory had grown by ${Math.round(grown / MIB)} MiB`);
  });

  it("cannot make the server remember replay after replay (visitor)", async () => {
    const address = newAddress();
    const slow = new VisitorClient(visitor, { address });
    await slow.joined();
    server.fronts.widget.stall(address);
    const before = server.memory();
    const asked = { conversation_id: visitor.conversation, after_seq: 0 };
    for (let count = 0; count < 600; count += 1) slow.socket.emit("join", asked, () => {});
    // The server has heard all of it when it has heard what was said last.
    slow.socket.emit("typing", { conversation_id: visitor.conversation, active: true });
    await flood("asking visitor");
    const grown = server.memory() - before;
    server.fronts.widget.cut(address);
    slow.close();
    assert.ok(grown < 64 * MIB, `the memory had grown by ${Math.round(grown / MIB)} MiB`);
  });
});
