"""The probes: python probes [tls] [headers] [malformed] [schema]; none named = all."""

import sys
import time

import headers
import malformed
import schema
import tls
from product import Product

PROBES = {"tls": tls.probe, "headers": headers.probe, "malformed": malformed.probe, "schema": schema.probe}


def main(names):
    unknown = [name for name in names if name not in PROBES]
    if unknown:
        print(f"there is no probe `{unknown[0]}`; there are {', '.join(PROBES)}", file=sys.stderr)
        return 2
    findings = {}
    for name in names or PROBES:
        # Each has a product of its own, so that none sees what another did.
        with Product() as product:
            start = time.monotonic()
            print(f"\n== {name}", flush=True)
            found = probe_and_look(product, PROBES[name])
            findings[name] = found
            for finding in found:
                print(f"   FINDING {finding}")
            took = time.monotonic() - start
            print(f"== {name}: {len(found)} findings in {took:.0f} s", flush=True)
    total = sum(len(found) for found in findings.values())
    print(f"\nprobes: {', '.join(findings)}: {total} findings", flush=True)
    return 1 if total else 0


def probe_and_look(product, probe):
    """What the probe finds, and what the server itself says went wrong meanwhile."""
    found = list(probe(product))
    errors = product.server_errors()
    print(f"   the server counted {errors} answers of 5xx, its log has {len(product.complaints())} complaints")
    if errors:
        found.append(f"the server counted {errors} answers of 5xx")
    found.extend(f"the log: {line[:300]}" for line in product.complaints()[:10])
    if product.process.poll() is not None:
        found.append("the server has ended")
    return found


sys.exit(main(sys.argv[1:]))
