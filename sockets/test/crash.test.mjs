// Crashes: whatever was acknowledged is there afterwards, once and in order.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { OperatorClient } from "../lib/operator-client.mjs";
import { Visitor, demoPeople } from "../lib/people.mjs";
import { Server } from "../lib/server.mjs";
import { VisitorClient } from "../lib/visitor-client.mjs";
import { Changing, eventually } from "../lib/wait.mjs";

const MESSAGES = 1_000;
/** Conversations that are written at the same time, by turns of visitor and operator. */
const LANES = 5;

describe("a stream of 1,000 messages", () => {
  let server, ada, widget;
  before(async () => {
    server = await Server.start();
    ({ ada } = await demoPeople(server));
    widget = await ada.widget();
  });
  after(() => server?.stop());

  /** Writes the stream; `crash` is called once, in the middle, and says when it is over. */
  async function stream(word, crash) {
    const operator = new OperatorClient(ada);
    await operator.welcomed();
    const visitors = await Promise.all(Array.from({ length: LANES }, () => Visitor.writes(server, widget, word)));
    const clients = visitors.map((visitor) => new VisitorClient(visitor));
    await Promise.all(clients.map((client) => client.joined()));
    const progress = new Changing();
    let [answered, failed, crashed] = [0, 0, false];
    const acknowledged = visitors.map(() => []);

    /** Sends one until it is acknowledged, always with the same id, as our clients do. */
    const write = async (lane, number) => {
      const visitor = visitors[lane];
      const [who, path] =
        number % 2 === 0
          ? [visitor, `/api/widget/v1/conversations/${visitor.conversation}/messages`]
          : [ada, `/api/v1/conversations/${visitor.conversation}/messages`];
      const body = { client_message_id: `${word}-${lane}-${number}`, body: `${word} ${number}` };
      const send = async () => {
        const answer = await who.call("POST", path, body).catch((error) => ({ error }));
        if (answer.status === 200 || answer.status === 201) return answer.body;
        // Nothing but "not now" may be said meanwhile.
        assert.ok(answer.error || answer.status >= 500, `${answer.status} ${JSON.stringify(answer.body)}`);
        failed += 1;
        return false;
      };
      acknowledged[lane].push(await eventually(send, `${body.client_message_id} is acknowledged`, 60_000));
      answered += 1;
      progress.poke();
    };
    const lanes = visitors.map(async (_, lane) => {
      for (let number = 0; number < MESSAGES / LANES; number += 1) await write(lane, number);
    });
    const middle = progress.until(() => answered >= MESSAGES * 0.4, "the stream flows", 120_000).then(async () => {
      await crash();
      crashed = true;
    });
    await Promise.all([...lanes, middle]);
    assert.ok(crashed, "the crash came in the middle of the stream");

    for (const [lane, visitor] of visitors.entries()) {
      const sent = acknowledged[lane];
      const stored = [];
      const path = `/api/v1/conversations/${visitor.conversation}/messages?limit=100&after_seq=`;
      for (let page; page === undefined || page.page.has_more; ) {
        page = await ada.ok("GET", path + (stored.at(-1)?.seq ?? 0));
        stored.push(...page.data);
      }
      const replies = stored.filter((line) => line.kind === "reply").slice(1);
      assert.deepEqual(replies.map((line) => line.id), sent.map((line) => line.id), "each once, and in order");
      stored.forEach((line, place) => assert.equal(line.seq, place + 1, "without holes"));
      // The sockets came back by themselves and know the same.
      await clients[lane].until(() => clients[lane].messages.length === replies.length + 1, "the visitor knows all of it");
      assert.deepEqual(clients[lane].messages.slice(1).map((line) => line.id), sent.map((line) => line.id));
      const known = () => operator.lines(visitor.conversation);
      await operator.until(() => known().length === stored.length, "the operator knows all of it");
      assert.deepEqual(known(), stored);
    }
    for (const client of [operator, ...clients]) client.close();
    return failed;
  }

  it("survives kill -9 of the server", async () => {
    const failed = await stream("server", async () => {
      await server.kill();
      await server.run();
    });
    assert.ok(failed > 0, "the crash was felt in the middle of the stream");
  });

  it("survives kill -9 of the database, without anybody touching the server", async () => {
    const pid = server.databasePid();
    await stream("database", async () => {
      process.kill(pid, "SIGKILL");
      // Whether a request fails meanwhile is luck: one that comes while the database is away waits for it.
      const another = () => server.databasePid() > 0 && server.databasePid() !== pid;
      await eventually(another, "another database process runs", 60_000);
      await eventually(async () => (await fetch(`${server.private}/readyz`)).status === 200, "it recovers", 60_000);
    });
  });
});
