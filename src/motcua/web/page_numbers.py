"""Numbers in addresses that are shorter than anybody's own: nobody's number fits."""


class PageNumber:
    """Written <page:…>: a page of a paper, a line of a checklist."""

    regex = "[1-9][0-9]{0,2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class RowNumber(PageNumber):
    """Written <row:…>: a row of a list that only some may open."""

    regex = "[1-9][0-9]{0,7}"


class ProviderCode:
    """Written <sms_provider:…>: the code of an SMS provider, which begins with a letter."""

    regex = "[a-z][a-z0-9-]{0,19}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
