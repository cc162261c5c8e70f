"""For all tests: properties are tried with the same examples every time, so that a run tells about the change alone.

``SANTRAL_PROPERTIES=explore make test`` tries others each time.
"""

import os

from hypothesis import settings

settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("SANTRAL_PROPERTIES", "same"))
