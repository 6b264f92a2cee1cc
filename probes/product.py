"""The product as a probe meets it: the real program on a throwaway data directory and free ports."""

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from caller import Caller

ROOT = Path(__file__).resolve().parent.parent
#: How long the first start may take, the making of a database included.
START = 60


def free_ports(count):
    """Ports nobody listens on; all are held until all are known, so that no two are the same."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Product:
    """A running Leadkeep with demo data; use it with `with`."""

    def __init__(self):
        self.program = os.environ["LEADKEEP_BIN"]
        self.directory = Path(tempfile.mkdtemp(prefix="leadkeep-probe-"))
        # Started by root, the database runs as somebody else, who has to get in.
        self.directory.chmod(0o711)
        dashboard, widget, plain, private, shop = free_ports(5)
        self.ports = {"dashboard": dashboard, "widget": widget, "redirect": plain, "private": private}
        self.shop = f"https://127.0.0.1:{shop}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "LEADKEEP_DATA__DIR": str(self.directory / "data"),
            "LEADKEEP_DATABASE__ALLOW_VOLATILE": "true",
            # The one setting that lets rate limits be raised: a probe has to get past them.
            "LEADKEEP_SERVER__ENVIRONMENT": "development",
            "LEADKEEP_SERVER__RATE_FACTOR": "1000",
            "LEADKEEP_SERVER__DASHBOARD_URL": f"https://localhost:{dashboard}",
            "LEADKEEP_SERVER__WIDGET_URL": f"https://localhost:{widget}",
            "LEADKEEP_SERVER__DASHBOARD_LISTEN": f"127.0.0.1:{dashboard}",
            "LEADKEEP_SERVER__WIDGET_LISTEN": f"127.0.0.1:{widget}",
            "LEADKEEP_SERVER__HTTP_LISTEN": f"127.0.0.1:{plain}",
            "LEADKEEP_SERVER__PRIVATE_LISTEN": f"127.0.0.1:{private}",
            "LEADKEEP_DEMO__ENABLED": "true",
            "LEADKEEP_DEMO__LISTEN": f"127.0.0.1:{shop}",
            "LEADKEEP_IDENTITY__ACCESS_TOKEN": "15m",
            "LEADKEEP_IDENTITY__SECOND_FACTOR": "optional",
            "LEADKEEP_IDENTITY__ARGON2_MEMORY": "19456",
            "LEADKEEP_IDENTITY__ARGON2_TIME": "2",
        }
        self.log = ""
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(
            [self.program, "serve"], env=self.environment, stderr=subprocess.PIPE, text=True, errors="replace"
        )
        ready = threading.Event()

        def listen():
            for line in self.process.stderr:
                self.log += line
                if "Leadkeep is ready" in line:
                    ready.set()
            ready.set()

        threading.Thread(target=listen, daemon=True).start()
        if not ready.wait(START) or self.process.poll() is not None:
            self.__exit__()
            raise RuntimeError(f"the server did not become ready:\n{self.log[-2000:]}")
        self.authority = self.directory / "data/tls/local-authority.pem"
        self.dashboard = Caller("localhost", self.ports["dashboard"], self.authority)
        self.widget = Caller("localhost", self.ports["widget"], self.authority)
        self.redirect = Caller("localhost", self.ports["redirect"])
        self.private = Caller("127.0.0.1", self.ports["private"])
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def token(self, email):
        """A new access token of somebody of the demo."""
        made = subprocess.run(
            [self.program, "admin", "sign-in-link", email],
            env=self.environment, check=True, capture_output=True, text=True,
        )
        link = made.stdout.strip().split("#")[1]
        return self.dashboard.call("POST", "/api/v1/auth/link", json_body={"token": link}).json()["access_token"]

    def people(self):
        """The people whom the demo's links are for: one of each workspace."""
        text = (ROOT / "crates/server/src/demo/story.toml").read_text()
        places = text.split("[[workspace]]")[1:]
        return [re.search(r'email = "([^"]+)"', place).group(1) for place in places]

    def visitor(self, token):
        """Headers of a visitor of the widget, with a session."""
        signed = {"Authorization": f"Bearer {token}"}
        for widget in self.dashboard.call("GET", "/api/v1/widgets", headers=signed).json()["data"]:
            headers = {
                "Leadkeep-Widget": widget["id"],
                "Leadkeep-Site": widget["allowed_sites"][0],
                "Origin": self.widget.origin,
            }
            begun = self.widget.call("POST", "/api/widget/v1/session", headers=headers)
            return headers | {"Cookie": begun.headers["set-cookie"][0].split(";")[0]}
        raise RuntimeError("the demo has no widget")

    def things(self, token):
        """Ids of things that exist, by the noun in the path."""
        signed = {"Authorization": f"Bearer {token}"}
        rows = lambda noun: self.dashboard.call("GET", f"/api/v1/{noun}", headers=signed).json()["data"]
        conversations = rows("conversations")
        me = self.dashboard.call("GET", "/api/v1/me", headers=signed).json()
        own = me["operator"]["id"]
        return {
            "conversations": [one["id"] for one in conversations],
            "contacts": [one["contact"]["id"] for one in conversations if one.get("contact")],
            "widgets": [one["id"] for one in rows("widgets")],
            "operators": [one["id"] for one in rows("operators") if one["id"] != own],
        }

    def server_errors(self):
        """How many answers of all listeners were 5xx, as the server counted them."""
        text = self.private.call("GET", "/metrics").text
        return int(re.search(r'class="5xx"\} (\d+)', text).group(1))

    def memory(self):
        """The memory the process occupies, in MB."""
        text = self.private.call("GET", "/metrics").text
        return int(re.search(r"process_resident_memory_bytes (\d+)", text).group(1)) // 1_000_000

    def complaints(self):
        """The lines of the log that tell of a fault of ours."""
        return [line for line in self.log.splitlines() if re.search(r"Z ERROR |panicked at", line)]


def operations():
    """Every declared operation: (id, method, path, declaration)."""
    document = json.loads((ROOT / "docs/reference/openapi.json").read_text())
    return [
        (item["operationId"], method.upper(), path, item)
        for path, methods in document["paths"].items()
        for method, item in methods.items()
    ]
