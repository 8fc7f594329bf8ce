import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from motcua.ops import embedded


@pytest.mark.django_db
def test_the_tests_run_on_a_real_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        row = cursor.fetchone()
    assert row is not None
    assert int(row[0]) >= 150000


def test_a_path_too_long_for_a_socket_still_has_a_database(tmp_path: Path) -> None:
    deep = tmp_path / ("rất-dài-" * 12) / "postgres"
    started = embedded.start(deep, durable=False)
    try:
        assert len(str(started.socket_dir)) < 90
        assert started.socket_dir.stat().st_mode & 0o077 == 0
        with psycopg.connect(started.url) as database:
            assert database.execute("SELECT current_database()").fetchone() == ("motcua",)
    finally:
        started.stop()
    assert not started.socket_dir.exists()


def test_without_the_password_nobody_is_the_owner(tmp_path: Path) -> None:
    started = embedded.start(tmp_path / "postgres", password="dung-mat-khau", durable=False)
    try:
        psycopg.connect(started.url).close()
        for wrong in (None, "sai-mat-khau"):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(started.url_for(embedded.OWNER, wrong)).close()
    finally:
        started.stop()


def test_a_start_that_was_interrupted_while_making_the_database_is_made_again(tmp_path: Path) -> None:
    half_made = tmp_path / "postgres.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n", encoding="ascii")
    started = embedded.start(tmp_path / "postgres", durable=False)
    started.stop()
    assert not half_made.exists()
    assert (tmp_path / "postgres" / "PG_VERSION").exists()


def _may_be_run_by_others(program: Path) -> bool:
    real = program.resolve()
    return all(step.stat().st_mode & 0o001 for step in (real, *real.parents, *program.absolute().parents))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_can_start_it_too() -> None:
    """In a process of its own, without root's rights."""
    if not _may_be_run_by_others(Path(sys.executable)):
        pytest.skip("this Python lies in root's own folder")
    place = Path(tempfile.mkdtemp(prefix="motcua thường "))
    somebody = pwd.getpwnam("nobody")
    os.chown(place, somebody.pw_uid, somebody.pw_gid)
    program = (
        "import sys; from pathlib import Path; from motcua.ops import embedded;"
        "started = embedded.start(Path(sys.argv[1]) / 'postgres', password='x', durable=False);"
        "print(started.process.pid); started.stop()"
    )
    try:
        made = subprocess.run(
            [sys.executable, "-c", program, str(place)],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": "src"},
            user=somebody.pw_uid,
            group=somebody.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert made.returncode == 0, made.stderr
        assert (place / "postgres").stat().st_uid == somebody.pw_uid
    finally:
        shutil.rmtree(place, ignore_errors=True)
