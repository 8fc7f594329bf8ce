"""Whose account it is: what was typed of a person, against the account that a request at the desk would change.

Asked when the request is opened, when it is corrected, and for the last time under the account's lock.
"""

from motcua.accounts import identity
from motcua.accounts.models import Account, Person
from motcua.accounts.sealed_data import PersonData
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import NameMatch, PersonName
from motcua.kernel.refusal import NotFound, Refusal


class NotTheHolder(Refusal):
    code = "not_the_holder"
    message = (
        "Họ và tên hoặc ngày sinh không khớp với tài khoản của số CMND/CCCD này. "
        "Đề nghị đối chiếu lại với giấy tờ gốc của công dân."
    )


def require(account: Account, data: PersonData) -> None:
    """The same birth date, and a name that is not another's (accents may be missing). Raises NotTheHolder.

    A year alone is not its 1 January: whether somebody is a minor yet is another question for each.
    """
    name = PersonName.parse(account.person.full_name)
    born = (account.person.born_on, account.person.born_year_only)
    if (
        born != (data.born_on.on, data.born_on.year_only)
        or name.compare(data.full_name) is NameMatch.DIFFERENT
    ):
        raise NotTheHolder


def lock(number: CitizenId) -> Account:
    """The account of the number with its person, neither of which changes before the transaction ends.

    The account first, as whoever adjusts or closes it holds it: of two acts one waits and sees what the other did.
    The person is read behind that lock: a join would still show what stood there before the wait. Raises NotFound.
    """
    found = identity.account_by_number(number)
    if found is None:
        raise NotFound
    account = Account.objects.select_for_update().get(pk=found.pk)
    account.person = Person.objects.select_for_update().get(pk=account.person_id)
    return account
