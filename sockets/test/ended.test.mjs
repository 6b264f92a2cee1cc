// A right that ends takes the sockets with it, within a second, and says why.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { clogged, writeHistory } from "../lib/clog.mjs";
import { OperatorClient } from "../lib/operator-client.mjs";
import { Operator, Visitor, demoPeople } from "../lib/people.mjs";
import { Server } from "../lib/server.mjs";
import { VisitorClient } from "../lib/visitor-client.mjs";
import { within } from "../lib/wait.mjs";

const SECOND = 1_000;
/** More frames than may wait for a client that does not read. */
const MORE_THAN_WAIT = 1_300;
let server, ada, bob, ines;

before(async () => {
  server = await Server.start();
  ({ ada, bob, ines } = await demoPeople(server));
});
after(() => server?.stop());

/** Two sockets of one session, one on each transport. */
async function twoTabs(operator) {
  const tabs = ["websocket", "polling"].map((transport) => new OperatorClient(operator, { transports: [transport] }));
  await Promise.all(tabs.map((tab) => tab.welcomed()));
  return tabs;
}

/** Does something and expects it to end all the sockets in time, with this reason as their last frame. */
async function ends(clients, reason, act) {
  await act();
  const done = Date.now();
  await Promise.all(
    clients.map((client) => client.until(() => client.breaks > 0, `${reason}: the socket is closed`, SECOND)),
  );
  assert.ok(Date.now() - done < SECOND);
  for (const client of clients) {
    assert.equal(client.reason, "io server disconnect");
    assert.deepEqual(client.frames.at(-1).name, "ended");
    assert.deepEqual(client.frames.at(-1).data, { reason });
    client.close();
  }
}

/** What happens when the socket comes back with the token it had. */
async function comesBack(operator) {
  const socket = operator.socket();
  try {
    return await within(
      new Promise((resolve) => {
        socket.once("welcome", () => resolve("welcome"));
        socket.once("connect_error", (error) => resolve(error.message));
        socket.once("disconnect", () => resolve("disconnected"));
      }),
      "an answer",
    );
  } finally {
    socket.disconnect();
  }
}

const again = async (email) => Operator.byLink(server, await server.signInToken(email));

describe("an operator's sockets end", () => {
  it("when they sign out", async () => {
    const leaving = await again("bob@fern-and-clay.test");
    const others = await twoTabs(bob);
    await ends(await twoTabs(leaving), "signed_out", () => leaving.ok("POST", "/api/v1/auth/sign-out", {}));
    assert.equal(await comesBack(leaving), "unauthorized");
    for (const tab of others) {
      assert.equal(tab.breaks, 0, "another session of the same person goes on");
      assert.equal(tab.named("ended").length, 0);
      tab.close();
    }
  });

  it("when the session is revoked from another one", async () => {
    const stolen = await again("bob@fern-and-clay.test");
    const tabs = await twoTabs(stolen);
    await ends(tabs, "revoked", () => bob.ok("DELETE", `/api/v1/sessions/${stolen.session.session_id}`));
    assert.equal(await comesBack(stolen), "unauthorized");
  });

  it("when a copy of the session is used elsewhere", async () => {
    const copied = await again("bob@fern-and-clay.test");
    const elsewhere = copied.cookie;
    await copied.refresh();
    const tabs = await twoTabs(copied);
    await ends(tabs, "revoked", async () => {
      // Within the grace, but without the cookie by which the browser is known.
      const headers = {
        origin: server.dashboard,
        "leadkeep-client": "dashboard",
        cookie: `__Host-lk_refresh=${elsewhere}`,
      };
      const answer = await copied.call("POST", "/api/v1/auth/refresh", {}, { headers });
      assert.equal(answer.status, 401);
    });
    assert.equal(await comesBack(copied), "unauthorized");
    const own = await copied.call("GET", "/api/v1/me");
    assert.equal(own.status, 401, "the access token is over, too");
  });

  it("when somebody who runs the workspace ends them", async () => {
    const shut = await again("bob@fern-and-clay.test");
    const path = `/api/v1/operators/${shut.session.operator.id}/sessions/end`;
    await ends(await twoTabs(shut), "revoked", () => ada.ok("POST", path, {}));
    assert.equal(await comesBack(shut), "unauthorized");
    bob = await again("bob@fern-and-clay.test");
  });

  it("when all other sessions are revoked, but not the one that asked", async () => {
    const [first, second] = [await again("bob@fern-and-clay.test"), await again("bob@fern-and-clay.test")];
    const own = await twoTabs(bob);
    const tabs = [...(await twoTabs(first)), ...(await twoTabs(second))];
    await ends(tabs, "revoked", () => bob.ok("POST", "/api/v1/sessions/revoke-others", {}));
    for (const tab of own) {
      assert.equal(tab.breaks, 0);
      tab.close();
    }
  });

  it("when the role changes, and the next one works under the new role", async () => {
    const tabs = await twoTabs(bob);
    const path = `/api/v1/operators/${bob.session.operator.id}`;
    await ends(tabs, "role_changed", () => ada.ok("PATCH", path, { role: "admin" }));
    await bob.refresh();
    assert.equal(bob.session.operator.role, "admin");
    assert.equal(await comesBack(bob), "welcome");
  });

  it("when they go to another workspace, and the old token is good for nothing", async () => {
    const tabs = await twoTabs(ada);
    const old = { ...ada.session };
    const elsewhere = ada.session.workspaces.find((one) => one.id !== ada.session.workspace.id);
    await ends(tabs, "context_switched", () => ada.switchTo(elsewhere.id));
    assert.equal(await comesBack({ socket: () => ada.socket({ auth: { token: old.access_token } }) }), "unauthorized");
    const there = new OperatorClient(ada);
    await there.welcomed();
    assert.equal(there.named("welcome")[0].workspace_id, elsewhere.id);
    there.close();
    await ada.switchTo(old.workspace.id);
  });

  for (const [how, act] of [
    ["signed out", (leaving) => leaving.ok("POST", "/api/v1/auth/sign-out", {})],
    ["revoked", (leaving) => bob.ok("DELETE", `/api/v1/sessions/${leaving.session.session_id}`)],
  ]) {
    it(`even when they do not read and their line is full, and nothing later is told to them (${how})`, async () => {
      const visitor = await Visitor.writes(server, await ada.widget());
      const conversation_id = visitor.conversation;
      const leaving = await again("bob@fern-and-clay.test");
      const watching = new OperatorClient(ada);
      let slow;
      const note = (client_message_id, body) =>
        ada.ok("POST", `/api/v1/conversations/${conversation_id}/notes`, { client_message_id, body });
      try {
        await watching.welcomed();
        const from = watching.seq;
        await writeHistory(ada, conversation_id);
        await watching.join(conversation_id);
        slow = await clogged(server, leaving, conversation_id, from);
        for (let count = 0; count < MORE_THAN_WAIT; count += 1) {
          watching.socket.emit("typing", { conversation_id, mode: "note", active: true });
        }
        await watching.until(() => watching.named("typing").length >= MORE_THAN_WAIT, "more frames than may wait were sent");
        await act(leaving);
        await note("first-note", "the end was told before this");
        await watching.until(() => watching.lines(conversation_id).at(-1)?.kind === "note", "so it was told");

        server.fronts.dashboard.unstall(slow.address);
        const heard = () => slow.frames.some((frame) => JSON.stringify(frame).includes("not for those who left"));
        // Life goes on while the line empties, until the socket is closed.
        for (let count = 0; count < 60 && slow.breaks === 0 && !heard(); count += 1) {
          await note(`later-note-${count}`, "not for those who left");
        }
        assert.ok(!heard(), "a note was told to somebody whose session had ended");
        await slow.until(() => slow.breaks > 0, "the socket is closed");
      } finally {
        slow?.close();
        watching.close();
      }
    });
  }

  it("when they are removed from the workspace", async () => {
    const watching = new OperatorClient(ada);
    await watching.welcomed();
    const tabs = await twoTabs(bob);
    await ends(tabs, "removed", () => ada.ok("POST", `/api/v1/operators/${bob.session.operator.id}/remove`, {}));
    assert.equal(await comesBack(bob), "unauthorized");
    const gone = () => watching.events.some((event) => event.type === "operator.removed");
    await watching.until(gone, "colleagues hear of it");
    assert.equal(watching.breaks, 0, "and stay connected");
    watching.close();
  });

  it("and nobody else's do", async () => {
    const watching = new OperatorClient(ines);
    await watching.welcomed();
    const leaving = await again("ada@fern-and-clay.test");
    await ends(await twoTabs(leaving), "signed_out", () => leaving.ok("POST", "/api/v1/auth/sign-out", {}));
    await ines.ok("PATCH", "/api/v1/workspace", { name: "Northwind Cycles" });
    await watching.until(() => watching.events.at(-1)?.type === "workspace.updated", "life goes on");
    assert.equal(watching.breaks, 0);
    watching.close();
  });
});

describe("a visitor's sockets end", () => {
  it("when they sign out", async () => {
    const widget = await ada.widget();
    const [leaving, staying] = await Promise.all([Visitor.writes(server, widget), Visitor.writes(server, widget)]);
    const tabs = ["websocket", "polling"].map((transport) => new VisitorClient(leaving, { transports: [transport] }));
    const other = new VisitorClient(staying);
    await Promise.all([...tabs, other].map((tab) => tab.joined()));
    await ends(tabs, "signed_out", () => leaving.call("DELETE", "/api/widget/v1/session"));
    assert.equal(other.breaks, 0);
    other.close();
    assert.equal(await comesBack(leaving), "unauthorized");
  });
});
