"""The web process."""

import os

from django.core.wsgi import get_wsgi_application

from motcua.config import web_threads
from motcua.config.kept_threads import OnKeptThreads
from motcua.ops.processes import die_with_parent

# A worker of the web server must not go on answering when the server that started it is gone.
if os.environ.get("MOTCUA_ROLE") == "web":
    die_with_parent()()

application = OnKeptThreads(get_wsgi_application(), threads=web_threads.threads())
