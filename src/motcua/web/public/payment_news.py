"""What the payment system tells by itself: a machine's address, let in by its signature and nothing else."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from motcua.desk import paying
from motcua.kernel.refusal import Refusal
from motcua.web.access import anyone
from motcua.web.outside import payment_gateway


@anyone
@csrf_exempt
@require_POST
def hear(request: HttpRequest) -> HttpResponse:
    """Recorded (again), or the code of the refusal; a payment that came second is the sender's to give back."""
    try:
        news = payment_gateway().heard(
            body=request.body,
            at=request.headers.get("X-Motcua-Time", ""),
            signature=request.headers.get("X-Motcua-Signature", ""),
        )
        paid = paying.believe(news, now=timezone.now())
    except Refusal as no:
        return JsonResponse({"result": no.code}, status=no.status)
    return JsonResponse({"result": "paid" if paid else "noted"})
