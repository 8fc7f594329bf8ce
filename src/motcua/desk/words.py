"""What the desk's forms let a person choose from."""

from motcua.desk.models import Dossier, DossierComponent, GateException

How = DossierComponent.How
ResultWanted = Dossier.ResultWanted
ExceptionReason = GateException.Reason
