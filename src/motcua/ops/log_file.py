"""The log of a demonstration: a file that several processes write and that never grows past a size."""

import fcntl
import logging.handlers
from pathlib import Path


class SharedLogFile(logging.handlers.WatchedFileHandler):
    """One line after another in ``path``; when it is full, it becomes ``path.1`` and a new one begins."""

    def __init__(self, path: str | Path, largest: int = 5_000_000) -> None:
        self._largest = largest
        super().__init__(path, encoding="utf-8", delay=True)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
            self._turn_over()
        except OSError:
            self.handleError(record)
            return
        super().emit(record)

    def _turn_over(self) -> None:
        """Asked again under a lock, for another process may just have done it."""
        if not self._is_full():
            return
        with Path(self.baseFilename + ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._is_full():
                Path(self.baseFilename).replace(self.baseFilename + ".1")

    def _is_full(self) -> bool:
        try:
            return Path(self.baseFilename).stat().st_size >= self._largest
        except FileNotFoundError:
            return False
