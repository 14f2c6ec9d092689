#!/usr/bin/env bash
# One row of a study: analyses it into OUT, with a cache of its own beside it, and tries again where the machine was at
# fault (exit codes 1 and 4). What failed for good leaves OUT/failure.json, which `npm run compare` lists.
# Usage: study/row.sh OUT MODEL DATA TASK [option…]
set -uo pipefail
out=$1 model=$2 data=$3 task=$4
shift 4
cache=$(dirname "$out").cache/$(basename "$out")
mkdir -p "$out" "$cache"
# A row that outlived the kill of its study goes on: who comes second waits for it, and takes what it made.
if command -v flock > /dev/null; then
  exec 9> "$cache/row.lock"
  flock 9
fi
[ -e "$out/run.json" ] && exit 0
for attempt in 1 2 3; do
  said=$(npm run --silent analyze -- --model "$model" --data "$data" --task "$task" --out "$out" \
    --cache "$cache/browser" --force --json "$@" 9>&-)
  code=$?
  if [ "$code" -eq 0 ]; then
    rm -f "$out/failure.json"
    exit 0
  fi
  [ "$code" -eq 1 ] || [ "$code" -eq 4 ] || break
done
[ -n "$said" ] || said="{\"code\":$code}"
printf '%s\n' "$said" > "$out/failure.json"
exit "$code"
