"""How the last backup ended, for whoever watches over the system: one small file, always whole."""

import json
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

NAME: Final = "backup-status.json"


def write(var_dir: Path, *, ok: bool, size: int = 0) -> None:
    """Not ok: it failed, or lacks files. Holds no name and no place, so that the running system may read it."""
    leave(var_dir, NAME, {"ok": ok, "bytes": size})


def leave(var_dir: Path, name: str, said: Mapping[str, object]) -> None:
    """Under a name of its own, with the moment."""
    draft = var_dir / f".{name}.{secrets.token_hex(8)}"
    try:
        with draft.open("x", encoding="utf-8") as file:
            json.dump({**said, "at": datetime.now(UTC).isoformat(timespec="seconds")}, file, sort_keys=True)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o644)
        draft.rename(var_dir / name)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
