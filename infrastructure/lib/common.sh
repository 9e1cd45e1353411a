# shellcheck shell=bash
# What every script of the local infrastructure shares: progress, failures, time.
# All progress goes to standard error: standard output is for results only.

umask 022

started_at=$EPOCHREALTIME

# elapsed [SINCE]: seconds with one digit since SINCE, or since the script started.
elapsed() {
  local since=${1:-$started_at} now=$EPOCHREALTIME
  local tenths=$(((${now/[.,]/} - ${since/[.,]/}) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

say() {
  printf '%s\n' "$*" >&2
}

# fail WHAT NEXT [LOG]: what failed, the end of the log concerned, what to do next.
fail() {
  local what=$1 next=$2 log=${3:-}
  printf 'error: %s\n' "$what" >&2
  if [[ -n $log && -s $log ]]; then
    printf 'the last lines of %s:\n' "$log" >&2
    tail -n 15 -- "$log" | cut -c 1-300 | sed 's/^/  | /' >&2
  fi
  printf 'next: %s\n' "$next" >&2
  exit 1
}

# close_inherited_files: a process that outlives this script must not hold its pipes or locks.
close_inherited_files() {
  local path number
  for path in "/proc/$BASHPID/fd/"*; do
    number=${path##*/}
    # No redirection around this: the shell keeps the original in a file of its own, which would be closed as well.
    if [[ $number =~ ^[0-9]+$ ]] && ((number > 2)); then
      exec {number}>&-
    fi
  done
}

# have COMMAND: whether the command is on the PATH.
have() {
  command -v -- "$1" >/dev/null 2>&1
}
