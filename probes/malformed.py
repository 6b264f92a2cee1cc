"""What nobody well-meaning sends, over TLS to the running program.

Each declared operation that takes a body gets the corpus; the listeners get what is no request, what
is too large and what does not end. A larger corpus is swept inside the process by
crates/server/tests/it/malformed.
"""

import concurrent.futures
import json
import os
import time

from caller import read
from product import operations

DEEP = 10_000
#: A slow client is waited for 10 s (body) or 15 s (head; the first request of a connection), no longer.
PATIENCE = 20
HUNDRED_MB = 100 * 1024 * 1024

BODIES = {
    "half an object": b'{"name": "Ada"',
    "nothing but a quote": b'"',
    "two documents": b"{} {}",
    "an array": b"[]",
    "null": b"null",
    "a number": b"-0",
    "a number beyond every float": b'{"seq": 1e999}',
    "a number of 50,000 digits": b'{"seq": ' + b"9" * 50_000 + b"}",
    "a key twice": b'{"name": "a", "name": "b"}',
    "bad UTF-8": b'{"name": "\xff\xfe"}',
    "an overlong slash": b'{"name": "\xc0\xaf"}',
    "a lone surrogate": b'{"name": "\\ud800"}',
    "a bare NUL": b'{"name": "\x00"}',
    "NUL bytes": bytes(64),
    "10,000 arrays": b"[" * DEEP + b"]" * DEEP,
    "10,000 objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "random bytes": os.urandom(1000),
    "64 KiB and a byte": b" " * (64 * 1024 + 1),
    "an unknown field": b'{"__proto__": {"role": "super_admin"}}',
}
KINDS = {
    "a form": ("application/x-www-form-urlencoded", b"name=Ada"),
    "text": ("text/plain", b"{}"),
    "XML": ("application/xml", b"<a/>"),
    "nothing": (None, b"{}"),
}


def probe(product):
    token = product.token(product.people()[0])
    probing = Probing(product, {"Authorization": f"Bearer {token}"}, product.visitor(token), product.things(token))
    before = product.memory()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        # They take their time while the others do not.
        slow = [pool.submit(one) for one in probing.slow()]
        probing.bodies()
        probing.wire()
        probing.large()
        for one in slow:
            one.result()
    counted = ", ".join(f"{how} × {count}" for how, count in sorted(probing.counted.items()))
    print(f"   {sum(probing.counted.values())} answers: {counted}")
    for line in probing.told:
        print(f"   {line}")
    after = product.memory()
    print(f"   memory of the server: {before} MB before, {after} MB after")
    if after > before + 100:
        probing.found.append(f"the server's memory grew from {before} to {after} MB")
    me = product.dashboard.call("GET", "/api/v1/me", headers=probing.signed)
    if me.status != 200:
        probing.found.append(f"afterwards the owner is answered {me.status}: {me.text[:200]}")
    return probing.found


class Probing:
    def __init__(self, product, signed, visiting, things):
        self.product, self.signed, self.visiting, self.things = product, signed, visiting, things
        self.found, self.told, self.counted = [], [], {}

    def note(self, what, answer, may_close=False):
        """An answer must be a 4xx problem document; where HTTP was not spoken, a bare 4xx or an end will do."""
        is_problem = answer.kind() == "application/problem+json"
        if is_problem:
            document = json.loads(answer.body)
            is_problem = document.get("status") == answer.status and bool(document.get("code"))
        how = f"{answer.status}{'' if is_problem else ' bare'}" if answer.status else "closed"
        self.counted[how] = self.counted.get(how, 0) + 1
        refused = 400 <= answer.status < 500
        if not (refused and is_problem) and not (may_close and (refused or answer.status == 0)):
            self.found.append(f"{what}: {how} {answer.kind()} {answer.text[:200]!r}")
        return how

    def bodies(self):
        for name, method, path, item in operations():
            if "requestBody" not in item:
                continue
            is_widget = path.startswith("/api/widget/")
            caller = self.product.widget if is_widget else self.product.dashboard
            headers = dict(self.visiting if is_widget else self.signed)
            if name in ("refresh_session", "sign_out"):
                headers |= {"Origin": caller.origin, "Leadkeep-Client": "dashboard"}
            noun = path.split("/")[4 if is_widget else 3]
            if "{id}" in path:
                path = path.replace("{id}", self.things[noun][0])
            for what, body in BODIES.items():
                self.note(f"{name} with {what}", caller.call(method, path, headers | {"Content-Type": "application/json"}, body))
            for what, (kind, body) in KINDS.items():
                more = {"Content-Type": kind} if kind else {}
                self.note(f"{name} under {what}", caller.call(method, path, headers | more, body))

    def wire(self):
        for name, caller in (("dashboard", self.product.dashboard), ("widget", self.product.widget),
                             ("redirect", self.product.redirect)):
            host = f"Host: {caller.authority}\r\nConnection: close\r\n".encode()
            for what, head in {
                "another protocol": b"EHLO a.test\r\n\r\n",
                "zeroes": bytes(1024) + b"\r\n\r\n",
                "random bytes": os.urandom(4096) + b"\r\n\r\n",
                "a path with bad UTF-8": b"GET /api/v1/\xff\xfe HTTP/1.1\r\n" + host + b"\r\n",
                "a path of 70,000 letters": b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n" + host + b"\r\n",
                "a header of 70,000 letters": b"GET /api/v1/me HTTP/1.1\r\n" + host + b"X-A: " + b"x" * 70_000 + b"\r\n\r\n",
                "too many headers": b"GET /api/v1/me HTTP/1.1\r\n" + host + b"X-A: y\r\n" * 101 + b"\r\n",
                "a header with a NUL": b"GET /api/v1/me HTTP/1.1\r\n" + host + b"X-A: \x00\r\n\r\n",
                "two lengths": b"POST /api/v1/auth/sign-in HTTP/1.1\r\n" + host + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
                "chunks of no size": b"POST /api/v1/auth/sign-in HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            }.items():
                self.note(f"{name}: {what}", caller.raw(head), may_close=True)
            for what, head in {
                "no host": b"POST /api/v1/me HTTP/1.1\r\nConnection: close\r\n\r\n",
                "a foreign host": b"POST /api/v1/me HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n",
                "a header with bad UTF-8": b"POST /api/v1/me HTTP/1.1\r\n" + host + b"Authorization: Bearer \xff\r\n\r\n",
                "a method nobody knows": b"BREW /api/v1/me HTTP/1.1\r\n" + host + b"\r\n",
                "bad escapes": b"GET /api/v1/contacts/%ff%zz% HTTP/1.1\r\n" + host + b"\r\n",
            }.items():
                self.note(f"{name}: {what}", caller.raw(head))

    def large(self):
        """100 MB, announced and in chunks; the answer has to come long before all of it was sent."""
        part = b" " * 65_536
        for name, caller, path, headers in (
            ("dashboard", self.product.dashboard, "/api/v1/auth/sign-in", {}),
            ("dashboard", self.product.dashboard, f"/api/v1/conversations/{self.things['conversations'][0]}/notes", self.signed),
            ("widget", self.product.widget, "/api/widget/v1/conversations", self.visiting),
            ("redirect", self.product.redirect, "/api/v1/auth/sign-in", {}),
        ):
            lines = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
            head = f"POST {path} HTTP/1.1\r\nHost: {caller.authority}\r\nContent-Type: application/json\r\nConnection: close\r\n{lines}"
            for how, more, frame in (
                ("announced", f"Content-Length: {HUNDRED_MB}", part),
                ("in chunks", "Transfer-Encoding: chunked", b"10000\r\n" + part + b"\r\n"),
            ):
                start, sent = time.monotonic(), 0
                with caller.connect() as stream:
                    stream.sendall((head + more + "\r\n\r\n").encode())
                    stream.settimeout(2)
                    try:
                        while sent < HUNDRED_MB:
                            stream.sendall(frame)
                            sent += len(part)
                    except OSError:
                        pass  # It takes no more, which is the point.
                    stream.settimeout(30)
                    answer = read(stream)
                # A connection that is ended while we still send may take its answer with it.
                ended = self.note(f"{name}: 100 MB {how}", answer, may_close=True)
                self.told.append(f"{name} {path[:40]}: 100 MB {how}: {ended} after {sent / 1e6:.1f} MB, {time.monotonic() - start:.1f} s")
                if sent >= HUNDRED_MB:
                    self.found.append(f"{name}: 100 MB {how}: all of it was taken")

    def slow(self):
        """Clients who send a byte a second: each must be ended in time."""
        def slowly(name, caller, what, begun, rest, wants_answer):
            start = time.monotonic()
            with caller.connect(PATIENCE + 20) as stream:
                stream.sendall(begun)
                stream.settimeout(1)
                heard = b""
                while time.monotonic() - start < PATIENCE + 10:
                    try:
                        stream.sendall(rest)
                        part = stream.recv(65_536)
                    except TimeoutError:
                        continue
                    except OSError:
                        break
                    heard += part
                    if not part:
                        break
            took = time.monotonic() - start
            first = heard.split(b"\r\n")[0].decode("latin-1") or "closed"
            self.told.append(f"{name}: {what}: {first} after {took:.1f} s")
            if took > PATIENCE:
                self.found.append(f"{name}: {what}: still open after {took:.0f} s")
            if wants_answer and b" 408 " not in heard[:20]:
                self.found.append(f"{name}: {what}: {first}, not 408")
        cases = []
        for name, caller in (("dashboard", self.product.dashboard), ("widget", self.product.widget),
                             ("redirect", self.product.redirect)):
            host = f"Host: {caller.authority}\r\n".encode()
            head = b"GET /api/v1/me HTTP/1.1\r\n" + host + b"X-A: "
            cases.append(lambda name=name, caller=caller, head=head: slowly(name, caller, "a slow head", head, b"x", False))
        caller = self.product.dashboard
        body = (f"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: {caller.authority}\r\nContent-Type: application/json\r\n"
                "Connection: close\r\nContent-Length: 1000\r\n\r\n{").encode()
        cases.append(lambda: slowly("dashboard", caller, "a slow body", body, b" ", True))
        return cases
