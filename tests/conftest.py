"""What every test runs under."""

from hypothesis import settings

# A loaded machine is slow at times; a law does not become false by being checked slowly.
settings.register_profile("forecastle", deadline=None)
settings.load_profile("forecastle")
