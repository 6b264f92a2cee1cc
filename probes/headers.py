"""Crawls every public listener and holds every header of every answer against a list.

A header that is missing, has another value, or is not on the list at all is a finding.
"""

import gzip
import re
import tomllib

from caller import Caller
from product import ROOT, operations

FEATURES_OFF = (
    "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), fullscreen=(), "
    "geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), "
    "payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()"
)
#: On localhost, which is everybody's, browsers are told to forget after five minutes; on any other
#: host it is two years. A unit test in crates/web/src/headers.rs holds both.
TRANSPORT = "max-age=300"
EVERYWHERE = {
    "strict-transport-security": TRANSPORT,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": FEATURES_OFF,
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "x-permitted-cross-domain-policies": "none",
}
TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types 'none'"
#: What an answer may have besides; whatever else there is, is a finding.
ALLOWED = {
    "allow", "cache-control", "connection", "content-encoding", "content-length", "content-type", "date",
    "keep-alive", "location", "retry-after", "set-cookie", "transfer-encoding", "vary", "www-authenticate",
    "x-request-id", "accept-ranges",
}
FORBIDDEN = ("server", "x-powered-by", "via", "x-aspnet-version", "x-generator", "x-version")


def probe(product):
    return Crawl(product).run()


class Crawl:
    def __init__(self, product):
        self.product = product
        self.version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
        self.found = []
        self.answers = {}
        self.token = product.token(product.people()[0])
        self.signed = {"Authorization": f"Bearer {self.token}"}
        self.visiting = product.visitor(self.token)

    def run(self):
        self.static()
        self.declared()
        self.sockets()
        self.redirects()
        statuses = sorted({status for statuses in self.answers.values() for status in statuses})
        for listener, statuses in self.answers.items():
            counted = ", ".join(f"{status} × {statuses.count(status)}" for status in sorted(set(statuses)))
            print(f"   {listener}: {len(statuses)} answers ({counted})")
        print(f"   version looked for: {self.version}; HSTS expected on localhost: {TRANSPORT} (two years elsewhere)")
        return self.found

    # Where

    def static(self):
        listeners = {
            "dashboard": (self.product.dashboard, "web/dashboard/dist", ["/", "/index.html", "/inbox", "/link", "/setup"]),
            "widget": (self.product.widget, "web/widget/frame/dist", self.frames()),
        }
        for name, (caller, built, paths) in listeners.items():
            built = ROOT / built
            paths = paths + [f"/{file.relative_to(built)}" for file in sorted(built.rglob("*")) if file.is_file()]
            paths += ["/nothing.js", "/assets/nothing.js", "/api/", "/api/v1/nothing", "/.git/config", "/.env",
                      "/robots.txt", "/favicon.ico", "/%ff", "/%00", "/server-status", "/metrics", "/readyz"]
            for path in paths:
                for method in ("GET", "HEAD", "POST", "OPTIONS", "TRACE", "DELETE"):
                    self.look(name, caller, method, path)
                self.look(name, caller, "GET", path, {"Accept-Encoding": "gzip"})
                self.look(name, caller, "GET", path, {"Host": "evil.test"})

    def frames(self):
        widget = self.visiting["Leadkeep-Widget"]
        shop = self.product_shop()
        loader = re.search(r"lk/(v1-[0-9a-f]{12}\.js)", shop).group(1)
        return [f"/w/{widget}", "/w/wdg_00000000000000000000000000", "/w/nothing", "/lk/v1.js",
                f"/lk/v1.js?w={widget}", f"/lk/{loader}", "/lk/v1-000000000000.js", "/"]

    def product_shop(self):
        shop = Caller("127.0.0.1", int(self.product.shop.rsplit(":", 1)[1]), self.product.authority)
        return shop.call("GET", "/").text

    def declared(self):
        for name, method, path, item in operations():
            is_widget = path.startswith("/api/widget/")
            listener = "widget" if is_widget else "dashboard"
            caller = self.product.widget if is_widget else self.product.dashboard
            known = self.visiting if is_widget else self.signed
            kind = self.kind_of_id(path)
            path = path.replace("{id}", f"{kind}_00000000000000000000000000")
            for headers in ({}, {"Authorization": "Bearer forged"}, known):
                self.look(listener, caller, method, path, headers)
                self.look(listener, caller, method, path + "?surprise=1", headers)
                if "requestBody" in item:
                    for body in (b"{", b"[]", b" " * 70_000):
                        more = headers | {"Content-Type": "application/json"}
                        self.look(listener, caller, method, path, more, body)
                    self.look(listener, caller, method, path, headers | {"Content-Type": "text/plain"}, b"{}")
            self.look(listener, caller, "PUT", path, known)
            self.look(listener, caller, method, path, known | {"Host": "evil.test"})

    @staticmethod
    def kind_of_id(path):
        nouns = {"contacts": "con", "conversations": "cnv", "operators": "opr", "sessions": "ses", "widgets": "wdg",
                 "invitations": "inv"}
        return next((kind for noun, kind in nouns.items() if f"/{noun}/" in path), "cnv")

    def sockets(self):
        for name, caller in (("dashboard", self.product.dashboard), ("widget", self.product.widget)):
            for path in ("/socket.io/", "/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=3&transport=polling",
                         "/socket.io/?EIO=4&transport=websocket", "/socket.io/?EIO=4&transport=polling&sid=nothing",
                         "/socket.io/nothing"):
                for method in ("GET", "POST", "OPTIONS", "PUT"):
                    self.look(name, caller, method, path)

    def redirects(self):
        caller = self.product.redirect
        for path in ("/", "/inbox?x=1", "/api/v1/me", "/api/v1/auth/sign-in", "/socket.io/?EIO=4", "/%ff", "/.env"):
            for method in ("GET", "HEAD", "POST", "DELETE", "OPTIONS"):
                self.look("redirect", caller, method, path)
                self.look("redirect", caller, method, path, {"Host": "evil.test"})

    # What

    def look(self, listener, caller, method, path, headers=None, body=b""):
        answer = caller.call(method, path, headers, body)
        where = f"{listener} {method} {path[:90]} → {answer.status}"
        self.answers.setdefault(listener, []).append(answer.status)
        if answer.status == 0:
            self.found.append(f"{where}: no answer")
            return
        if answer.status >= 500:
            self.found.append(f"{where}: a server error")
        wanted = dict(EVERYWHERE)
        is_api = "/api/" in path or "/socket.io/" in path
        loader = listener == "widget" and path.startswith("/lk/") and answer.status == 200
        frame = listener == "widget" and path.startswith("/w/") and answer.status == 200
        wanted["content-security-policy"] = self.policy(listener, caller, frame)
        if listener == "dashboard":
            wanted["x-frame-options"] = "DENY"
        if loader or frame:
            wanted["cross-origin-resource-policy"] = "cross-origin"
        allowed = ALLOWED | set(wanted)
        if loader:
            wanted["access-control-allow-origin"] = "*"
            allowed.add("access-control-allow-origin")
        for name, value in wanted.items():
            if answer.headers.get(name) != [value]:
                self.found.append(f"{where}: {name} is {answer.headers.get(name)}, not {value!r}")
        for name in answer.headers:
            if name in FORBIDDEN or name not in allowed:
                self.found.append(f"{where}: {name}: {answer.headers[name]} is not expected")
        is_problem = answer.kind() == "application/problem+json"
        if (is_api or is_problem) and answer.headers.get("cache-control") != ["no-store"]:
            self.found.append(f"{where}: cache-control is {answer.headers.get('cache-control')}, not no-store")
        # What Engine.IO refuses, it refuses in its own protocol's words.
        is_socket = "/socket.io/" in path and answer.kind() in ("application/json", "")
        if answer.status >= 400 and method != "HEAD" and not is_problem and not (is_socket and listener != "redirect"):
            self.found.append(f"{where}: {answer.kind()!r} is no problem document")
        self.tells(where, answer)

    def policy(self, listener, caller, frame):
        if listener == "redirect":
            return "default-src 'none'; frame-ancestors 'none'"
        if listener == "dashboard":
            return (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
                f"connect-src 'self' wss://{caller.authority}; base-uri 'none'; form-action 'self'; "
                f"frame-ancestors 'none'; manifest-src 'self'; {TRUSTED_TYPES}"
            )
        if frame:
            return (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
                f"connect-src 'self' wss://{caller.authority}; base-uri 'none'; form-action 'none'; "
                f"frame-ancestors {self.visiting['Leadkeep-Site']}; {TRUSTED_TYPES}"
            )
        return f"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; {TRUSTED_TYPES}"

    def tells(self, where, answer):
        """The version is nobody's business, in headers as in bodies."""
        body = answer.body
        if answer.headers.get("content-encoding") == ["gzip"] and body:
            body = gzip.decompress(body)
        pattern = rf"(?i)leadkeep[/ ]v?\d|(?<![\d.]){re.escape(self.version)}(?![\d.])"
        heads = "\n".join(f"{name}: {value}" for name, values in answer.headers.items() for value in values)
        for place, text in (("a header", heads), ("the body", body.decode("utf-8", "replace"))):
            if told := re.search(pattern, text):
                around = text[max(0, told.start() - 30) : told.end() + 30]
                self.found.append(f"{where}: {place} tells the version: {around!r}")
