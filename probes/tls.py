"""testssl.sh and sslyze on each public TLS listener: TLS 1.3 only, and nothing weak."""

import json
import shutil
import socket
import ssl
import subprocess
import sys
from pathlib import Path

#: What testssl.sh rates as a weakness here and is none; anything else above INFO is a finding.
EXPECTED = {
    "engine_problem": "about testssl.sh's own OpenSSL: without GOST it does not offer that, and neither do we",
    "HSTS_time": "on localhost browsers are told to forget after five minutes; elsewhere it is two years",
    "cert_revocation": "a local authority, made by the installation, publishes no list of what it withdrew",
    "OCSP_stapling": "as above: there is nobody to ask",
    "DNS_CAArecord": "localhost has no records",
    "HTTP_status_code": "testssl.sh leaves the port out of `Host`; another host than our own is refused with 421",
    "security_headers": "listed one by one by the probe `headers`",
}
WEAK = ("LOW", "MEDIUM", "HIGH", "CRITICAL", "WARN", "FATAL")
#: What must be there: the probe itself would be blind without.
OFFERED = {"SSLv2": "not offered", "SSLv3": "not offered", "TLS1": "not offered", "TLS1_1": "not offered",
           "TLS1_2": "not offered", "TLS1_3": "offered"}


def probe(product):
    found = []
    for name, caller in (("dashboard", product.dashboard), ("widget", product.widget)):
        found += testssl(name, caller, product)
        found += sslyze(name, caller, product)
        found += refused(name, caller)
    return found


def testssl(name, caller, product):
    program = shutil.which("testssl.sh") or shutil.which("testssl")
    report = product.directory / f"testssl-{name}.json"
    done = subprocess.run(
        [program, "--quiet", "--color", "0", "--warnings", "batch", "--ip", "127.0.0.1",
         "--add-ca", str(product.authority), "--jsonfile", str(report), caller.authority],
        capture_output=True, text=True, errors="replace", timeout=900,
    )
    if not report.exists():
        return [f"{name}: testssl.sh gave no report:\n{done.stdout[-1500:]}"]
    rows = json.loads(report.read_text())
    found, seen = [], {row["id"]: row for row in rows}
    for protocol, wanted in OFFERED.items():
        told = seen.get(protocol, {}).get("finding", "nothing")
        if not told.startswith(wanted):
            found.append(f"{name}: testssl.sh says of {protocol}: {told}")
    shown, kept = [], {}
    for row in rows:
        if row["severity"] not in WEAK:
            continue
        key = next((key for key in EXPECTED if row["id"].startswith(key)), None)
        if key:
            kept[key] = row["finding"]
        else:
            found.append(f"{name}: testssl.sh: {row['id']} {row['severity']}: {row['finding']}")
    for key in ("SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3", "ALPN", "FS_ciphers", "cipherlist_AVERAGE",
                "cert_keySize", "cert_chain_of_trust", "cert_trust", "banner_server", "HSTS_time"):
        if key in seen:
            shown.append(f"{key}: {seen[key]['finding']}")
    ids = ["heartbleed", "CCS", "ticketbleed", "ROBOT", "secure_renego", "secure_client_renego", "CRIME_TLS", "BREACH",
           "POODLE_SSL", "fallback_SCSV", "SWEET32", "FREAK", "DROWN", "LOGJAM", "BEAST", "LUCKY13", "RC4"]
    good = [key for key in ids if seen.get(key, {}).get("severity") in ("OK", "INFO")]
    print(f"   {name}: testssl.sh {version(done, rows)}, {len(rows)} rows; " + "; ".join(shown))
    print(f"   {name}: vulnerabilities looked for and not there: {', '.join(good)}")
    for key, finding in kept.items():
        print(f"   {name}: expected: {key} ({finding}): {EXPECTED[key]}")
    return found


def version(done, rows):
    line = next((row["finding"] for row in rows if row["id"] == "engine_problem"), "")
    first = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "testssl.sh"], capture_output=True, text=True)
    return first.stdout or line


def sslyze(name, caller, product):
    """Mozilla's "modern" profile, judged by sslyze."""
    program = Path(sys.executable).parent / "sslyze"
    done = subprocess.run(
        [str(program), "--mozilla_config=modern", f"--certinfo_ca_file={product.authority}",
         f"localhost:{caller.port}"],
        capture_output=True, text=True, errors="replace", timeout=300,
    )
    verdict = [line.strip() for line in done.stdout.splitlines() if caller.authority in line and ":" in line]
    print(f"   {name}: sslyze, Mozilla modern: {verdict[-1] if verdict else 'no verdict'}")
    if done.returncode == 0:
        return []
    tail = done.stdout.split("COMPLIANCE")[-1] or done.stderr
    return [f"{name}: sslyze: {' '.join(tail.split())[:1500]}"]


def refused(name, caller):
    """Old versions, asked for by name; and 1.3, so that it is known that asking works."""
    found = []
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        try:
            with socket.create_connection(("127.0.0.1", caller.port), 10) as plain:
                with context.wrap_socket(plain, server_hostname="localhost") as stream:
                    spoken = stream.cipher()
        except (ssl.SSLError, ConnectionError):
            spoken = None
        if (spoken is not None) != (version == ssl.TLSVersion.TLSv1_3):
            found.append(f"{name}: a handshake with {version.name} gave {spoken}")
    return found
