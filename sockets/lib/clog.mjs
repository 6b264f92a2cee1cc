// A client whose line is clogged: replays are under way that nobody reads, and more frames than may wait.
import { newAddress } from "./http.mjs";
import { OperatorClient } from "./operator-client.mjs";
import { eventually } from "./wait.mjs";

/** A long message: 4,000 characters of four bytes each. */
const LONG = "🦊".repeat(4_000);
/** So many of them are a history whose replay is about 1.6 MB. */
const HISTORY = 100;
/** So many bytes do not wait in the system when somebody reads. */
const FULL = 256 * 1024;

/** Writes a conversation whose replay is large. */
export async function writeHistory(operator, conversation) {
  const lane = async (from) => {
    for (let number = from; number < HISTORY; number += 4) {
      const client_message_id = `long-${String(number).padStart(4, "0")}`;
      await operator.ok("POST", `/api/v1/conversations/${conversation}/messages`, { client_message_id, body: LONG });
    }
  };
  await Promise.all([0, 1, 2, 3].map(lane));
}

/** A follower of the conversation who reads nothing more, with a full line. */
export async function clogged(server, operator, conversation, after_seq, transport = "websocket") {
  const address = newAddress();
  const slow = new OperatorClient(operator, { address, transports: [transport] });
  await slow.welcomed();
  await slow.join(conversation);
  server.fronts.dashboard.stall(address);
  // A poll that is not read is not followed by another; a WebSocket takes what the system buffers.
  if (transport === "polling") return slow;
  const ask = () => slow.socket.emit("resume", { after_seq }, () => {});
  await eventually(() => server.fronts.dashboard.unsent(address) > FULL || (ask(), false), "the line is full");
  return slow;
}
