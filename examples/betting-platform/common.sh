# shellcheck shell=bash
# What the scripts of this example share besides: its resource.
resource=betting-platform
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../common.sh"
example=$checkout/examples/betting-platform

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
