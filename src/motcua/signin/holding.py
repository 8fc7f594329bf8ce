"""Thẻ cho ai giữ khóa: at the token endpoint, the key that a token is made out to (RFC 9449, 5)."""

from typing import Any, ClassVar

from authlib.oauth2 import OAuth2Error
from django.utils import timezone

from motcua.signin import proof_refusals, proofs
from motcua.signin.models import Registration
from motcua.signin.proofs import ProofRefused
from motcua.signin.server import OfWhom, Request, bearer
from motcua.signin.trusted_client import TrustedClient


class InvalidProof(OAuth2Error):  # type: ignore[misc]
    """No proof where one must be, or one that is not to be believed; the caller is not told which of its parts."""

    error = "invalid_dpop_proof"


class Held:
    """A grant that makes its tokens out to whoever proves a key; before anything is spent for them.

    ``IN_OWN_NAME``: tokens of the system itself, which its registration wants bound, as all tokens of a desk. Other
    systems may leave people's tokens unbound, for libraries that know no proofs: they are good for ``userinfo`` then,
    and the API does not take them.
    """

    IN_OWN_NAME: ClassVar[bool] = False
    request: Request

    def authenticate_token_endpoint_client(self) -> TrustedClient:
        client: TrustedClient = super().authenticate_token_endpoint_client()  # type: ignore[misc]
        self.request.held_by = _holder(self.request, client)
        until = client.keys.bearer_until
        wanted = self.IN_OWN_NAME or _is_desk(client)
        if not self.request.held_by and wanted and (until is None or until < timezone.localdate()):
            raise InvalidProof(description="This client is registered for tokens that are bound to a key.")
        return client

    def generate_token(
        self,
        user: Any = None,
        scope: str | None = None,
        grant_type: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        return bearer(self.request.client, whom=self.of_whom(user), scope=scope, held_by=self.request.held_by)

    def of_whom(self, user: Any) -> OfWhom:
        """Whose token it is; a system in its own name speaks of nobody."""
        return OfWhom()


def _is_desk(client: TrustedClient) -> bool:
    """A desk of this house, beside the portal or apart: it knows proofs."""
    beside = client.sign_in is not None and bool(client.sign_in.desk)
    return beside or Registration.Scope.DESK_STANDING in client.keys.scopes


def _holder(request: Request, client: TrustedClient) -> str:
    came = request.came
    if came is None or not came.proof:
        return ""
    try:
        found = proofs.read(came, of_token=False)
        proofs.spend(found)
    except ProofRefused as no:
        proof_refusals.note(no, client_id=client.client_id)
        raise InvalidProof(description="The DPoP proof is not good for this request.") from None
    return found.thumbprint


__all__ = ["Held", "InvalidProof"]
