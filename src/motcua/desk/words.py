"""What the desk's forms let a person choose from."""

from motcua.desk.models import Charge, Dossier, DossierComponent, GateException, HandOut

How = DossierComponent.How
ResultWanted = Dossier.ResultWanted
ExceptionReason = GateException.Reason
ChargeHow = Charge.How
ChargeKind = Charge.Kind
HandOutHow = HandOut.How
