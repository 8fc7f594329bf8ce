"""Đưa giấy tờ vào kho: into the vault of the person whom the receipt names, once per key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from motcua import journal
from motcua.accounts.identity import named_by, stands_for, with_merged
from motcua.accounts.models import Account
from motcua.files import keeping as files
from motcua.files.models import StoredFile
from motcua.kernel.person_name import InvalidPersonName, NameMatch, PersonName, fold
from motcua.kernel.plain_text import clean
from motcua.kernel.refusal import Refusal
from motcua.vault import versions
from motcua.vault.models import Paper

#: A paper stays as long as its account; the file room wants a day.
KEPT_UNTIL = datetime(2999, 12, 31, tzinfo=UTC)


class KeyUsedForAnotherPaper(Refusal):
    code = "vault_key_used_for_another_paper"
    status = 409
    message = "Giấy tờ khác đã được đưa vào kho với cùng mã gửi. Đề nghị gửi lại với mã gửi mới."


#: Of what a paper is called (letters).
LONGEST_TITLE: Final = 300


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper to be kept. ``key`` is the sender's and stable: dossier code and component.

    ``held_for`` is the person the paper is about when that is not the owner (a minor, a dead person).
    ``hidden`` keeps a result back until it is handed out. Checked bytes are sealed here, in the transaction.
    """

    key: str
    type_code: str
    title: str
    source: Paper.Source
    file: files.CheckedFile | StoredFile | None = field(default=None, repr=False)
    held_for: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    issuer: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    hidden: bool = False


def put(
    *,
    audience: str,
    receipt_subject: str,
    papers: Sequence[NewPaper],
    dossier_code: str = "",
    digitised_by: str = "",
    unit_code: str = "",
) -> list[UUID]:
    """Keep the papers in the vault of the receipt's subject; the same key again gives the same id.

    The caller has verified the receipt's signature and audience; its expiry is not judged, because what a
    desk owes may come hours later. The same paper in newer bytes becomes the next version of the old one.
    """
    # Not led on to an account that it was merged into: once the two are parted, each has what it was received for.
    owner = named_by(receipt_subject, audience)
    kept = []
    for paper in papers:
        row = Paper(
            owner=owner,
            receipt_audience=audience,
            receipt_subject=receipt_subject,
            put_key=paper.key,
            type_code=paper.type_code,
            source=paper.source,
            source_dossier_code=dossier_code,
            digitised_by_subject=digitised_by,
            digitised_unit_code=unit_code,
        )
        kept.append(_put_once(row, paper))
    return kept


def hand_out(*, audience: str, dossier_code: str, by: str, unit_code: str) -> int:
    """The results of a dossier were handed out: from now on the owner sees them. How many appeared."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_paper SET visible_from = clock_timestamp() WHERE receipt_audience = %s"
            " AND source_dossier_code = %s AND source = 'RESULT' AND visible_from IS NULL RETURNING id",
            [audience, dossier_code],
        )
        shown = [row[0] for row in cursor.fetchall()]
        for pk in shown:
            journal.record("vault.paper.shown", subject=f"paper:{pk}", actor=by, unit_code=unit_code)
    return len(shown)


def held_for(paper: Paper) -> str:
    """The person the paper is about, or empty when it is the owner."""
    return _unsealed("paper.held_for", paper.public_id, paper.subject_name_sealed)


def number_of(paper: Paper) -> str:
    """The paper's own number (số ký hiệu), for its owner and for a reader with a right."""
    return _unsealed("paper.number", paper.public_id, paper.number_sealed)


def reseal(old: Paper, new: Paper, *, as_it_lay: Paper | None = None) -> None:
    """Carry what is sealed for one row over to another, and its mark, so that its next scan follows it there.

    ``as_it_lay``: the row it was in that vault before, whose name and mark it has again. Where the new owner has
    that paper already, the row is one of its own kind: both stay to be seen.
    """
    was = as_it_lay or old
    name, number, mark = held_for(was), number_of(old), bytes(was.same_paper_bi)
    if is_about(new.owner, name):
        # In the vault of the very person it is about nobody else's name stands on it.
        name, mark = "", _mark_of(old.type_code, "", number)
    new.subject_name_sealed = _sealed("paper.held_for", new.public_id, name)
    new.number_sealed = _sealed("paper.number", new.public_id, number)
    there = Paper.objects.filter(owner_id=new.owner_id, same_paper_bi=mark, state=Paper.State.CURRENT)
    twice = new.state == Paper.State.CURRENT and there.exists()
    new.same_paper_bi = _one_of_its_kind(new.public_id) if twice else mark


def name(new: Paper, *, number: str, held_for: str) -> None:
    """What a new version is called when its facts are put right: its words, its seals and its mark."""
    new.folded_title = fold(f"{new.title} {new.issuer}")[:300]
    new.number_sealed = _sealed("paper.number", new.public_id, number)
    new.subject_name_sealed = _sealed("paper.held_for", new.public_id, held_for)
    mark = _mark_of(new.type_code, held_for, number)
    there = Paper.objects.filter(owner_id=new.owner_id, same_paper_bi=mark, state=Paper.State.CURRENT)
    new.same_paper_bi = _one_of_its_kind(new.public_id) if there.exists() else mark


def is_about(account: Account, name: str) -> bool:
    """Whether a paper held under this name is the account's own person's, as far as a name can say."""
    if not name:
        return False
    try:
        return PersonName.parse(account.person.full_name).compare(PersonName.parse(name)) == NameMatch.SAME
    except InvalidPersonName:
        return False


def _put_once(row: Paper, paper: NewPaper) -> UUID:
    if known := _already(row, paper):
        return known
    try:
        with transaction.atomic():
            _insert(row, paper)
    except IntegrityError:
        # Somebody delivered the same key at the same moment; anything else is a bug and is raised.
        if known := _already(row, paper):
            return known
        raise
    return row.public_id


def _already(row: Paper, paper: NewPaper) -> UUID | None:
    known = Paper.objects.filter(receipt_audience=row.receipt_audience, put_key=row.put_key).first()
    if known is None:
        return None
    same_bytes = (bytes(known.sha256) if known.sha256 else None) == _hash_of(paper)
    # Under the same receipt it was this vault then, whatever was merged or parted since.
    same_receipt = known.receipt_subject == row.receipt_subject
    same_vault = same_receipt or known.owner_id in with_merged(stands_for(row.owner_id))
    if not same_vault or known.type_code != row.type_code or not same_bytes:
        raise KeyUsedForAnotherPaper
    return known.public_id


def _insert(row: Paper, paper: NewPaper) -> None:
    # One writer per vault: two versions of one paper do not both become number two.
    Account.objects.select_for_update(no_key=True).get(pk=row.owner_id)
    row.public_id = uuid4()
    row.title = clean(paper.title, max_length=LONGEST_TITLE)
    row.issuer = clean(paper.issuer, max_length=200)
    row.folded_title = fold(f"{row.title} {row.issuer}")[:LONGEST_TITLE]
    row.issued_on, row.valid_until = paper.issued_on, paper.valid_until
    row.subject_name_sealed = _sealed("paper.held_for", row.public_id, paper.held_for)
    row.number_sealed = _sealed("paper.number", row.public_id, paper.number)
    row.sha256 = _hash_of(paper)
    row.same_paper_bi = _same_paper(paper)
    row.visible_from = None if paper.hidden else _clock()
    _supersede(row)
    row.file = _file_of(paper)
    row.save(force_insert=True)
    journal.record(
        "vault.paper.kept",
        subject=f"paper:{row.pk}",
        actor=row.digitised_by_subject,
        unit_code=row.digitised_unit_code,
        facts={"owner": row.owner_id, "type": row.type_code, "version": row.version, "source": row.source},
    )


def _supersede(row: Paper) -> None:
    """The current paper with the same mark, else one of the same type and bytes, becomes the old version."""
    current = Paper.objects.filter(owner_id=row.owner_id, state=Paper.State.CURRENT).order_by(
        "-version", "-id"
    )
    # The mark first: two current papers of one mark is what the database forbids.
    old = current.filter(same_paper_bi=row.same_paper_bi).first()
    if old is None and row.sha256 is not None:
        old = current.filter(type_code=row.type_code, sha256=row.sha256).first()
    if old is None:
        return
    if row.visible_from is None and old.visible_from is not None:
        # A result nobody may see yet must not take away the paper that is seen.
        row.same_paper_bi = _one_of_its_kind(row.public_id)
        return
    Paper.objects.filter(pk=old.pk).update(state=Paper.State.SUPERSEDED)
    row.replaces = versions.last_of_line(old)
    row.version = row.replaces.version + 1


def _same_paper(paper: NewPaper) -> bytes:
    """A mark shared by scans of one numbered paper of one person; unnumbered papers are each their own."""
    return _mark_of(paper.type_code, paper.held_for, paper.number)


def _mark_of(type_code: str, about: str, number: str) -> bytes:
    number = "".join(number.split()).upper()
    if not number:
        return _one_of_its_kind(uuid4())
    return _mark("\x1f".join(["paper", type_code, fold(about), number]))


def _one_of_its_kind(public_id: UUID) -> bytes:
    return _mark(f"one\x1f{public_id}")


def _mark(text: str) -> bytes:
    mark: bytes = settings.KEYRING.fingerprint("paper", text)
    return mark


def _hash_of(paper: NewPaper) -> bytes | None:
    match paper.file:
        case None:
            return None
        case StoredFile() as stored:
            return bytes(stored.sha256)
        case checked:
            return bytes(checked.inspected.sha256)


def _file_of(paper: NewPaper) -> StoredFile | None:
    if paper.file is None or isinstance(paper.file, StoredFile):
        return paper.file
    return files.keep_checked(paper.file, purpose=StoredFile.Purpose.VAULT_PAPER, purge_after=KEPT_UNTIL)


def _clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _sealed(field_name: str, public_id: UUID, text: str) -> bytes:
    if not text:
        return b""
    sealed: bytes = settings.KEYRING.seal(field_name, str(public_id), clean(text, max_length=200))
    return sealed


def _unsealed(field_name: str, public_id: UUID, sealed: bytes | memoryview) -> str:
    if not sealed:
        return ""
    text: str = settings.KEYRING.open(field_name, str(public_id), bytes(sealed))
    return text
