"""No antivirus is connected, and the answer says so instead of pretending."""

from motcua.files.ports import Finding, Verdict


class NotConfigured:
    """For demonstration: every file is marked as not seen by an antivirus."""

    def scan(self, data: bytes) -> Verdict:
        return Verdict(Finding.NOT_CONFIGURED)
