"""Seals under which a restore lost lines, as an operator writes them down and types them again."""

import argparse
import re


def parse(said: str) -> range:
    """ "101-150" as the report of a restore says it."""
    found = re.fullmatch(r"([1-9][0-9]{0,15})-([1-9][0-9]{0,15})", said)
    if found is None or int(found[1]) > int(found[2]):
        raise argparse.ArgumentTypeError("viết dạng 101-150: số đầu, gạch nối, số cuối")
    return range(int(found[1]), int(found[2]) + 1)


def written(seals: range) -> str:
    return f"{seals.start}-{seals.stop - 1}" if seals else ""
