#!/usr/bin/env bash
# Runs what can be checked on an NVIDIA device, and prints a table. Needs the built files (mvn -DskipTests package), Java 17, a driver of CUDA 12.0 or newer, NVRTC and cuBLAS.
# Carry: modules/*/target/*.jar, modules/cli/target/lib, this script. Takes under eight minutes.
set -uo pipefail
home=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PERFORMER_OPTS=${PERFORMER_OPTS:-}

row() { printf '| %s | %s |\n' "$1" "$2"; }
seconds() { date +%s.%N; }
# The last training loss of a run.
loss() { grep -o '"loss":[0-9.eE+-]*' "$1/metrics.jsonl" | tail -n 1 | cut -d: -f2; }

row "check" "result"
row "---" "---"
row "date" "$(date -u +%F)"
row "device" "$("$home/performer" devices | sed -n 's/^device  //p' | paste -sd ';')"

python3 - "$work/text.txt" <<'PY' 2>/dev/null || seq 1 60000 >"$work/text.txt"
import sys
with open(sys.argv[1], "w") as f:
    for i in range(60000):
        f.write("%d squared is %d.\n" % (i, i * i))
PY

train() { # engine folder [flags]
  local engine=$1 out=$2
  shift 2
  local begun
  begun=$(seconds)
  if ! timeout 150 "$home/performer" train --engine "$engine" --preset text-character --data "$work/text.txt" \
    --steps 200 --seed 7 --out "$out" "$@" >"$out.log" 2>&1; then
    row "200 steps, $engine $*" "FAILED: $(tail -n 1 "$out.log")"
    return 1
  fi
  row "200 steps, $engine $*" "loss $(loss "$out"), $(echo "$(seconds) $begun" | awk '{ printf "%.1f", $1 - $2 }') s"
}

train cpu "$work/cpu"
train cuda "$work/cuda"
for precision in tf32 bfloat16; do
  PERFORMER_OPTS="$PERFORMER_OPTS -Dperformer4j.cuda.precision=$precision" train cuda "$work/$precision"
done
if [ -f "$work/cpu/metrics.jsonl" ] && [ -f "$work/cuda/metrics.jsonl" ]; then
  row "losses within 1%" "$(echo "$(loss "$work/cpu") $(loss "$work/cuda")" | awk '{ d = $1 - $2; d = d < 0 ? -d : d; print (d <= 0.01 * $1) ? "yes" : "NO" }')"
fi
if command -v compute-sanitizer >/dev/null; then
  if timeout 120 compute-sanitizer --error-exitcode 9 "$home/performer" train --engine cuda --preset text-character \
    --data "$work/text.txt" --steps 2 --seed 7 --out "$work/checked" >"$work/checked.log" 2>&1; then
    row "compute-sanitizer" "clean"
  else
    row "compute-sanitizer" "FAILED: $(grep -m 1 '=========' "$work/checked.log")"
  fi
else
  row "compute-sanitizer" "not on this machine"
fi
