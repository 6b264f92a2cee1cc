"""Checks a bundle of the audit log. Written from docs/reference/audit-log.md alone, with nothing
but Python's own library; it shares no line with the Rust code.

    python3 verify_bundle.py FILE [KEY...]

Prints one problem on each line, as its kind and, where there is one, the entry's number.
"""
import base64
import hashlib
import json
import sys
import uuid

# Ed25519 (RFC 8032 section 5.1): verification only.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def recover(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def add(a, b):
    one = (a[1] - a[0]) * (b[1] - b[0]) % P
    two = (a[1] + a[0]) * (b[1] + b[0]) % P
    three = 2 * a[3] * b[3] * D % P
    four = 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, point):
    out = (0, 1, 1, 0)
    while n:
        if n & 1:
            out = add(out, point)
        point = add(point, point)
        n >>= 1
    return out


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x = recover(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def ed25519(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = point(public), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def key(text):
    name, ident, data = text.split("+", 2)
    data = base64.b64decode(data, validate=True)
    if len(data) != 33 or data[0] != 1 or ident != sha(name.encode(), b"\n", data)[:4].hex():
        raise ValueError("no key")
    return name, bytes.fromhex(ident), data[1:]


def signed(note, keys):
    """The note's text, if a key of these signed it and no signature of theirs is wrong."""
    text, lines = note.rsplit("\n\n", 1)
    text += "\n"
    found = False
    for line in lines.rstrip("\n").split("\n"):
        dash, name, data = line.split(" ")
        data = base64.b64decode(data, validate=True)
        for known in keys:
            if dash == "\u2014" and known[0] == name and known[1] == data[:4]:
                if not ed25519(known[2], text.encode(), data[4:]):
                    return None
                found = True
    return text if found else None


def trusted(head, known):
    keys = [key(text) for text in known]
    for published in head["keys"]:
        wanted = "leadkeep audit log key\n%s\n%s\n" % (head["origin"], published["key"])
        note = published["endorsement"]
        first = not known and not keys
        if first or (note and signed(note, keys) == wanted):
            if key(published["key"]) not in keys:
                keys.append(key(published["key"]))
    return keys


def part(data):
    return len(data).to_bytes(4, "big") + data


def ident(text):
    return uuid.UUID(text).bytes if text else b""


def leaf(workspace, line):
    digest = sha(
        b"leadkeep-audit-entry/v1\n",
        part(workspace),
        part(ident(line["entry"])),
        part(line["at"].to_bytes(8, "big", signed=True)),
        part(line["action"].encode()),
        part(line["actor_kind"].encode()),
        part(ident(line["actor"])),
        part(ident(line["session"])),
        part(line["target_kind"].encode()),
        part(ident(line["target"])),
        part(line["request"].encode()),
        part(base64.b64decode(line["commitment"], validate=True)),
    )
    number = line["number"].to_bytes(8, "big")
    return sha(b"\0", b"leadkeep-audit-leaf/v1\n", workspace, number, digest)


def root(leaves, start, end, proof):
    if not leaves:
        return proof.pop(0)
    if end - start == 1:
        return leaves[0][1]
    half = 1
    while half * 2 < end - start:
        half *= 2
    middle = start + half
    left = root([one for one in leaves if one[0] < middle], start, middle, proof)
    right = root([one for one in leaves if one[0] >= middle], middle, end, proof)
    return sha(b"\1", left, right)


def summarised(head, keys, problems):
    """The numbers that the summaries count, as ascending stretches."""
    stretches, months = [], set()
    for at, note in enumerate(head["summaries"], 1):
        try:
            title, line, rest = signed(note, keys).split("\n")
            one = json.loads(line)
            counted = sum(count["entries"] for count in one["counts"])
            numbered = sum(last - first + 1 for first, last in one["numbers"])
            holds = (
                title == "leadkeep audit summary"
                and rest == ""
                and one["format"] == "leadkeep-audit-summary/v1"
                and (one["origin"], one["workspace"]) == (head["origin"], head["workspace"])
                and one["month"] not in months
                and counted == numbered == one["entries"]
            )
        except (ValueError, AttributeError, KeyError, TypeError):
            holds = False
        if not holds:
            problems.append("Summary %d" % at)
            continue
        months.add(one["month"])
        stretches += one["numbers"]
    return sorted(stretches)


def after(stretches, number):
    while stretches and stretches[0][0] <= number:
        number = max(number, stretches.pop(0)[1] + 1)
    return number


def verify(text, known):
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    problems = []
    try:
        head = json.loads(lines[0])
        if head["format"] != "leadkeep-audit-bundle/v1":
            return ["Form 1"]
    except (ValueError, KeyError, IndexError, TypeError):
        return ["Form 1"]
    checkpoint, keys = None, []
    try:
        keys = trusted(head, known)
        note = signed(head["checkpoint"], keys)
        origin, size, top = note.split("\n")[:3]
        if origin == head["origin"]:
            checkpoint = int(size), base64.b64decode(top, validate=True)
    except (ValueError, AttributeError):
        pass
    if checkpoint is None:
        problems.append("Checkpoint")
    workspace = ident(head["workspace"])
    gone = summarised(head, keys, problems)
    leaves, expected, action, count = [], after(gone, 1), None, 0
    for at, text in enumerate(lines[1:], 2):
        try:
            line = json.loads(text)
            mine = leaf(workspace, line)
            said = base64.b64decode(line["leaf"], validate=True)
        except (ValueError, KeyError, TypeError, OverflowError, AttributeError):
            problems.append("Form %d" % at)
            continue
        number, count, action = line["number"], count + 1, line["action"]
        if number > expected:
            problems.append("Missing %d" % expected)
        later = not leaves or leaves[-1][0] < line["index"]
        if number < expected or not later:
            problems.append("Order %d" % number)
        expected = after(gone, max(expected, number + 1))
        if (line["salt"] is None) != (line["payload"] is None):
            problems.append("Payload %d" % number)
        elif line["payload"] is not None:
            salt = base64.b64decode(line["salt"], validate=True)
            made = sha(b"leadkeep-audit-payload/v1\n", salt, line["payload"].encode())
            if made != base64.b64decode(line["commitment"], validate=True):
                problems.append("Payload %d" % number)
        if mine != said:
            problems.append("Facts %d" % number)
        if later:
            leaves.append((line["index"], said))
    if gone:
        problems.append("Missing %d" % expected)
    if action != "audit.bundle_exported" or count != head["entries"]:
        problems.append("End")
    if checkpoint:
        size, top = checkpoint
        proof = [base64.b64decode(one, validate=True) for one in head["proof"]]
        try:
            fits = not leaves or leaves[-1][0] < size
            if not fits or root(leaves, 0, size, proof) != top or proof:
                problems.append("Tree")
        except IndexError:
            problems.append("Tree")
    return problems


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        found = verify(file.read(), sys.argv[2:])
    for problem in found:
        print(problem)
    sys.exit(1 if found else 0)
