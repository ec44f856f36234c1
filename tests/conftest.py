from __future__ import annotations

from hypothesis import settings

# No deadline: the machine may be busy. No database: tests leave nothing in the checkout.
settings.register_profile("digitus", deadline=None, database=None, max_examples=60)
settings.load_profile("digitus")
