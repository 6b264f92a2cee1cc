// Operators and visitors, as their browsers are: a session, an API, sockets.
import assert from "node:assert/strict";
import { io } from "socket.io-client";
import { agentFor, newAddress, request, setCookie } from "./http.mjs";

const REFRESH = "__Host-lk_refresh";
const DEVICE = "__Host-lk_device";

/** A new socket; it connects at once, unless told otherwise. */
function open(url, server, { address = newAddress(), headers, auth, ...options }) {
  const socket = io(url, {
    transports: ["websocket"],
    // Kept connections would be tried again silently when they break, and we want to see breaks.
    agent: agentFor(server.ca, address, false),
    ca: server.ca,
    forceNew: true,
    reconnectionDelay: 5,
    reconnectionDelayMax: 40,
    randomizationFactor: 0,
    timeout: 10_000,
    extraHeaders: headers,
    auth,
    ...options,
  });
  socket.address = address;
  return socket;
}

/** Somebody with a browser. */
class Person {
  /** An agent that connects from an address. */
  agentAt(address) {
    return agentFor(this.server.ca, address);
  }
}

/** Somebody with a session in a workspace. */
export class Operator extends Person {
  constructor(server) {
    super();
    this.server = server;
    this.address = newAddress();
    this.agent = agentFor(server.ca, this.address);
  }

  /** Signs in by a one-time token of `/link#TOKEN`. */
  static async byLink(server, token) {
    const operator = new Operator(server);
    await operator.#take(await operator.call("POST", "/api/v1/auth/link", { token }));
    return operator;
  }

  /** The first operator, by the set-up link. */
  static async bySetup(server, token) {
    const operator = new Operator(server);
    const body = {
      token,
      workspace_name: "Harbour Books",
      name: "Vera Holm",
      email: "vera@harbour-books.test",
      password: "correct horse battery staple 51",
    };
    await operator.#take(await operator.call("POST", "/api/v1/setup", body));
    return operator;
  }

  async #take(answer) {
    assert.ok([200, 201].includes(answer.status), `signed in: ${JSON.stringify(answer.body)}`);
    this.session = answer.body;
    this.renewal = (Date.now() + Date.parse(answer.body.expires_at)) / 2;
    this.cookie = setCookie(answer, REFRESH) ?? this.cookie;
    this.device = setCookie(answer, DEVICE) ?? this.device;
  }

  /** Gets a new token when half of the old one's life is over; one call at a time, however many ask. */
  async fresh() {
    if (Date.now() < this.renewal) return;
    this.refreshing ??= this.refresh().finally(() => (this.refreshing = undefined));
    await this.refreshing;
  }

  /** A call of the API; with the token, the cookie and the headers that the dashboard sends. */
  call(method, path, body, more = {}) {
    const headers = {
      origin: this.server.dashboard,
      "leadkeep-client": "dashboard",
      ...(this.session && { authorization: `Bearer ${this.session.access_token}` }),
      ...(this.cookie && { cookie: `${DEVICE}=${this.device}; ${REFRESH}=${this.cookie}` }),
    };
    return request(this.server.dashboard + path, { method, headers, body, agent: this.agent, ...more });
  }

  /** A call that must succeed; its body. */
  async ok(method, path, body, more) {
    await this.fresh();
    const answer = await this.call(method, path, body, more);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A new access token for the same session. */
  async refresh() {
    await this.#take(await this.call("POST", "/api/v1/auth/refresh", {}));
  }

  /** Goes to another workspace. */
  async switchTo(workspace) {
    await this.#take(await this.call("POST", "/api/v1/auth/switch", { workspace_id: workspace }));
  }

  /** A socket of the dashboard. */
  socket(options = {}) {
    const auth = (give) => give({ token: this.session.access_token });
    return open(this.server.dashboard, this.server, { auth, ...options });
  }

  /** The workspace's widget. */
  async widget() {
    return (await this.ok("GET", "/api/v1/widgets")).data[0];
  }
}

/** Somebody in the widget on an allowed site. */
export class Visitor extends Person {
  /** Before they have written anything. */
  constructor(server, widget, site = widget.allowed_sites[0]) {
    super();
    Object.assign(this, { server, widget, site, address: newAddress() });
    this.agent = agentFor(server.ca, this.address);
    this.cookieName = `__Host-lk_v_${widget.id}`;
  }

  /** Comes and begins a conversation. */
  static async writes(server, widget, body = "Hello?") {
    const visitor = new Visitor(server, widget);
    const answer = await visitor.call("POST", "/api/widget/v1/session", {});
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    visitor.id = answer.body.visitor_id;
    visitor.cookie = setCookie(answer, visitor.cookieName);
    const begun = await visitor.ok("POST", "/api/widget/v1/conversations", { client_message_id: "the-first", body });
    visitor.conversation = begun.conversation.id;
    visitor.first = begun.message;
    return visitor;
  }

  /** The headers that the frame's browser sends. */
  headers() {
    return { origin: this.server.widget, ...(this.cookie && { cookie: `${this.cookieName}=${this.cookie}` }) };
  }

  /** A call of the widget's API. */
  call(method, path, body, more = {}) {
    const headers = { ...this.headers(), "leadkeep-widget": this.widget.id, "leadkeep-site": this.site };
    return request(this.server.widget + path, { method, headers, body, agent: this.agent, ...more });
  }

  /** A call that must succeed; its body. */
  async ok(method, path, body, more) {
    const answer = await this.call(method, path, body, more);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A socket of the frame. */
  socket(options = {}) {
    const auth = { widget_id: this.widget.id, site: this.site };
    return open(this.server.widget, this.server, { auth, headers: this.headers(), ...options });
  }
}

/** The demo's people, signed in: ada and bob in one workspace, ines in the other. */
export async function demoPeople(server) {
  const [forAda, forInes] = server.printedLinks("link");
  const [ada, ines, bob] = await Promise.all([
    Operator.byLink(server, forAda),
    Operator.byLink(server, forInes),
    server.signInToken("bob@fern-and-clay.test").then((token) => Operator.byLink(server, token)),
  ]);
  return { ada, bob, ines };
}
