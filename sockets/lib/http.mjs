// HTTP over TLS with the installation's own authority; every caller has an address of its own.
import https from "node:https";
import tls from "node:tls";

let callers = 0;

/** A loopback address that no other caller of this process has: by it, the front tells them apart. */
export function newAddress() {
  callers += 1;
  return `127.${10 + Math.floor(callers / 60_000)}.${Math.floor(callers / 250) % 240}.${1 + (callers % 250)}`;
}

/** What trusts an authority, made once for each: reading the certificate again for every connection would be most of the work. */
const contexts = new Map();
function contextFor(ca) {
  if (!contexts.has(ca)) contexts.set(ca, tls.createSecureContext({ ca }));
  return contexts.get(ca);
}

/** How long a connection is kept for the next request: the server shuts one that rests for 15 s, perhaps just as it is asked. */
const RESTS = 5_000;

/** An agent that trusts the authority and connects from one address. */
export function agentFor(ca, localAddress, keepAlive = true) {
  return new https.Agent({ secureContext: contextFor(ca), localAddress, family: 4, keepAlive, timeout: RESTS, maxCachedSessions: 50 });
}

/** One request; `onSent` is called when it has left. */
export function request(url, { method = "GET", headers = {}, body, agent, onSent }) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const all = { ...headers };
    if (text !== undefined) {
      all["content-type"] = "application/json";
      all["content-length"] = Buffer.byteLength(text);
    }
    const call = https.request(url, { method, headers: all, agent, timeout: 20_000 }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("error", reject);
      answer.on("aborted", () => reject(new Error("the answer was cut off")));
      answer.on("end", () => {
        const content = Buffer.concat(parts).toString("utf8");
        const json = (answer.headers["content-type"] ?? "").includes("json") && content !== "";
        resolve({ status: answer.statusCode, headers: answer.headers, body: json ? JSON.parse(content) : content });
      });
    });
    call.on("timeout", () => call.destroy(new Error(`no answer: ${method} ${url}`)));
    call.on("error", reject);
    if (onSent) call.on("finish", onSent);
    call.end(text);
  });
}

/** The value of a cookie that an answer sets. */
export function setCookie(answer, name) {
  const line = (answer.headers["set-cookie"] ?? []).find((one) => one.startsWith(`${name}=`));
  return line?.slice(name.length + 1).split(";")[0];
}
