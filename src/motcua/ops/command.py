"""The command `motcua`. What PostgreSQL waits for (`motcua backup wal`) starts without the rest of the house."""

import argparse
import sys


def main() -> int:
    if sys.argv[1:3] != ["backup", "wal"]:
        from motcua.ops import cli

        return cli.main()
    from motcua.ops.backup.wal import commands
    from motcua.ops.places import CannotStart

    parser = argparse.ArgumentParser(prog="motcua backup")
    commands.add_wal(parser.add_subparsers(required=True))
    asked = parser.parse_args(sys.argv[2:])
    try:
        return int(asked.verb(asked))
    except CannotStart as no:
        print(f"motcua: {no}", file=sys.stderr)
    except OSError as no:  # PostgreSQL's log names the piece; a traceback would only hide it
        print(f"motcua: {type(no).__name__}: {no.strerror}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
