"""Training the transcriber, which reads a whole number at once."""
