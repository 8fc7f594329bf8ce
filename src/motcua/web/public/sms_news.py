"""What an SMS provider tells by itself: a machine's address, let in by its signature and nothing else."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from motcua.kernel.refusal import Refusal
from motcua.outbox import delivery_news
from motcua.web.access import anyone
from motcua.web.outside import sms_news_reader


@anyone
@csrf_exempt
@require_POST
def hear(request: HttpRequest, provider: str) -> HttpResponse:
    """Noted, or known already, which is as good; the code of the refusal otherwise."""
    try:
        heard = sms_news_reader(provider).heard(
            body=request.body,
            at=request.headers.get("X-Motcua-Time", ""),
            signature=request.headers.get("X-Motcua-Signature", ""),
        )
    except Refusal as no:
        return JsonResponse({"result": no.code}, status=no.status)
    new = delivery_news.note(provider, heard)
    return JsonResponse({"result": "noted" if new else "known"})
