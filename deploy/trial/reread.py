"""Run on a node: reads the scans of the dossiers with this note back; how many, and how many not."""

import sys

import django

django.setup()

from motcua.desk.models import DossierComponent  # noqa: E402
from motcua.files import keeping  # noqa: E402


def main() -> None:
    papers = DossierComponent.objects.filter(dossier__note=sys.argv[1], how="UPLOADED").select_related("file")
    broken = 0
    for paper in papers:
        if paper.file is None:
            broken += 1
            continue
        try:
            keeping.read(paper.file)
        except keeping.FileUnreadable:
            broken += 1
    print(len(papers), broken)


main()
