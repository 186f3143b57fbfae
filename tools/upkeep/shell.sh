# SPDX-License-Identifier: BSD-2-Clause
# What the commands in tools/ share: messages, installing packages, configuring and building.
# Sourced by bash scripts that have set -euo pipefail. Messages go to stderr.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
command_name=${0##*/}
readonly exit_own_defect=70  # also: the machine lacks something that we cannot install

say() { printf '%s: %s\n' "$command_name" "$*" >&2; }

give_up() {
  say "$*"
  exit "$exit_own_defect"
}

# packages_of SECTION...: the packages of these sections of tools/packages.txt.
packages_of() {
  awk -v sections=" $* " '
    { sub(/#.*/, "") }
    /^\[/ { gsub(/[][ ]/, ""); wanted = index(sections, " " $0 " "); next }
    wanted && NF { print $1 }' "$root/tools/packages.txt"
}

# install_missing SECTION...: a no-op of milliseconds when all is installed.
install_missing() {
  local packages missing
  command -v dpkg-query >/dev/null || {
    say "this is no Debian: taking for granted what tools/packages.txt names"
    return 0
  }
  mapfile -t packages < <(packages_of "$@")
  mapfile -t missing < <(
    dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null |
      awk '$1 == "installed" { print $2 }' | sort -u |
      comm -13 - <(printf '%s\n' "${packages[@]}" | sort -u))
  ((${#missing[@]})) || return 0

  local -a as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      give_up "as root, install what is missing: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get --quiet)
  say "installing ${missing[*]}"
  logged install "${as_root[@]}" update
  logged install "${as_root[@]}" install --yes --no-install-recommends "${missing[@]}"
}

# logged NAME COMMAND...: runs it silently; when it fails shows the end of its output and gives up.
logged() {
  local log=$root/build/$1.log
  shift
  mkdir -p "$root/build"
  # A terminal shows how far the build has come; a log file shows nothing.
  if "$@" 2>&1 </dev/null | tee "$log" | show_progress; then
    return 0
  fi
  tail -n 40 "$log" >&2
  give_up "failed: $*  (all its output: $log)"
}

show_progress() {
  if [[ ! -t 2 ]]; then
    cat >/dev/null
    return 0
  fi
  local line
  while IFS= read -r line; do
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] &&
      printf '\r%s: %s of %s\e[K' "$command_name" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" >&2
  done
  printf '\r\e[K' >&2
}

# is_configured PRESET: and neither the tree has been moved since nor the presets changed.
is_configured() {
  [[ -f $root/build/$1/build.ninja ]] &&
    [[ ! $root/CMakePresets.json -nt $root/build/$1/CMakeCache.txt ]] &&
    grep -qFx "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$root/build/$1/CMakeCache.txt"
}

# configure PRESET -DNAME=VALUE: a no-op when it is configured with that value.
configure() {
  local preset=$1 definition=${2#-D} start_anew=()
  if ! is_configured "$preset"; then
    start_anew=(--fresh)
  elif grep -qx "${definition%%=*}:[A-Z]*=${definition#*=}" "$root/build/$preset/CMakeCache.txt"; then
    return 0
  fi
  say "configuring ($preset)"
  logged "$preset" cmake -S "$root" --preset "$preset" "${start_anew[@]}" "$2"
}

# build PRESET TARGET...
build() {
  local preset=$1
  shift
  if ! ninja -C "$root/build/$preset" -n "$@" 2>/dev/null | grep -q 'no work to do'; then
    say "building $* ($preset)"
    logged "$preset" ninja -C "$root/build/$preset" -j "$(nproc)" "$@"
  fi
}

# Two commands at a time would build in the same folder: the second waits.
lock_build_folder() {
  mkdir -p "$root/build"
  exec {build_lock}>"$root/build/.lock"
  flock --nonblock "$build_lock" || {
    say "waiting for another command that is building"
    flock "$build_lock"
  }
}

unlock_build_folder() { exec {build_lock}>&-; }
