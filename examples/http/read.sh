#!/bin/sh
# Reads pictures by a running `digitus serve`; prints the JSON.
#
#   sh examples/http/read.sh seven.png meter.jpg
#
# The server is at DIGITUS_URL, http://127.0.0.1:8000 by default; where it wants an API key, that is
# taken from DIGITUS_API_KEY. A picture's name may hold neither a comma nor a semicolon.
set -eu

for picture do  # each argument becomes a part of the form
    shift
    set -- "$@" --form "file=@$picture"
done
if [ -n "${DIGITUS_API_KEY:-}" ]; then  # by standard input, where no list of processes shows it
    printf 'header = "Authorization: Bearer %s"\n' "$DIGITUS_API_KEY"
fi | curl --config - --silent --show-error --fail-with-body "$@" \
    "${DIGITUS_URL:-http://127.0.0.1:8000}/v1/read"
