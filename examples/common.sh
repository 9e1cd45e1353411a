# shellcheck shell=bash
# What the scripts of the examples share: the local infrastructure, a controller, and waiting for the resource $resource.
# shellcheck disable=SC2034 # variables for the scripts
set -euo pipefail

checkout=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
local_infrastructure=$checkout/infrastructure/local
scratch=$(cd -- "$checkout" && realpath -m -- "${SCRATCH:-.build}")
binary=${WHIMBREL_BINARY:-$scratch/debug/whimbrel}
controller_pid=

say() { printf '\n\033[1m== %s\033[0m\n' "$*" | if [[ -t 1 ]]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi; }

show() { # shows a command, then runs it
  printf '$ %s\n' "$*"
  "$@"
}

load_environment() {
  local line
  while IFS= read -r line; do export "${line?}"; done < <("$local_infrastructure" env)
}

install_definition() {
  # Clients from before Kubernetes 1.25 refuse CEL rules; the controller checks the same rules itself.
  kubectl apply --validate=false -k "$checkout/manifests/crd"
  # kubectl of 1.20 fails on a definition so new that it has no conditions yet.
  kubectl wait --for=condition=Established crd/citusmigrations.whimbrel.dev --timeout=30s >/dev/null 2>&1 ||
    { sleep 1 && kubectl wait --for=condition=Established crd/citusmigrations.whimbrel.dev --timeout=30s >/dev/null; }
}

start_controller() { # FLAGS...; the log goes to $WHIMBREL_LOG
  # A context's own user is all that the controller needs here.
  "$binary" controller --operations-address '' "$@" >"$WHIMBREL_LOG" 2>&1 </dev/null &
  controller_pid=$!
  trap stop_controller EXIT
}

stop_controller() {
  [[ -n $controller_pid ]] || return 0
  kill "$controller_pid" 2>/dev/null || true
  wait "$controller_pid" 2>/dev/null || true
  controller_pid=
}

field() { # NAMESPACE JSONPATH
  kubectl -n "$1" get citusmigration "$resource" -o "jsonpath=$2"
}

# wait_for NAMESPACE SECONDS WORD...: prints each new state until the Status column starts with one of the words.
wait_for() {
  local namespace=$1 end=$((SECONDS + $2)) state last='' word
  shift 2
  while ((SECONDS < end)); do
    state=$(field "$namespace" '{.status.summary}')
    if [[ -n $state && $state != "$last" ]]; then
      printf '  %s  %s\n' "$(date +%H:%M:%S)" "$state"
      last=$state
    fi
    for word in "$@"; do [[ $state == "$word"* ]] && return 0; done
    if [[ -n $controller_pid ]] && ! kill -0 "$controller_pid" 2>/dev/null; then
      echo 'the controller has ended; the end of its log:' >&2
      tail -n 20 "$WHIMBREL_LOG" >&2
      return 1
    fi
    sleep 0.2
  done
  printf 'not %s within the time; status of the resource:\n' "$*" >&2
  kubectl -n "$namespace" describe citusmigration "$resource" >&2
  return 1
}
