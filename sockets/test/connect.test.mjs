// Coming in: from the set-up link to a welcomed socket, over both transports.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { OperatorClient } from "../lib/operator-client.mjs";
import { Operator, Visitor } from "../lib/people.mjs";
import { Server } from "../lib/server.mjs";
import { VisitorClient } from "../lib/visitor-client.mjs";

const SITE = "https://shop.harbour-books.test";

describe("a fresh installation", () => {
  let server, vera, widget;

  before(async () => {
    server = await Server.start({ demo: false });
    vera = await Operator.bySetup(server, server.printedLinks("setup")[0]);
    widget = await vera.widget();
    widget = await vera.ok("PATCH", `/api/v1/widgets/${widget.id}`, { allowed_sites: [SITE] });
  });
  after(() => server?.stop());

  for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
    const over = transports.join(", then ");

    it(`welcomes an operator over ${over}`, async () => {
      const client = new OperatorClient(vera, { transports });
      try {
        await client.welcomed();
        const [welcome] = client.named("welcome");
        assert.equal(client.frames[0].name, "welcome", "the welcome comes first");
        assert.equal(welcome.workspace_id, vera.session.workspace.id);
        assert.equal(welcome.operator_id, vera.session.operator.id);
        assert.ok(Number.isInteger(welcome.seq));
        assert.deepEqual(welcome.presence, [{ operator_id: vera.session.operator.id, state: "online" }]);
        assert.ok(Array.isArray(welcome.online_visitors));
        if (transports.length === 2) {
          await client.until(() => client.socket.io.engine.transport.name === "websocket", "the transport is upgraded");
        }
        const before = client.seq;
        await vera.ok("PATCH", "/api/v1/workspace", { name: `Harbour Books over ${over}` });
        await client.until(() => client.seq > before, "the event of the change arrives");
        const event = client.events.at(-1);
        assert.equal(event.type, "workspace.updated");
        assert.equal(event.seq, before + 1);
        assert.deepEqual(event.data, { name: `Harbour Books over ${over}` });
      } finally {
        client.close();
      }
    });

    it(`lets a visitor follow their own conversation over ${over}`, async () => {
      const visitor = await Visitor.writes(server, widget, "Is the atlas in stock?");
      const client = new VisitorClient(visitor, { transports });
      try {
        await client.joined();
        assert.deepEqual(client.messages, [visitor.first]);
        const messages = `/api/v1/conversations/${visitor.conversation}/messages`;
        await vera.ok("POST", messages, { client_message_id: "answer-1", body: "It is." });
        await client.until(() => client.messages.length === 2, "the answer arrives");
        assert.equal(client.messages[1].body, "It is.");
        assert.deepEqual(client.messages[1].author, { kind: "operator", name: "Vera Holm" });
      } finally {
        client.close();
      }
    });
  }

  it("tells a visitor whether an operator is at the screen", async () => {
    const visitor = await Visitor.writes(server, widget);
    const client = new VisitorClient(visitor);
    const operator = new OperatorClient(vera);
    try {
      await Promise.all([client.joined(), operator.welcomed()]);
      await client.until(() => client.named("availability").at(-1)?.online === true, "an operator is there");
      operator.socket.emit("presence", { state: "away" });
      await client.until(() => client.named("availability").at(-1)?.online === false, "nobody is at the screen");
      operator.socket.emit("presence", { state: "online" });
      await client.until(() => client.named("availability").at(-1)?.online === true, "somebody is back");
      operator.close();
      await client.until(() => client.named("availability").at(-1)?.online === false, "everybody has gone");
    } finally {
      client.close();
      operator.close();
    }
  });

  it("tells operators when a visitor comes and goes", async () => {
    const visitor = await Visitor.writes(server, widget);
    const operator = new OperatorClient(vera);
    await operator.welcomed();
    const client = new VisitorClient(visitor);
    try {
      const last = () => operator.named("visitor_presence").findLast((one) => one.visitor_id === visitor.id)?.online;
      await operator.until(() => last() === true, "the visitor has come");
      const later = new OperatorClient(vera);
      await later.welcomed();
      assert.ok(later.named("welcome")[0].online_visitors.includes(visitor.id));
      later.close();
      client.close();
      await operator.until(() => last() === false, "the visitor has gone");
    } finally {
      client.close();
      operator.close();
    }
  });

  it("carries typing to whom it concerns, and that a note is written never to the visitor", async () => {
    const visitor = await Visitor.writes(server, widget);
    const conversation = visitor.conversation;
    const [operator, client] = [new OperatorClient(vera), new VisitorClient(visitor)];
    try {
      await Promise.all([operator.welcomed(), client.joined()]);
      assert.equal((await operator.join(conversation)).ok, true);
      client.socket.emit("typing", { conversation_id: conversation, active: true });
      const heard = await operator.until(() => operator.named("typing")[0], "the visitor types");
      assert.deepEqual(heard, {
        conversation_id: conversation,
        author: { kind: "visitor", id: visitor.id },
        mode: "reply",
        active: true,
      });
      operator.socket.emit("typing", { conversation_id: conversation, mode: "note", active: true });
      operator.socket.emit("typing", { conversation_id: conversation, mode: "reply", active: true });
      const seen = await client.until(() => client.named("typing")[0], "the operator types");
      assert.deepEqual(seen, { conversation_id: conversation, name: "Vera Holm", active: true });
      await operator.until(() => operator.named("typing").length >= 3, "both kinds are told to operators");
      assert.equal(client.named("typing").length, 1, "the note was not told");
    } finally {
      operator.close();
      client.close();
    }
  });
});
