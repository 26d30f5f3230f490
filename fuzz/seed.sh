#!/bin/sh
# Seeds for all targets: the fixtures of lint and the samples, under a few dialects, formats or options where a first byte
# chooses one.
set -eu
cd "$(dirname "$0")"
mkdir -p corpus/read corpus/lint corpus/format corpus/markup corpus/records corpus/lines corpus/reply corpus/body corpus/database
for file in ../testdata/lint/*/bad* ../testdata/lint/*/good*; do
    [ -f "$file" ] || continue
    name=$(basename "$(dirname "$file")")-$(basename "$file")
    cp "$file" "corpus/format/$name"
    for first in 000 001 002 011 021; do
        { printf "\\$first"; cat "$file"; } >"corpus/lint/$name-$first"
        cp "corpus/lint/$name-$first" corpus/read/
    done
done

# seed TARGET FIRST-BYTES FILE…
seed() {
    target=$1 bytes=$2
    shift 2
    for file; do
        [ -f "$file" ] || continue
        name=$(echo "$file" | sed 's,^../testdata/,,; s,/,-,g')
        for first in $bytes; do
            { printf "\\$first"; cat "$file"; } >"corpus/$target/$name-$first"
        done
    done
}
seed markup '000 200' ../testdata/lint/*/xeams/*.xml ../testdata/samples/xeams/*.xml
seed markup '001 201 301' ../testdata/lint/*/imsva/*.xml ../testdata/samples/imsva/*.xml ../testdata/imsva/*.xml
seed markup '002 202' ../testdata/lint/*/imss/*.xml ../testdata/samples/imss/*.xml
seed records '000' ../testdata/samples/cpanel/*.json
seed records '001 201' ../testdata/lint/*/mspcontrol/*.csv ../testdata/samples/mspcontrol/*.csv
seed records '002 202' ../testdata/lint/*/mspcontrol/*.json ../testdata/samples/mspcontrol/*.json
seed lines '000 001 002 003' ../testdata/samples/cpanel/*/*
seed lines '004 204' ../testdata/lint/*/postfix-transport/* ../testdata/samples/postfix-transport/*
# A first byte says how long the pieces are.
printf '\003220-mx.example\r\n220 ESMTP\r\n250 ok\r\n' >corpus/reply/multiline
printf '\100554-a\000b\n554 c\n25\nabc def\r\n' >corpus/reply/odd
printf '\001Subject: t\n\n.\n..\r\n\r.\r\r\nend\n' >corpus/body/dots
printf '\005a\r\n.\r\nMAIL FROM:<x>\r\n\000\377\r' >corpus/body/smuggle
# Places of the header, of the records and of the tables, and what stands there.
printf '\000\000\377\010\004\101' >corpus/database/records
printf '\012\000\000\011\020\001\003' >corpus/database/tables
printf '' >corpus/database/none
