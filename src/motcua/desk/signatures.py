"""Is a signed result still what its leader signed? Asked whenever one is shown."""

import uuid

from motcua.desk import results
from motcua.desk.models import Result
from motcua.desk.ports import ResultSigner, SignatureReport
from motcua.files import keeping
from motcua.files.keeping import FileUnreadable
from motcua.kernel.refusal import NotFound
from motcua.kernel.scope import EVERYTHING, Scope

_GONE = "Không mở được tệp kết quả đã ký. Đề nghị liên hệ nơi trả kết quả."


def report_of(result: Result, signer: ResultSigner) -> SignatureReport:
    """The report on the signed file as it lies here. The caller decides who may see it. Raises NotFound."""
    if result.signed is None:
        raise NotFound
    try:
        data = keeping.read(result.signed)
    except FileUnreadable:
        return SignatureReport(False, False, False, "", None, _GONE)
    return signer.verify(data)


def words_for(result: Result | None, signer: ResultSigner) -> str:
    """For an officer's page that shows this result; empty while nothing is signed."""
    return "" if result is None or result.signed is None else report_of(result, signer).words


def of_owner(
    subject: str, dossier_id: uuid.UUID, signer: ResultSigner, *, within: Scope = EVERYTHING
) -> SignatureReport | None:
    """For the owner's page: the report on a result that was handed out, else None."""
    try:
        return report_of(results.result_of_owner(subject, dossier_id, within=within), signer)
    except NotFound:
        return None
