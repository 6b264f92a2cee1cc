"""schemathesis against docs/reference/openapi.json: signed in, and as a stranger.

What it calls is counted by schema_hooks.py, which also puts ids that exist into every second call:
made-up ones are refused before a handler has looked at the rest.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from product import ROOT, operations

HOOKS = Path(__file__).with_name("schema_hooks.py")
#: A server error is what the probe is for; the others say whether the document tells the truth.
CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance"
EXAMPLES = os.environ.get("LEADKEEP_PROBE_EXAMPLES", "60")


def probe(product):
    found = []
    email = product.people()[0]
    token = product.token(email)
    visitors, things = [product.visitor(token), product.visitor(token)], product.things(token)
    things["conversations"].append(conversation(product, visitors[0]))
    # Tokens are short-lived, and some calls end sessions: the hooks get a new one when needed.
    operator = {
        "PROBE_EMAIL": email, "PROBE_PROGRAM": product.program, "PROBE_ORIGIN": product.dashboard.origin,
        "PROBE_AUTHORITY": str(product.authority), "PROBE_SETTINGS": json.dumps(product.environment),
    }
    visitor = {"PROBE_VISITORS": json.dumps(visitors)}
    for origin, caller, pattern, known in (
        ("dashboard", product.dashboard, "^/api/v1/", operator),
        ("widget", product.widget, "^/api/widget/", visitor),
    ):
        for who, more in (("signed in", known), ("a stranger", {})):
            found += run(product, f"{origin}, {who}", caller, pattern, more | {"PROBE_THINGS": json.dumps(things)})
    return found


def conversation(product, visiting):
    """A conversation of the visitor's own, so that the visitor's calls have one to be about."""
    words = {"client_message_id": "probe-first", "body": "hello"}
    begun = product.widget.call("POST", "/api/widget/v1/conversations", visiting, json_body=words)
    return [begun.json()["conversation"]["id"]]


def run(product, name, caller, pattern, more):
    counted = product.directory / f"schema-{name.replace(', ', '-').replace(' ', '-')}.json"
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "schema_hooks",
        "PYTHONPATH": str(HOOKS.parent),
        "PROBE_COUNTED": str(counted),
    } | more
    done = subprocess.run(
        [str(Path(sys.executable).parent / "st"), "--no-color", "run", str(ROOT / "docs/reference/openapi.json"),
         "--url", caller.origin, "--tls-verify", str(product.authority), "--include-path-regex", pattern,
         "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", "20261122",
         "--continue-on-failure", "--warnings", "off", "--request-timeout", "20"],
        env=environment, cwd=product.directory, capture_output=True, text=True, errors="replace", timeout=1500,
    )
    if not counted.exists():
        return [f"{name}: schemathesis did not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"]
    told = json.loads(counted.read_text())
    statuses = {int(status): count for status, count in told["statuses"].items()}
    total, limited = sum(statuses.values()), statuses.get(429, 0)
    reached = sum(count for status, count in statuses.items() if status not in (401, 403, 421, 429))
    shown = ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items()))
    wanted = [one for one, _, path, _ in operations() if path.startswith(pattern.lstrip("^"))]
    print(f"   {name}: {total} answers, {total - limited} not 429, {reached} past the door; {shown}")
    codes = ", ".join(f"{code} × {count}" for code, count in sorted(told["codes"].items(), key=lambda one: -one[1]))
    print(f"   {name}: refusals: {codes}")
    print(f"   {name}: {len(told['operations'])} of {len(wanted)} operations called, {len(told['succeeded'])} answered with a success")
    found = [f"{name}: no answer to {one}" for one in told["unanswered"]]
    found += [f"{name}: {one} was never called" for one in wanted if one not in told["operations"]]
    found += [f"{name}: {status} × {count}" for status, count in statuses.items() if status >= 500]
    if done.returncode:
        failures = done.stdout.split("= FAILURES =")[-1] if "FAILURES" in done.stdout else done.stdout
        found.append(f"{name}: schemathesis is not content:\n{failures[-6000:]}{done.stderr[-1000:]}")
    else:
        summary = [line.strip() for line in done.stdout.splitlines() if "passed" in line or "No issues" in line]
        print(f"   {name}: schemathesis: {'; '.join(summary[-2:])}")
    return found
