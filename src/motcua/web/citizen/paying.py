"""Nộp trực tuyến: the owner is led to the payment system, comes back, and sees whether the money has arrived."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from motcua.desk import paying as desk
from motcua.desk.ports import PaymentStatus, PaymentUnavailable
from motcua.kernel.refusal import Refusal
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.outside import payment_gateway


@signed_in
@require_http_methods(["GET", "POST"])
def pay(request: VisitorRequest, public_id: UUID, charge_id: UUID) -> HttpResponse:
    """POST begins; GET, where the payment system sends people back to, asks how far it is."""
    asked = desk.Asked(request.visitor.subject, public_id, charge_id, request.visitor.scope)
    bill = desk.bill(asked)
    if request.method == "POST":
        # A link and no redirect: a form of ours may lead to our own addresses only (form-action of the CSP).
        address = desk.begin(
            asked,
            gateway=payment_gateway(),
            return_to=f"{settings.PUBLIC_URL}{request.path}",
            notify_to=f"{settings.PUBLIC_URL}{reverse('public:payment_news')}",
            now=timezone.now(),
        )
        return _page(request, public_id, bill, address=address)
    try:
        status = desk.look(asked, gateway=payment_gateway(), now=timezone.now())
    except PaymentUnavailable:
        status = PaymentStatus.PENDING
    except Refusal as no:
        return _page(request, public_id, bill, status=no.status, trouble=no.text)
    if status == PaymentStatus.PAID:
        return redirect("citizen:dossier", public_id=public_id)
    waiting = status == PaymentStatus.PENDING
    return _page(request, public_id, bill, waiting=waiting, again=not waiting)


def _page(
    request: VisitorRequest, dossier_id: UUID, bill: desk.Bill, *, status: int = 200, **more: object
) -> HttpResponse:
    facts = [("Khoản phải nộp", bill.kind), ("Số tiền", bill.amount)]
    told = {"nav_here": "dossiers", "dossier_id": dossier_id, "bill": bill, "facts": facts, **more}
    return render(request, "citizen/nop_truc_tuyen.html", told, status=status)
