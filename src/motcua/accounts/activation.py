"""Kích hoạt: the citizen turns the one-time password into a password of their own."""

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from motcua import journal
from motcua.accounts import (
    evidence,
    guardianships,
    hashing,
    identity,
    notices,
    passwords,
    providers,
    sessions,
    signing_in,
)
from motcua.accounts.models import (
    Account,
    Guardianship,
    KnownDevice,
    PairwiseSubject,
    TempCredential,
    WaitsForOwner,
)
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import Number, number_fingerprint
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox import sending, texts


class ActivationRefused(Refusal):
    """One answer for a wrong number, password or birth date, and for one that has lapsed."""

    code = "activation_refused"
    message = (
        "Thông tin kích hoạt không đúng hoặc mật khẩu một lần đã hết hạn (24 giờ). Đề nghị ông/bà kiểm tra lại; "
        "nếu đã quá hạn, đề nghị nhờ cán bộ đã tạo tài khoản gửi lại mật khẩu một lần."
    )


class OfficerIsHere(Refusal):
    """The password must not be set where the creating officer is signed in (threats T-15)."""

    code = "activation_beside_officer"
    status = 403
    message = "Trình duyệt này đang có cán bộ đăng nhập. Đề nghị ông/bà kích hoạt trên điện thoại hoặc máy của mình."


class DeviceOfCreator(OfficerIsHere):
    """The officer may have signed out; the browser is still the one they sign in with (threats T-15)."""

    code = "activation_on_creators_device"
    message = (
        "Máy này là máy của cán bộ đã tạo tài khoản. "
        "Đề nghị ông/bà kích hoạt trên điện thoại của mình hoặc trên một máy khác."
    )


def activate(
    *, number: Number, one_time: str, born_on: BirthDate, password: str, device: str, officer_is_here: bool
) -> Account:
    """Raises ActivationRefused, OwnerCameOfAge, OfficerIsHere, DeviceOfCreator, PasswordTooWeak, TooManyAttempts,
    OwnAccountsOver.

    The one-time password is used up by one conditional UPDATE, in the transaction that sets the new one (C15).
    """
    providers.refuse_when_over(timezone.localdate())
    if officer_is_here:
        raise OfficerIsHere
    account = identity.account_by_number(number)
    key = _key(number, account, device)
    spending.spend((Quota.SIGN_IN_FAILURES, key))
    if account is not None and _is_device_of_creator(account, device):
        raise DeviceOfCreator
    mine = account is not None and _born(account, born_on)
    temporary = signing_in.try_one_time(account) if account is not None and mine else None
    right = hashing.is_password(one_time, temporary.password if temporary else "")
    if not right or temporary is None or account is None:
        raise ActivationRefused
    passwords.refuse_weak(password, account)
    hashed = hashing.hashed(password)
    _use(temporary, account, hashed)
    spending.reset(Quota.SIGN_IN_FAILURES, key)
    account.refresh_from_db()
    return account


@transaction.atomic
def _use(temporary: TempCredential, account: Account, hashed: str) -> None:
    won = TempCredential.objects.filter(
        pk=temporary.pk, used_at__isnull=True, voided_at__isnull=True, expires_at__gt=ClockTimestamp()
    ).update(used_at=ClockTimestamp())
    if not won:
        raise ActivationRefused
    waits = Account.objects.filter(pk=account.pk, status=Account.Status.PENDING).exclude(WaitsForOwner("pk"))
    opened = waits.update(
        status=Account.Status.ACTIVE,
        password=hashed,
        password_set_at=ClockTimestamp(),
        activated_at=ClockTimestamp(),
    )
    if not opened:
        guardianships.refuse_waiting(account)
        raise ActivationRefused
    evidence.keep_after_activation(account)
    sessions.end_all(account, why="activated")
    journal.record("accounts.account.activated", subject=f"account:{account.pk}")
    phone = identity.primary_phone(account)
    if phone is not None:
        sending.enqueue(
            to=phone,
            text=texts.account_activated(link=notices.disavowal_link(account, "account_activated")),
            purpose="account_activated",
            dedupe_key=f"account_activated:{account.pk}:{temporary.pk}",
        )


def _key(number: Number, account: Account | None, device: str) -> str:
    """A count of its own: strangers who fail to sign in must not keep the owner from activating."""
    who = f"account-{account.pk}" if account is not None else number_fingerprint(number).hex()
    return f"activate:{who}:{sessions.device_hash(device).hex()}"


def _is_device_of_creator(account: Account, device: str) -> bool:
    """Whether whoever vouched for the account, or handed it over, has signed in from this browser.

    A one-time password lives for 24 hours, so this holds for all of its life.
    """
    handed_over = Guardianship.objects.filter(account=account, settled_at__isnull=False)
    officers = Q(subject__in=handed_over.values("settled_by"))
    if account.vouched_by:
        officers |= Q(subject=account.vouched_by)
    theirs = PairwiseSubject.objects.filter(officers, audience=settings.DESK_ID)
    return KnownDevice.objects.filter(
        device_hash=sessions.device_hash(device), account__in=theirs.values("account")
    ).exists()


def _born(account: Account, born_on: BirthDate) -> bool:
    return account.person.born_on == born_on.on
