"""Calls over a connection of their own, with nothing added that was not asked for."""

import json
import socket
import ssl
from dataclasses import dataclass, field


@dataclass
class Answer:
    """What came back: a status of 0 when the connection ended without a word."""

    status: int
    headers: dict = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)

    def kind(self):
        return self.headers.get("content-type", [""])[0]


class Caller:
    """A listener, over TLS when an authority is given."""

    def __init__(self, host, port, authority=None):
        self.host, self.port = host, port
        self.authority = f"{host}:{port}"
        self.origin = f"{'https' if authority else 'http'}://{self.authority}"
        self.context = None
        if authority:
            self.context = ssl.create_default_context(cafile=str(authority))

    def connect(self, timeout=30):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout)
        return self.context.wrap_socket(plain, server_hostname=self.host) if self.context else plain

    def call(self, method, path, headers=None, body=b"", json_body=None):
        """One request, read to the end of its answer."""
        all_headers = {"Host": self.authority, "Connection": "close"} | (headers or {})
        if json_body is not None:
            body = json.dumps(json_body).encode()
            all_headers.setdefault("Content-Type", "application/json")
        if body or method not in ("GET", "HEAD"):
            all_headers.setdefault("Content-Length", str(len(body)))
        lines = "".join(f"{name}: {value}\r\n" for name, value in all_headers.items())
        return self.raw(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1"), [body])

    def raw(self, head, parts=(), timeout=30):
        """Sends bytes as they are, and reads what comes until the other side is done."""
        with self.connect(timeout) as stream:
            try:
                stream.sendall(head)
                for part in parts:
                    stream.sendall(part)
            except OSError:
                pass  # It has heard enough; its answer is still to be read.
            return read(stream)


def read(stream):
    """An answer, from a connection that is closed behind it."""
    heard = b""
    try:
        while part := stream.recv(65536):
            heard += part
    except TimeoutError:
        raise
    except OSError:
        pass
    if not heard:
        return Answer(0)
    head, _, body = heard.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    if "chunked" in headers.get("transfer-encoding", []):
        body = unchunked(body)
    return Answer(int(first.split(" ")[1]), headers, body)


def unchunked(body):
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if length == 0:
            break
        whole, body = whole + body[:length], body[length + 2 :]
    return whole
