"""The codes that stand in addresses: shapes that no citizen number and no phone number fits."""


class SlipCode:
    """Ten characters; a converter of addresses."""

    regex = "[2-9A-HJ-NP-Z]{10}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class RequestNumber(SlipCode):
    """YC-0000123."""

    regex = "YC-[0-9]{7,8}"


class RequestMark(SlipCode):
    """The first ten hexadecimal characters of the form's hash."""

    regex = "[0-9A-F]{10}"


class LinkToken(SlipCode):
    """Of a link in a notice."""

    regex = "[2-9a-hj-km-np-z]{14}"
