"""The web process."""

import os

from django.core.wsgi import get_wsgi_application

from motcua.config import web_threads
from motcua.config.kept_threads import OnKeptThreads
from motcua.ops.processes import die_with_parent

# A worker of the web server must not go on answering when the server that started it is gone.
if os.environ.get("MOTCUA_ROLE") == "web":
    die_with_parent()()

on_one_thread = get_wsgi_application()
application = OnKeptThreads(on_one_thread, threads=web_threads.threads())
