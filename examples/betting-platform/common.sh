# shellcheck shell=bash
# What the scripts of this example share besides: its resource.
resource=betting-platform
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../common.sh"
example=$checkout/examples/betting-platform

# apply_secret NAMESPACE: the namespace, and the Secret with what leads to the local database.
apply_secret() {
  local namespace=$1
  kubectl get namespace "$namespace" >/dev/null 2>&1 || kubectl create namespace "$namespace" >/dev/null
  kubectl -n "$namespace" create secret generic citus-credentials \
    --from-literal=username="$POSTGRES_USER" --from-literal=password="$POSTGRES_PASSWORD" \
    --from-file=ca.crt="$POSTGRES_CA" \
    --dry-run=client -o yaml | kubectl apply -f -
}

# apply_migration NAMESPACE DATABASE: the CitusMigration, for the local database.
apply_migration() {
  sed -e "s/^  namespace: .*/  namespace: $1/" -e "s/^    host: .*/    host: {value: $COORDINATOR_HOST}/" \
    -e "s/^    port: .*/    port: {value: \"$COORDINATOR_PORT\"}/" -e "s/^    database: .*/    database: {value: $2}/" \
    "$example/citusmigration.yaml" | kubectl apply -f -
}

# apply_resource NAMESPACE DATABASE: namespace, Secret, ConfigMap and CitusMigration, from the files of this example.
apply_resource() {
  apply_secret "$1"
  kubectl -n "$1" create configmap betting-migrations --from-file="$example/infra/db/migrations" \
    --dry-run=client -o yaml | kubectl apply -f -
  apply_migration "$1" "$2"
}

# ask_and_wait NAMESPACE: asks for a look, and prints each state until everything is applied (0) or a person is needed (1).
ask_and_wait() {
  local namespace=$1 token last='' state handled summary ready stalled i
  # A token that the controller repeats in the status: what follows speaks of this request, not of an earlier one.
  token=$(date +%s)-$RANDOM
  kubectl -n "$namespace" annotate --overwrite citusmigration "$resource" "whimbrel.dev/reconcile-at=$token" >/dev/null
  for ((i = 0; i < 600; i++)); do
    state=$(field "$namespace" '{.status.lastHandledReconcileAt}|{.status.summary}|{.status.conditions[?(@.type=="Ready")].status}|{.status.conditions[?(@.type=="Stalled")].status}')
    IFS='|' read -r handled summary ready stalled <<<"$state"
    if [[ $handled == "$token" ]]; then
      if [[ $summary != "$last" ]]; then
        printf '  %s  %s\n' "$(date +%H:%M:%S)" "$summary"
        last=$summary
      fi
      if [[ $ready == True ]]; then
        kubectl -n "$namespace" get cmig
        return 0
      fi
      if [[ $stalled == True ]]; then
        kubectl -n "$namespace" get cmig
        field "$namespace" '{.status.conditions[?(@.type=="Stalled")].message}' >&2
        echo >&2
        return 1
      fi
    fi
    sleep 0.2
  done
  echo 'no result within two minutes; the state of the resource:' >&2
  kubectl -n "$namespace" describe citusmigration "$resource" >&2
  return 1
}
