"""Bản cũ, bản mới: which rows are versions of one paper, and which of them stands for it in a vault.

A paper may move to its right owner, and back. Its versions are put in order by when each first came into a vault, so
whoever holds some of them sees them in the order in which they were made, whatever has come and gone in between.
"""

from typing import Final

from django.db import connection
from django.db.models import BigIntegerField, F, Func, QuerySet
from django.db.models.expressions import RawSQL

from motcua.vault.models import Paper

#: As which row a paper came into a vault for the first time, for a query: the order of versions.
FIRST_ROW: Final = Func(F("id"), function="vault_first_row", output_field=BigIntegerField())


def lying_in(vault: int, paper: Paper) -> QuerySet[Paper]:
    """The versions of this paper that are in one account's vault now, oldest first."""
    return _of(paper).filter(owner_id=vault).exclude(state=Paper.State.MOVED).order_by(FIRST_ROW.asc(), "id")


def lay_in(vault: int, paper: Paper) -> Paper | None:
    """This very version as it was when it lay in that vault before, if it did."""
    gone = _of(paper).alias(first=FIRST_ROW).filter(first=first_row(paper))
    return gone.filter(owner_id=vault, state=Paper.State.MOVED).order_by("-id").first()


def first_row(paper: Paper) -> int:
    """As which row it came into a vault for the first time: the place in the order of versions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT vault_first_row(%s)", [paper.pk])
        first: int = cursor.fetchone()[0]
    return first


def last_of_line(paper: Paper) -> Paper:
    """What the next version says it replaces: the end of the line, though that one has gone on to another vault."""
    last = paper
    while (after := Paper.objects.filter(replaces=last).first()) is not None:
        last = after
    return last


def stand_again(paper: Paper) -> None:
    """In the vault that this paper has left, the newest version that stayed is current again.

    Unless the owner has the same numbered paper as another, newer row: that one goes on standing for both.
    """
    newest = lying_in(paper.owner_id, paper).last()
    if newest is None or newest.state == Paper.State.CURRENT:
        return
    current = Paper.objects.filter(
        owner_id=newest.owner_id, same_paper_bi=newest.same_paper_bi, state=Paper.State.CURRENT
    )
    if not current.exists():
        Paper.objects.filter(pk=newest.pk).update(state=Paper.State.CURRENT)


def _of(paper: Paper) -> QuerySet[Paper]:
    return Paper.objects.filter(pk__in=RawSQL("SELECT vault_versions(%s)", [paper.pk]))
