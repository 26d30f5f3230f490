#!/bin/sh
# Seeds for all targets: the fixtures of lint, under a few dialects where a first byte chooses one.
set -eu
cd "$(dirname "$0")"
mkdir -p corpus/read corpus/lint corpus/format corpus/reply corpus/body
for file in ../testdata/lint/*/bad* ../testdata/lint/*/good*; do
    [ -f "$file" ] || continue
    name=$(basename "$(dirname "$file")")-$(basename "$file")
    cp "$file" "corpus/format/$name"
    for first in 000 001 002 011 021; do
        { printf "\\$first"; cat "$file"; } >"corpus/lint/$name-$first"
        cp "corpus/lint/$name-$first" corpus/read/
    done
done
# A first byte says how long the pieces are.
printf '\003220-mx.example\r\n220 ESMTP\r\n250 ok\r\n' >corpus/reply/multiline
printf '\100554-a\000b\n554 c\n25\nabc def\r\n' >corpus/reply/odd
printf '\001Subject: t\n\n.\n..\r\n\r.\r\r\nend\n' >corpus/body/dots
printf '\005a\r\n.\r\nMAIL FROM:<x>\r\n\000\377\r' >corpus/body/smuggle
