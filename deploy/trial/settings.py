"""Production, but for the officers' second factor, the antivirus and the outside, which simulators play."""

import os

from motcua.config import env

os.environ["OFFICER_SECOND_FACTOR"] = "off"
env.loosened = True

from motcua.config.settings import *  # noqa: E402, F403
