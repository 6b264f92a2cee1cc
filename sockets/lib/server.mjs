// The product itself: started on a fresh data directory and free ports, behind a front that can break connections.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Front } from "./front.mjs";
import { Changing, within } from "./wait.mjs";

const program = path.resolve(
  process.env.LEADKEEP_BIN ?? path.join(import.meta.dirname, "../../target/debug/leadkeep"),
);

/** A free port, as far as one can know. */
async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A running Leadkeep. */
export class Server {
  /** Starts one. `demo`: two workspaces with people; `env`: more settings. */
  static async start({ demo = true, env = {} } = {}) {
    const server = new Server();
    server.data = fs.mkdtempSync(path.join(os.tmpdir(), "leadkeep-sockets-"));
    // The database's own user, who is not us, must be able to pass through.
    fs.chmodSync(server.data, 0o711);
    const [dashboard, widget, shop, quiet] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    server.fronts = { dashboard: new Front(dashboard), widget: new Front(widget) };
    server.dashboard = `https://localhost:${await server.fronts.dashboard.listen()}`;
    server.widget = `https://localhost:${await server.fronts.widget.listen()}`;
    server.shop = `https://127.0.0.1:${shop}`;
    server.env = {
      PATH: process.env.PATH,
      LEADKEEP_DATA__DIR: server.data,
      LEADKEEP_DATABASE__ALLOW_VOLATILE: "true",
      LEADKEEP_SERVER__ENVIRONMENT: "development",
      LEADKEEP_SERVER__RATE_FACTOR: "1000",
      LEADKEEP_SERVER__DASHBOARD_URL: server.dashboard,
      LEADKEEP_SERVER__WIDGET_URL: server.widget,
      LEADKEEP_SERVER__DASHBOARD_LISTEN: `127.0.0.1:${dashboard}`,
      LEADKEEP_SERVER__WIDGET_LISTEN: `127.0.0.1:${widget}`,
      LEADKEEP_SERVER__PRIVATE_LISTEN: `127.0.0.1:${quiet}`,
      LEADKEEP_DEMO__ENABLED: String(demo),
      LEADKEEP_DEMO__LISTEN: `127.0.0.1:${shop}`,
      LEADKEEP_IDENTITY__ARGON2_MEMORY: "19456",
      LEADKEEP_IDENTITY__ARGON2_TIME: "2",
      LEADKEEP_IDENTITY__SECOND_FACTOR: "optional",
      LEADKEEP_LOG__FILTER: "warn,lk_realtime=info",
      ...env,
    };
    server.private = `http://127.0.0.1:${quiet}`;
    server.log = "";
    await server.run();
    server.ca = fs.readFileSync(path.join(server.data, "tls/local-authority.pem"));
    return server;
  }

  /** Runs the program; also again after it was killed. */
  async run() {
    const printed = new Changing();
    const from = this.log.length;
    this.child = spawn(program, ["serve"], { env: this.env, stdio: ["ignore", "pipe", "pipe"] });
    for (const output of [this.child.stdout, this.child.stderr]) {
      output.on("data", (bytes) => {
        this.log += bytes;
        printed.poke();
      });
    }
    const child = this.child;
    this.ended = new Promise((resolve) => child.once("exit", resolve)).then(() => {
      child.over = true;
      printed.poke();
    });
    await printed.until(
      () => {
        assert.ok(!child.over, `the program ended at once:\n${this.log.slice(from)}`);
        return this.log.includes("Leadkeep is ready", from);
      },
      () => `the program is ready:\n${this.log.slice(from)}`,
      60_000,
    );
  }

  /** The links that were printed at the start: `setup` or `link`. */
  printedLinks(kind) {
    return [...this.log.matchAll(new RegExp(`/${kind}#(\\S+)`, "g"))].map((found) => found[1]);
  }

  /** A new sign-in token for somebody, from the administrator's command line. */
  async signInToken(email) {
    const { stdout } = await promisify(execFile)(program, ["admin", "sign-in-link", email, "--data", this.data], {
      env: this.env,
    });
    return stdout.trim().split("#")[1];
  }

  /** What the log says went wrong. */
  complaints() {
    return this.log.split("\n").filter((line) => /ERROR|panicked/.test(line)).slice(-5).join("\n");
  }

  /** The memory the process occupies, in bytes. */
  memory() {
    const status = fs.readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024;
  }

  /** The process id of the private database. */
  databasePid() {
    return Number(fs.readFileSync(path.join(this.data, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);
  }

  /** Ends the process the hard way. */
  async kill() {
    this.child.kill("SIGKILL");
    await within(this.ended, "the killed program is gone");
  }

  /** Ends everything and removes the data; fails when the log tells of a panic. */
  async stop() {
    if (!this.child.over) this.child.kill("SIGTERM");
    await within(this.ended, "the program stops when it is told to", 30_000);
    for (const front of Object.values(this.fronts)) front.close();
    fs.rmSync(this.data, { recursive: true, force: true });
    assert.ok(!this.log.includes("panicked"), `the program panicked:\n${this.log}`);
  }
}
