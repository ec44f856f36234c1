"""The finder: a network that learns from made pages where digits stand, and which they are."""
