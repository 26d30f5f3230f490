#!/bin/sh
# Seeds for all targets: the fixtures of lint, under a few dialects where a first byte chooses one.
set -eu
cd "$(dirname "$0")"
mkdir -p corpus/read corpus/lint corpus/format
for file in ../testdata/lint/*/bad* ../testdata/lint/*/good*; do
    [ -f "$file" ] || continue
    name=$(basename "$(dirname "$file")")-$(basename "$file")
    cp "$file" "corpus/format/$name"
    for first in 000 001 002 011 021; do
        { printf "\\$first"; cat "$file"; } >"corpus/lint/$name-$first"
        cp "corpus/lint/$name-$first" corpus/read/
    done
done
