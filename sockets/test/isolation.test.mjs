// Nothing crosses: a foreign conversation is as good as missing, and no frame tells of it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { OperatorClient } from "../lib/operator-client.mjs";
import { Visitor, demoPeople } from "../lib/people.mjs";
import { Server } from "../lib/server.mjs";
import { VisitorClient } from "../lib/visitor-client.mjs";

const MISSING = "cnv_00000000000000000000000000";
const NONSENSE = ["", "cnv_", "nonsense", "wsp_00000000000000000000000000", "cnv_'; drop table messages; --", "🦊"];

let server, bob, ines, own, foreign;

before(async () => {
  server = await Server.start();
  ({ bob, ines } = await demoPeople(server));
  own = await Visitor.writes(server, await bob.widget(), "In the workspace of Bob");
  foreign = await Visitor.writes(server, await ines.widget(), "In the workspace of Ines");
});
after(() => server?.stop());

/** Everything that a workspace can do, all at once, marked by a word that must not be heard elsewhere. */
async function busy(word, operator, visitor, client, follower) {
  const at = `/api/v1/conversations/${visitor.conversation}`;
  for (let round = 0; round < 5; round += 1) {
    const say = (who) => ({ client_message_id: `${word}-${who}-${round}`, body: `${word} ${who} ${round}` });
    client.socket.emit("typing", { conversation_id: visitor.conversation, mode: "reply", active: true });
    follower.socket.emit("typing", { conversation_id: visitor.conversation, active: true });
    await Promise.all([
      operator.ok("POST", `${at}/messages`, say("operator")),
      operator.ok("POST", `${at}/notes`, say("note")),
      visitor.ok("POST", `/api/widget/v1/conversations/${visitor.conversation}/messages`, say("visitor")),
    ]);
    await operator.ok("POST", `${at}/read`, { seq: 1 });
    await visitor.ok("POST", `/api/widget/v1/conversations/${visitor.conversation}/read`, { seq: 1 });
    await operator.ok("POST", `${at}/assign`, { operator_id: round % 2 ? null : operator.session.operator.id });
    client.socket.emit("presence", { state: round % 2 ? "online" : "away" });
  }
  await Visitor.writes(server, visitor.widget, `${word} from a newcomer`);
  await operator.ok("POST", `${at}/resolve`, {});
  await operator.ok("PATCH", "/api/v1/workspace", { name: `${word} workspace` });
}

describe("an operator", () => {
  it("joins a conversation of their own workspace", async () => {
    const client = new OperatorClient(bob);
    try {
      await client.welcomed();
      const answer = await client.join(own.conversation);
      assert.deepEqual(answer, { ok: true, viewers: [bob.session.operator.id] });
    } finally {
      client.close();
    }
  });

  it("gets one and the same answer for a foreign, a missing and a nonsensical conversation", async () => {
    const client = new OperatorClient(bob);
    try {
      await client.welcomed();
      for (const conversation of [foreign.conversation, MISSING, ...NONSENSE]) {
        const answer = await client.ask("join", { conversation_id: conversation });
        assert.deepEqual(answer, { ok: false, code: "not_found" }, conversation);
      }
      for (const asked of [undefined, null, 7, [], {}, { conversation_id: 7 }, { conversation_id: MISSING, more: 1 }]) {
        assert.deepEqual(await client.ask("join", asked), { ok: false, code: "malformed" }, JSON.stringify(asked));
      }
    } finally {
      client.close();
    }
  });

  it("hears nothing of a busy foreign workspace, before and after trying to join", async () => {
    const [mine, theirs] = [new OperatorClient(bob), new OperatorClient(ines)];
    const [near, far] = [new VisitorClient(own), new VisitorClient(foreign)];
    try {
      await Promise.all([mine.welcomed(), theirs.welcomed(), near.joined(), far.joined()]);
      await theirs.join(foreign.conversation);
      await busy("alien-before", ines, foreign, theirs, far);
      await mine.ask("join", { conversation_id: foreign.conversation });
      // What is said about a conversation that was not opened must not arrive there either.
      for (const conversation_id of [foreign.conversation, MISSING]) {
        mine.socket.emit("typing", { conversation_id, mode: "reply", active: true });
        mine.socket.emit("leave", { conversation_id });
        near.socket.emit("typing", { conversation_id, active: true });
      }
      await busy("alien-after", ines, foreign, theirs, far);
      await theirs.until(
        () => theirs.events.some((event) => event.data.name === "alien-after workspace"),
        "the foreign workspace has heard all of it",
      );
      assert.ok(far.messages.some((message) => message.body.startsWith("alien-after operator")), "their visitor too");
      // Something of one's own comes last: whatever was sent before it would be here by then.
      await bob.ok("POST", `/api/v1/conversations/${own.conversation}/messages`, {
        client_message_id: "the-last-word",
        body: "the last word",
      });
      await mine.until(() => mine.lines(own.conversation).some((line) => line.body === "the last word"), "the end");
      await near.until(() => near.messages.some((message) => message.body === "the last word"), "the end");

      const names = [foreign.conversation, foreign.id, foreign.widget.id];
      names.push(ines.session.workspace.id, ines.session.operator.id, "alien");
      for (const heard of [mine.frames, near.frames]) {
        for (const frame of heard) {
          const text = JSON.stringify(frame);
          for (const name of names) assert.ok(!text.includes(name), `a frame tells of ${name}: ${text}`);
        }
      }
      for (const frame of [...theirs.frames, ...far.frames]) {
        const text = JSON.stringify(frame);
        for (const name of [own.id, own.conversation, bob.session.operator.id]) {
          assert.ok(!text.includes(name), `a foreign frame tells of ${name}: ${text}`);
        }
      }
    } finally {
      for (const client of [mine, theirs, near, far]) client.close();
    }
  });

  it("gets foreign events by no number", async () => {
    const client = new OperatorClient(bob);
    try {
      await client.welcomed();
      const answer = await client.ask("resume", { after_seq: 0 });
      assert.equal(answer.ok, true);
      assert.ok(!JSON.stringify(answer).includes("alien"), "own events only");
      assert.deepEqual(answer.events.map((event) => event.seq), answer.events.map((_, at) => at + 1));
    } finally {
      client.close();
    }
  });
});

describe("a visitor", () => {
  it("gets one and the same answer for somebody else's, a foreign, a missing and a nonsensical one", async () => {
    const neighbour = await Visitor.writes(server, own.widget, "of the same workspace");
    const client = new VisitorClient(own);
    try {
      await client.joined();
      for (const conversation_id of [neighbour.conversation, foreign.conversation, MISSING, ...NONSENSE]) {
        const answer = await client.ask("join", { conversation_id, after_seq: 0 });
        assert.deepEqual(answer, { ok: false, code: "not_found" }, conversation_id);
      }
      const beside = new VisitorClient(neighbour);
      await beside.joined();
      client.socket.emit("typing", { conversation_id: neighbour.conversation, active: true });
      await bob.ok("POST", `/api/v1/conversations/${neighbour.conversation}/messages`, {
        client_message_id: "for-the-neighbour",
        body: "for the neighbour only",
      });
      await bob.ok("POST", `/api/v1/conversations/${own.conversation}/messages`, {
        client_message_id: "for-the-visitor",
        body: "for the visitor only",
      });
      await client.until(() => client.messages.some((one) => one.body === "for the visitor only"), "their own answer");
      await beside.until(() => beside.messages.some((one) => one.body === "for the neighbour only"), "the other one");
      beside.close();
      assert.ok(!JSON.stringify(client.frames).includes("neighbour"), "nothing of the neighbour's was heard");
      assert.ok(!JSON.stringify(beside.frames).includes("visitor only"), "nor the other way round");
      assert.deepEqual(beside.named("typing"), []);
    } finally {
      client.close();
    }
  });

  it("hears that their conversation was resolved and reopened, wherever they look", async () => {
    const visitor = await Visitor.writes(server, own.widget, "Is this done?");
    const [client, other] = [new VisitorClient(visitor), new VisitorClient(own)];
    try {
      await Promise.all([client.joined(), other.joined()]);
      const at = `/api/v1/conversations/${visitor.conversation}`;
      for (const verb of ["resolve", "resolve", "reopen", "resolve"]) await bob.ok("POST", `${at}/${verb}`, {});
      await visitor.ok("POST", `/api/widget/v1/conversations/${visitor.conversation}/messages`, {
        client_message_id: "not-yet-done",
        body: "Not yet.",
      });
      await client.until(() => client.named("conversation").length === 4, "each change is told");
      const told = ["resolved", "open", "resolved", "open"].map((status) => ({ id: visitor.conversation, status }));
      assert.deepEqual(client.named("conversation"), told);
      await bob.ok("POST", `/api/v1/conversations/${own.conversation}/messages`, {
        client_message_id: "after-all-that",
        body: "after all that",
      });
      await other.until(() => other.messages.at(-1)?.body === "after all that", "the other visitor's answer");
      assert.deepEqual(other.named("conversation"), [], "nobody else hears of it");
    } finally {
      for (const each of [client, other]) each.close();
    }
  });

  it("never sees a note, an activity line, that it was put off or who else is there", async () => {
    const client = new VisitorClient(own);
    try {
      await client.joined();
      const at = `/api/v1/conversations/${own.conversation}`;
      const note = await bob.ok("POST", `${at}/notes`, { client_message_id: "a-note-0001", body: "a secret note" });
      await bob.ok("POST", `${at}/snooze`, { until: new Date(Date.now() + 3_600_000).toISOString() });
      await bob.ok("POST", `${at}/reopen`, {});
      await bob.ok("POST", `${at}/messages`, { client_message_id: "after-note", body: "after the note" });
      await client.until(() => client.messages.at(-1)?.body === "after the note", "the answer after the note");
      const text = JSON.stringify(client.frames);
      assert.ok(!text.includes("secret note") && !text.includes(note.id), "no trace of the note");
      const kinds = new Set(client.frames.map((frame) => frame.name));
      for (const kind of kinds) assert.ok(["message", "availability", "operator_read"].includes(kind), kind);
      client.messages.forEach((message, place) => assert.equal(message.seq, place + 1));
    } finally {
      client.close();
    }
  });
});
