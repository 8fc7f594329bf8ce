"""The rules of reuse, as a table: a paper in some state, a consent in some state, and what may be done with it.

``offered``: what the desk is told when it asks for the type. ``lendable``: whether the paper is lent to the dossier.
``held_by_database``: whether the database refuses the loan by itself too, however it is written.
"""

from dataclasses import dataclass

VALID, EXPIRED, NOTHING = "AVAILABLE", "EXPIRED", "NONE"


@dataclass(frozen=True)
class Case:
    """Everything not named is the ordinary case: an own, visible, current paper with a file and a consent."""

    name: str
    offered: str
    lendable: bool
    wanted: str = "KHAI_SINH"
    of: str = "owner"  # owner, stranger
    source: str = "COMPONENT"
    with_file: bool = True
    held_for: str = ""
    days_left: int | None = None
    paper: str = "current"  # current, hidden, handed_out, superseded, moved_away, moved_here
    consent: str = "given"  # given, online, withdrawn, none, other_dossier, other_unit, other_desk, strangers
    already_lent: bool = False
    held_by_database: bool = False


CASES = [
    # -- the ordinary case, from every source and for everybody ----------------------------------------
    Case("a digitised component", VALID, True),
    Case("a result that was handed out", VALID, True, source="RESULT", paper="handed_out"),
    Case("a result laid in openly", VALID, True, source="RESULT"),
    Case("a paper the owner laid in", VALID, True, source="OWNER"),
    Case("a paper of the owner's child", VALID, True, held_for="Nguyễn An Mẫu"),
    Case("a consent given online", VALID, True, consent="online"),
    Case("lent once already to this dossier", VALID, True, already_lent=True),
    # -- validity --------------------------------------------------------------------------------------
    Case("ends long after", VALID, True, days_left=400),
    Case("ends tomorrow", VALID, True, days_left=1),
    Case("ends today", VALID, True, days_left=0),
    Case("ended yesterday, chosen while good", EXPIRED, True, days_left=-1),
    Case("ended thirty days ago, chosen while good", EXPIRED, True, days_left=-30),
    Case("ended thirty-one days ago", EXPIRED, False, days_left=-31),
    Case("ended long ago", EXPIRED, False, days_left=-400),
    Case("the child's ended long ago", EXPIRED, False, days_left=-400, held_for="Nguyễn An Mẫu"),
    # -- type ------------------------------------------------------------------------------------------
    Case("another type is wanted", NOTHING, True, wanted="HOC_BA"),  # named by its id it is still the owner's
    Case("a type of no paper at all", NOTHING, True, wanted="KHONG_CO"),
    # -- the paper's state -----------------------------------------------------------------------------
    Case(
        "a result not handed out yet", NOTHING, False, source="RESULT", paper="hidden", held_by_database=True
    ),
    Case("an old version", VALID, False, paper="superseded", held_by_database=True),  # the new one is offered
    Case("moved to its right owner", NOTHING, False, paper="moved_away", held_by_database=True),
    Case("moved here from a wrong vault", VALID, True, paper="moved_here"),
    Case("known by its data only, no file", NOTHING, False, with_file=False),
    # -- whose it is -----------------------------------------------------------------------------------
    Case("a stranger's paper", NOTHING, False, of="stranger", held_by_database=True),
    Case("a stranger's paper, and their consent", NOTHING, False, of="stranger", consent="strangers"),
    # -- consent ---------------------------------------------------------------------------------------
    Case("nobody was asked", VALID, False, consent="none"),
    Case("the consent was taken back", VALID, False, consent="withdrawn", held_by_database=True),
    Case("taken back after it was lent", VALID, False, consent="withdrawn", already_lent=True),
    Case("the consent is for another dossier", VALID, False, consent="other_dossier", held_by_database=True),
    Case("the consent is for another unit", VALID, False, consent="other_unit"),
    Case("the consent is for another desk", VALID, False, consent="other_desk"),
    Case("a stranger consented", VALID, False, consent="strangers", held_by_database=True),
    # -- several things at once ------------------------------------------------------------------------
    Case("hidden and no consent", NOTHING, False, source="RESULT", paper="hidden", consent="none"),
    Case("expired long ago and taken back", EXPIRED, False, days_left=-400, consent="withdrawn"),
    Case(
        "moved here, taken back", VALID, False, paper="moved_here", consent="withdrawn", held_by_database=True
    ),
    Case("the child's, for another dossier", VALID, False, held_for="Nguyễn An Mẫu", consent="other_dossier"),
    Case(
        "a handed out result, ended yesterday",
        EXPIRED,
        True,
        source="RESULT",
        paper="handed_out",
        days_left=-1,
    ),
]
