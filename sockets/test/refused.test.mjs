// Who is not let in: every reason gets the same word, and nothing else is sent.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { newAddress } from "../lib/http.mjs";
import { Operator, Visitor, demoPeople } from "../lib/people.mjs";
import { Server } from "../lib/server.mjs";
import { within } from "../lib/wait.mjs";

let server, other, ada, widget;

before(async () => {
  [server, other] = await Promise.all([Server.start(), Server.start()]);
  ({ ada } = await demoPeople(server));
  widget = await ada.widget();
});
after(async () => {
  await Promise.all([server?.stop(), other?.stop()]);
});

/** What a refused socket hears: the error, and every packet that came. */
async function refusal(socket) {
  const packets = [];
  socket.io.on("open", () => socket.io.engine.on("packet", (packet) => packets.push(packet)));
  const frames = [];
  socket.onAny((name) => frames.push(name));
  try {
    const error = await within(
      new Promise((resolve, reject) => {
        socket.once("connect_error", resolve);
        socket.once("connect", () => reject(new Error("it was let in")));
      }),
      "the socket is refused",
    );
    assert.deepEqual(frames, [], "no frame came");
    const said = packets.filter((packet) => packet.type === "message").map((packet) => packet.data);
    return { message: error.message, data: error.data, said };
  } finally {
    socket.disconnect();
  }
}

const REFUSED = { message: "unauthorized", data: undefined, said: ['4{"message":"unauthorized"}'] };

describe("an operator's socket is refused", () => {
  const tampered = (token) => {
    const [head, claims, signature] = token.split(".");
    const changed = JSON.parse(Buffer.from(claims, "base64url"));
    changed.exp += 60;
    return [head, Buffer.from(JSON.stringify(changed)).toString("base64url"), signature].join(".");
  };
  const unsigned = (token) => {
    const head = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
    return `${head}.${token.split(".")[1]}.`;
  };
  const cases = {
    "without any credentials": () => undefined,
    "with nothing inside the credentials": () => ({}),
    "with an empty token": () => ({ token: "" }),
    "with a token that is no text": () => ({ token: 7 }),
    "with a list for a token": () => ({ token: ["a", "b"] }),
    "with a garbage token": () => ({ token: "garbage" }),
    "with three garbage parts": () => ({ token: "a.b.c" }),
    "with a tampered token": () => ({ token: tampered(ada.session.access_token) }),
    "with an unsigned token": () => ({ token: unsigned(ada.session.access_token) }),
    "with the refresh token": () => ({ token: ada.cookie }),
    "with text for credentials": () => "a token",
  };
  for (const [name, credentials] of Object.entries(cases)) {
    for (const transport of ["websocket", "polling"]) {
      it(`${name} (${transport})`, async () => {
        const socket = ada.socket({ auth: (give) => give(credentials()), transports: [transport] });
        assert.deepEqual(await refusal(socket), REFUSED);
      });
    }
  }

  it("with a token of another installation", async () => {
    const stranger = await Operator.byLink(other, other.printedLinks("link")[0]);
    assert.deepEqual(await refusal(ada.socket({ auth: { token: stranger.session.access_token } })), REFUSED);
  });

  it("on a namespace that does not exist", async () => {
    const socket = ada.socket({ autoConnect: false });
    const elsewhere = socket.io.socket("/admin", { auth: { token: ada.session.access_token } });
    elsewhere.connect();
    const refused = await refusal(elsewhere);
    assert.equal(refused.message, "Invalid namespace");
    socket.io._close();
  });

  it("with a visitor's cookie instead", async () => {
    const visitor = await Visitor.writes(server, widget);
    const auth = { widget_id: widget.id, site: visitor.site };
    assert.deepEqual(await refusal(ada.socket({ auth, headers: visitor.headers() })), REFUSED);
  });
});

describe("a visitor's socket is refused", () => {
  let visitor;
  before(async () => {
    visitor = await Visitor.writes(server, widget);
  });

  const cases = {
    "without a cookie": () => ({ headers: { origin: server.widget } }),
    "with a garbage cookie": () => ({
      headers: { origin: server.widget, cookie: `${visitor.cookieName}=vis_garbage.garbage` },
    }),
    "with somebody's id and a made-up secret": () => ({
      headers: { origin: server.widget, cookie: `${visitor.cookieName}=${visitor.id}.${"A".repeat(43)}` },
    }),
    "without an Origin": () => ({ headers: { cookie: visitor.headers().cookie } }),
    "from the page that shows the widget": () => ({ headers: { ...visitor.headers(), origin: visitor.site } }),
    "from the dashboard's origin": () => ({ headers: { ...visitor.headers(), origin: server.dashboard } }),
    "from an opaque origin": () => ({ headers: { ...visitor.headers(), origin: "null" } }),
    "for a site that is not allowed": () => ({ auth: { widget_id: widget.id, site: "https://evil.test" } }),
    "for a site that only begins like the allowed one": () => ({
      auth: { widget_id: widget.id, site: `${visitor.site}.evil.test` },
    }),
    "for a widget that does not exist": () => ({
      auth: { widget_id: "wgt_00000000000000000000000000", site: visitor.site },
    }),
    "for a nonsensical widget": () => ({ auth: { widget_id: "../../etc", site: visitor.site } }),
    "without credentials": () => ({ auth: undefined }),
    "with members that nobody knows": () => ({
      auth: { widget_id: widget.id, site: visitor.site, workspace_id: "wsp_00000000000000000000000000" },
    }),
    "with an operator's token": () => ({ auth: { token: ada.session.access_token } }),
  };
  for (const [name, options] of Object.entries(cases)) {
    it(name, async () => {
      assert.deepEqual(await refusal(visitor.socket({ address: newAddress(), ...options() })), REFUSED);
    });
  }

  it("after they signed out", async () => {
    const leaving = await Visitor.writes(server, widget);
    assert.equal((await leaving.call("DELETE", "/api/widget/v1/session")).status, 204);
    assert.deepEqual(await refusal(leaving.socket()), REFUSED);
  });
});
