"""Production, but for the officers' second factor, which the measured officers do without."""

import os

from motcua.config import env

os.environ["OFFICER_SECOND_FACTOR"] = "off"
env.loosened = True

from motcua.config.settings import *  # noqa: E402, F403
