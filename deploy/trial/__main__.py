"""``python -m deploy.trial up | down | status | prove WHAT``: as root, on one machine; up in a minute or two."""

import argparse
import os
import sys
from collections.abc import Callable
from typing import Final

from deploy.trial import arrangement, disks, nodes_lost, promotions

PROOFS: Final[dict[str, Callable[[], bool]]] = {
    "promotions": promotions.prove,
    "nodes": nodes_lost.prove_killed,
    "rolling": nodes_lost.prove_rolling,
    "disks": disks.prove,
    "one-promotion": lambda: promotions.prove((promotions.KILLED, promotions.SWITCHED)),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="deploy.trial", description=__doc__)
    verbs = parser.add_subparsers(required=True, dest="verb")
    for name in ("up", "down", "status"):
        verbs.add_parser(name)
    verbs.add_parser("prove").add_argument("what", nargs="+", choices=sorted(PROOFS))
    asked = parser.parse_args()
    if os.geteuid() != 0:
        raise SystemExit("Chỉ chạy được với quyền root (không gian mạng, ổ đĩa riêng).")
    if asked.verb == "prove":
        return int(bool([what for what in asked.what if not PROOFS[what]()]))
    if asked.verb == "status":
        print(arrangement.status())
        return 0
    arrangement.up() if asked.verb == "up" else arrangement.down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
