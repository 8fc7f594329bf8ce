"""`motcua journal verify`: is the journal still what the witnesses saw?"""

from datetime import date
from pathlib import Path

from motcua.journal import verifying
from motcua.journal.witnessing import FileWitness, configured

_NONE_LOST = range(0)


def run(
    path: Path | None,
    from_day: date | None,
    to_day: date | None,
    public_key: Path | None = None,
    lost: range = _NONE_LOST,
) -> int:
    """0 when nothing is wrong with any witness, 1 otherwise, 2 when no witness has seen anything."""
    witnesses = [FileWitness(path)] if path else configured()
    present = [witness for witness in witnesses if witness.path.exists()]
    for missing in (witness for witness in witnesses if not witness.path.exists()):
        print(f"Chưa có lời chứng: {missing.path}")
    believed = verifying.public_key_of(public_key)
    wrong = 0
    for witness in present:
        finding = verifying.verify(from_day, to_day, witness, believed, lost=lost)
        wrong += finding is not None
        print(f"{witness.path}: {finding or 'nhật ký nguyên vẹn.'}")
    if not present:
        return 2
    return 1 if wrong else 0
