"""For all tests: an example of a property may take its time; speed is measured by benches."""

from hypothesis import settings

settings.register_profile("santral", deadline=None)
settings.load_profile("santral")
