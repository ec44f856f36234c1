"""The HTTP API (extra ``serve``): the reader of the command line, for other programs."""
