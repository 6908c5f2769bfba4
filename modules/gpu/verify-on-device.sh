#!/usr/bin/env bash
# Checks an NVIDIA device, in at most eight minutes, and prints a table: kernels beside golden vectors, gradients, 200 steps of training beside the processor's, compute-sanitizer,
# times of attention and of whole steps beside eager PyTorch's.
#
#   verify-on-device.sh               checks the device of this machine
#   verify-on-device.sh --pack DIR    writes what another machine needs into the new folder DIR, at most 60 MiB: jars, a Java runtime, golden vectors, this script
#
# In the repository it needs the built files (mvn -DskipTests package) and Java 17; a packed folder needs nothing of them. Both need a driver of CUDA 12.0 or newer, NVRTC and cuBLAS.
# Exit code 0: all is as it should be; 1: something is not; 2: wrong use, no device, or nothing built.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
home=$(cd "$here/../.." && pwd)
limit_mib=60
# What runs on a device without an ND4J backend: names of jars without their versions.
jars="performer4j-kernels performer4j-core performer4j-gpu nd4j-api nd4j-common deeplearning4j-nn javacpp jna slf4j-api commons-math3"
modules=java.base,java.logging,java.management,java.xml,jdk.unsupported

fail() {
  printf 'verify-on-device: %s\n' "$1" >&2
  exit 2
}

packed() { [ -d "$here/lib" ] && [ -x "$here/jre/bin/java" ]; }

repository_path() {
  [ -d "$home/modules/cli/target/lib" ] || fail "needs the built files: mvn -DskipTests package; missing=modules/cli/target/lib"
  find "$home/modules/cli/target/lib" -name '*.jar' ! -name 'slf4j-simple*' | sort | paste -sd ':'
}

find_java() {
  java=${JAVA_HOME:+$JAVA_HOME/bin/java}
  java=${java:-$(command -v java)} || fail "needs Java 17 or later: set JAVA_HOME"
}

verify() { # limit, arguments
  local limit=$1
  shift
  timeout "$limit" ${under:-} "$java" ${VERIFY_OPTS:-} -Xmx4g -XX:+UseSerialGC -cp "$path" io.github.performer4j.gpu.verify.Verify "$@"
}

pack() {
  local to=$1 lib jar found
  [ ! -e "$to" ] || fail "the folder must be new; pack=$to"
  path=$(repository_path) || exit 2
  find_java
  command -v jlink >/dev/null || fail "needs jlink of a JDK"
  lib=$home/modules/cli/target/lib
  mkdir -p "$to/lib" || fail "cannot write; pack=$to"
  for jar in $jars; do
    found=$(find "$lib" -name "$jar-[0-9]*.jar" ! -name '*-linux-*' ! -name '*-macosx-*' ! -name '*-windows-*' | head -n 1)
    [ -n "$found" ] || fail "a jar is missing; jar=$jar, folder=$lib"
    cp "$found" "$to/lib/"
  done
  cp "$lib"/javacpp-[0-9]*-linux-x86_64.jar "$to/lib/" || fail "a jar is missing; jar=javacpp-linux-x86_64"
  jlink --add-modules $modules --strip-debug --no-header-files --no-man-pages --compress=2 --output "$to/jre" || fail "jlink failed"
  verify 300 --write-golden "$to/golden" || fail "golden vectors could not be written"
  cp "$here/verify-on-device.sh" "$here/verify-pytorch.py" "$to/"
  local bytes
  bytes=$(du -sb "$to" | cut -f1)
  printf 'packed  %s, %s MiB\n' "$to" "$(awk -v b="$bytes" 'BEGIN { printf "%.1f", b / 1048576 }')"
  [ "$bytes" -le $((limit_mib * 1048576)) ] || fail "the folder must be of $limit_mib MiB at most; bytes=$bytes"
}

failed=0
row() { printf '| %s | %s | %s |\n' "$1" "$2" "$3"; }

part() { # name, limit, arguments
  local name=$1 limit=$2 code
  shift 2
  verify "$limit" --part "$name" "$@" >"$work/rows" 2>"$work/err"
  code=$?
  cat "$work/rows"
  if [ $code -eq 124 ]; then
    row "$name" "not done in $limit s" FAILED
  elif [ $code -gt 1 ] || { [ $code -eq 1 ] && [ ! -s "$work/rows" ]; }; then
    row "$name" "$(grep -m 1 . "$work/err")" FAILED
  fi
  [ $code -eq 0 ] || failed=1
}

sanitized() {
  if ! command -v compute-sanitizer >/dev/null; then
    row compute-sanitizer "not on this machine" "-"
  elif under="compute-sanitizer --error-exitcode 9" verify 75 --part kernels --golden "$golden" >"$work/checked" 2>&1; then
    row compute-sanitizer clean ok
  elif [ $? -eq 124 ]; then
    row compute-sanitizer "not done in 75 s" "-"
  else
    row compute-sanitizer "$(grep '=========' "$work/checked" | grep -v -m 1 COMPUTE-SANITIZER || tail -n 1 "$work/checked")" FAILED
    failed=1
  fi
}

eager() {
  timeout 45 python3 "$here/verify-pytorch.py" 2>"$work/err"
  case $? in
    0) ;;
    3) row PyTorch "no PyTorch on this machine" "-" ;;
    124) row PyTorch "not done in 45 s" "-" ;;
    *) row PyTorch "$(tail -n 1 "$work/err")" "-" ;;
  esac
}

case "${1:-}" in
  --pack)
    [ $# -eq 2 ] || fail "--pack takes a folder"
    pack "$2"
    exit 0
    ;;
  "") ;;
  *) fail "unknown option $1; known=--pack DIR" ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if packed; then
  java=$here/jre/bin/java
  path="$here/lib/*"
  golden=$here/golden
else
  path=$(repository_path) || exit 2
  find_java
  golden=$work/golden
fi
# limits of parts, 480 seconds together; a device first, whose kernels are compiled then: without one there is nothing to check
if ! verify 60 --part device >"$work/device" 2>"$work/err"; then
  fail "$(tail -n 1 "$work/err" | sed 's/^verify: //')"
fi
[ -f "$golden" ] || verify 40 --write-golden "$golden" >/dev/null || fail "golden vectors could not be written"
row check result ""
row --- --- ---
row date "$(date -u +%F)" "-"
cat "$work/device"
part kernels 80 --golden "$golden"
part gradients 50
part training 50 --golden "$golden"
sanitized
part times 80
eager
exit $failed
