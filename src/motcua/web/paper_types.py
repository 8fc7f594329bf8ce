"""Loại giấy tờ: as the catalogue names them; a portal without a desk has no catalogue and shows the codes."""

from django.conf import settings


def words_of(code: str) -> str:
    """The catalogue's words for a type of paper, or its code."""
    if not settings.HOSTS_DESK:
        return code
    from motcua.desk import catalogue  # the desk's tables are not everywhere

    return catalogue.words_of_paper_type(code)


def known() -> dict[str, str]:
    """Code → words, of every type that the catalogue knows."""
    if not settings.HOSTS_DESK:
        return {}
    from motcua.desk import catalogue  # the desk's tables are not everywhere

    return dict(catalogue.paper_types())
