// Connections break all the time: 200 random schedules, after each of which both sides know everything exactly once.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { demoPeople } from "../lib/people.mjs";
import { runSchedule } from "../lib/schedule.mjs";
import { Server } from "../lib/server.mjs";
import { within } from "../lib/wait.mjs";

// LEADKEEP_SEED=n repeats the schedule of a failure alone.
const repeated = process.env.LEADKEEP_SEED;
const COUNT = repeated === undefined ? 200 : 1;
const FIRST = repeated === undefined ? (Date.now() % 1_000_000) * 1_000 : Number(repeated);
/** How many run at the same time. */
const LANES = 8;

describe("connections that are killed", () => {
  let server, ada, ines, widget;
  before(async () => {
    // Tokens live so shortly that this run outlives several.
    server = await Server.start({ env: { LEADKEEP_IDENTITY__ACCESS_TOKEN: "10s" } });
    ({ ada, ines } = await demoPeople(server));
    widget = await ada.widget();
  });
  after(() => server?.stop());

  it(`lose, repeat and disorder nothing in ${COUNT} random schedules`, async () => {
    let next = FIRST;
    let broken = 0;
    const lane = async () => {
      while (next < FIRST + COUNT) {
        const seed = next;
        next += 1;
        try {
          const count = await runSchedule(server, ada, widget, seed);
          assert.ok(count >= 1, "connections were broken");
          broken += count;
        } catch (error) {
          next = Infinity;
          throw new Error(`LEADKEEP_SEED=${seed}: ${error.message}\n${server.complaints()}`, { cause: error });
        }
      }
    };
    // All of them come to their end, so that none goes on when the server is gone.
    const ends = await Promise.allSettled(Array.from({ length: Math.min(LANES, COUNT) }, lane));
    for (const { reason } of ends) assert.ifError(reason);
    assert.ok(broken >= COUNT, `at least one broken connection for each schedule: ${broken} for ${COUNT}`);
    process.stdout.write(`# ${COUNT} schedules from seed ${FIRST} broke ${broken} connections\n`);
  });

  it("cannot come back with a token that expired meanwhile", async () => {
    const left = Date.parse(ines.session.expires_at) - Date.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
    assert.equal((await ines.call("GET", "/api/v1/me")).status, 401);
    const socket = ines.socket();
    const refused = new Promise((resolve) => socket.once("connect_error", resolve));
    assert.equal((await within(refused, "the socket is refused")).message, "unauthorized");
    socket.disconnect();
  });
});
