// Coming back: what was missed is told once and in order, and whoever missed too much is told so.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { OperatorClient } from "../lib/operator-client.mjs";
import { Visitor, demoPeople } from "../lib/people.mjs";
import { Server } from "../lib/server.mjs";
import { VisitorClient } from "../lib/visitor-client.mjs";

const MOST = 500;
let server, ada, visitor, at, written;

before(async () => {
  server = await Server.start();
  ({ ada } = await demoPeople(server));
  visitor = await Visitor.writes(server, await ada.widget());
  at = `/api/v1/conversations/${visitor.conversation}`;
  written = 0;
});
after(() => server?.stop());

/** Writes messages, one after the other in each of a few lanes. */
async function write(count, who = ada) {
  const own = `/api/widget/v1/conversations/${visitor.conversation}`;
  const lane = async (share) => {
    for (let left = share; left > 0; left -= 1) {
      written += 1;
      await who.ok("POST", `${who === ada ? at : own}/messages`, {
        client_message_id: `line-${String(written).padStart(6, "0")}`,
        body: `line ${written}`,
      });
    }
  };
  const lanes = Math.min(8, count);
  const shares = Array.from({ length: lanes }, (_, i) => Math.floor(count / lanes) + (i < count % lanes ? 1 : 0));
  await Promise.all(shares.map(lane));
}

/** A welcomed socket that asks by itself, without the client that repairs gaps. */
async function asker() {
  const client = new OperatorClient(ada);
  await client.welcomed();
  return client;
}

describe("an operator who was away", () => {
  it("is told exactly what happened meanwhile, in order", async () => {
    const client = await asker();
    try {
      const from = client.seq;
      await write(3);
      await client.until(() => client.seq === from + 3, "three events while being there");
      assert.ok(server.fronts.dashboard.cut(client.address) > 0, "a connection was cut");
      await client.until(() => client.breaks === 1, "the client notices");
      client.socket.disconnect();
      await write(7);
      client.socket.connect();
      await client.until(() => client.seq === from + 10, "the seven events that were missed");
      assert.equal(client.resumed, 1);
      assert.deepEqual(client.events.map((event) => event.seq), Array.from({ length: 10 }, (_, i) => from + 1 + i));
    } finally {
      client.close();
    }
  });

  it("gets nothing twice when nothing was missed", async () => {
    const client = await asker();
    try {
      const answer = await client.ask("resume", { after_seq: client.seq });
      assert.deepEqual(answer, { ok: true, events: [], seq: client.seq });
    } finally {
      client.close();
    }
  });

  it("is told up to 500 events, and to fetch anew after more", async () => {
    await write(MOST + 20);
    const client = await asker();
    try {
      const newest = client.seq;
      const most = await client.ask("resume", { after_seq: newest - MOST });
      assert.equal(most.ok, true);
      assert.equal(most.seq, newest);
      assert.deepEqual(
        most.events.map((event) => event.seq),
        Array.from({ length: MOST }, (_, i) => newest - MOST + 1 + i),
      );
      const over = await client.ask("resume", { after_seq: newest - MOST - 1 });
      assert.deepEqual(over, { ok: false, code: "resync", seq: newest });
      await write(1);
      await client.until(() => client.seq === newest + 1, "life goes on at the number of the answer");
    } finally {
      client.close();
    }
  });

  it("is told to fetch anew for a number that cannot be, and that nonsense is malformed", async () => {
    const client = await asker();
    try {
      for (const after_seq of [-1, client.seq + 1, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]) {
        const answer = await client.ask("resume", { after_seq });
        assert.deepEqual(answer, { ok: false, code: "resync", seq: client.seq }, String(after_seq));
      }
      for (const asked of [undefined, null, {}, { after_seq: "1" }, { after_seq: 1.5 }, { after_seq: 1, more: 1 }]) {
        assert.deepEqual(await client.ask("resume", asked), { ok: false, code: "malformed" }, JSON.stringify(asked));
      }
    } finally {
      client.close();
    }
  });

  it("sees the same over the API as over the socket", async () => {
    const client = await asker();
    try {
      const after = client.seq - 40;
      const told = await client.ask("resume", { after_seq: after });
      const listed = await ada.ok("GET", `/api/v1/events?after_seq=${after}&limit=100`);
      assert.deepEqual(listed.data, told.events);
    } finally {
      client.close();
    }
  });
});

describe("a visitor who was away", () => {
  it("is told exactly what was written meanwhile, in order", async () => {
    const client = new VisitorClient(visitor);
    try {
      await client.joined();
      await client.until(() => client.seq >= written, "the long history is fetched in pieces");
      const from = client.seq;
      assert.ok(server.fronts.widget.cut(client.address) > 0, "a connection was cut");
      await client.until(() => client.breaks === 1, "the client notices");
      client.socket.disconnect();
      await write(5);
      await write(4, visitor);
      client.socket.connect();
      await client.until(() => client.seq === from + 9, "the nine messages that were missed");
      assert.deepEqual(client.messages.map((message) => message.seq), client.messages.map((_, place) => place + 1));
      assert.equal(new Set(client.messages.map((message) => message.id)).size, client.messages.length);
    } finally {
      client.close();
    }
  });

  it("gets an empty answer for numbers that lie ahead, and everything for those before the first", async () => {
    const client = new VisitorClient(visitor);
    try {
      await client.joined();
      await client.until(() => client.seq >= written, "all is known");
      const join = (after_seq) => client.ask("join", { conversation_id: visitor.conversation, after_seq });
      assert.deepEqual(await join(client.seq), { ok: true, messages: [], seq: client.seq });
      assert.deepEqual(await join(client.seq + 1000), { ok: true, messages: [], seq: client.seq });
      const all = await join(-5);
      assert.equal(all.ok, true);
      assert.deepEqual(all.messages, client.messages.slice(0, all.messages.length));
      assert.equal((await join("1")).ok, false);
    } finally {
      client.close();
    }
  });
});
