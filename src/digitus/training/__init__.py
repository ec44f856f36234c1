"""The workshop in which readers are made: data, handwriting, training, measuring and export."""
