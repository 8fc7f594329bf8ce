"""By what an owner proves themselves once more on a page: the box of a password, or VNeID (NĐ 69/2024)."""

from django import forms

from motcua.accounts import passwords
from motcua.accounts.passwords import Proof
from motcua.kernel.visitor import Visitor


def prepared(visitor: Visitor, form: forms.Form, box: str = "password") -> dict[str, str]:
    """Take the box away from who has no password; what ``citizen/xac_nhan_vneid.html`` shows instead."""
    proof = passwords.proof_of(visitor)
    if proof != Proof.PASSWORD:
        del form.fields[box]
    return {"vneid_proof": proof.value}
