"""What schemathesis does beside its own work: signs in, uses things that exist, counts answers."""

import atexit
import json
import os
import re
import subprocess
from collections import Counter

import requests
import schemathesis

THINGS = json.loads(os.environ["PROBE_THINGS"])
#: Headers of a visitor, and of another one, who may leave.
VISITING, LEAVING = json.loads(os.environ.get("PROBE_VISITORS", "[{}, {}]"))
statuses, codes, called, succeeded = Counter(), Counter(), Counter(), set()
unanswered = []


def sign_in():
    made = subprocess.run(
        [os.environ["PROBE_PROGRAM"], "admin", "sign-in-link", os.environ["PROBE_EMAIL"]],
        env=json.loads(os.environ["PROBE_SETTINGS"]), check=True, capture_output=True, text=True,
    )
    answer = requests.post(
        os.environ["PROBE_ORIGIN"] + "/api/v1/auth/link",
        json={"token": made.stdout.strip().split("#")[1]},
        verify=os.environ["PROBE_AUTHORITY"], timeout=20,
    )
    return answer.json()["access_token"]


class Signed:
    """Whoever calls: an operator, signed in anew when the last session has ended."""

    token = sign_in() if "PROBE_EMAIL" in os.environ else None


@schemathesis.hook
def before_call(context, case, **kwargs):
    headers = case.headers
    if Signed.token:
        headers["Authorization"] = f"Bearer {Signed.token}"
        # Operations with the refresh cookie want to know that the call is our own page's.
        headers["Origin"] = os.environ["PROBE_ORIGIN"]
        headers["Leadkeep-Client"] = "probe"
    name = case.operation.definition.raw["operationId"]
    headers.update(LEAVING if name == "end_visitor_session" else VISITING)
    called[name] += 1
    noun = re.search(r"/([a-z]+)/\{id\}", case.operation.path)
    known = THINGS.get(noun.group(1)) if noun else None
    if known and called[name] % 2:
        case.path_parameters["id"] = known[called[name] % len(known) if called[name] % 3 else -1]


@schemathesis.hook
def after_call(context, case, response):
    statuses[response.status_code] += 1
    if response.status_code >= 400:
        codes[code(response)] += 1
    if response.status_code < 300:
        succeeded.add(case.operation.definition.raw["operationId"])
    # Its own calls may have ended the session; "unauthenticated" is what a spoiled token gets.
    if Signed.token and code(response) in ("session_ended", "context_switched"):
        Signed.token = sign_in()


def code(response):
    """The code of a problem document."""
    try:
        return json.loads(response.content)["code"]
    except (ValueError, KeyError, TypeError):
        return "no code"


@schemathesis.hook
def after_network_error(context, case, request):
    unanswered.append(f"{request.method} {request.url[:200]} {dict(request.headers)} {str(request.body)[:200]}")


@atexit.register
def tell():
    with open(os.environ["PROBE_COUNTED"], "w") as file:
        json.dump({"statuses": statuses, "codes": codes, "operations": called, "succeeded": sorted(succeeded), "unanswered": unanswered}, file)
