# shellcheck shell=bash
# What the scripts of this example share: the local infrastructure, the resource, and waiting for it.
set -euo pipefail

checkout=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
example=$checkout/examples/betting-platform
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
  kubectl wait --for=condition=Established crd/citusmigrations.whimbrel.dev --timeout=30s >/dev/null
}

# apply_resource NAMESPACE DATABASE: namespace, Secret, ConfigMap and CitusMigration, from the files of this example.
apply_resource() {
  local namespace=$1 database=$2
  kubectl get namespace "$namespace" >/dev/null 2>&1 || kubectl create namespace "$namespace" >/dev/null
  kubectl -n "$namespace" create secret generic citus-credentials \
    --from-literal=username="$POSTGRES_USER" --from-literal=password="$POSTGRES_PASSWORD" \
    --from-file=ca.crt="$POSTGRES_CA" \
    --dry-run=client -o yaml | kubectl apply -f -
  kubectl -n "$namespace" create configmap betting-migrations --from-file="$example/infra/db/migrations" \
    --dry-run=client -o yaml | kubectl apply -f -
  sed -e "s/^  namespace: .*/  namespace: $namespace/" -e "s/^    host: .*/    host: {value: $COORDINATOR_HOST}/" \
    -e "s/^    port: .*/    port: {value: \"$COORDINATOR_PORT\"}/" -e "s/^    database: .*/    database: {value: $database}/" \
    "$example/citusmigration.yaml" | kubectl apply -f -
}

start_controller() { # NAMESPACE LOG
  # A context's own user is all that the controller needs here; its Leases go into the same namespace.
  "$binary" controller --namespace "$1" --lease-namespace "$1" --operations-address '' >"$2" 2>&1 </dev/null &
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
  kubectl -n "$1" get citusmigration betting-platform -o "jsonpath=$2"
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
  kubectl -n "$namespace" describe citusmigration betting-platform >&2
  return 1
}
