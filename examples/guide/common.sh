# shellcheck shell=bash
# What the scenarios of docs/guide.md share: a directory of migrations, a resource `shop` in the namespace `guide`, a database `guide`,
# and a controller, all fresh.
resource=shop
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../common.sh"
namespace=guide
files=$(mktemp -d)

end() {
  stop_controller
  rm -rf -- "$files"
}

# begin WORKERS: with so many of the two workers that the resource expects.
begin() {
  "$local_infrastructure" status >/dev/null 2>&1 || "$local_infrastructure" up
  load_environment
  export WHIMBREL_LOG=${WHIMBREL_STATE:-$checkout/.local}/logs/controller-guide.log
  {
    kubectl get crd/citusmigrations.whimbrel.dev || install_definition
    kubectl get namespace "$namespace" || kubectl create namespace "$namespace"
    kubectl -n "$namespace" delete citusmigration,configmap --all
    "$local_infrastructure" database drop "$namespace"
    "$local_infrastructure" database create "$namespace" --workers "$1"
    kubectl -n "$namespace" create secret generic citus --from-literal=password="$POSTGRES_PASSWORD" --from-file=ca.crt="$POSTGRES_CA" \
      --dry-run=client -o yaml | kubectl apply -f -
    kubectl apply -f - <<YAML
apiVersion: whimbrel.dev/v1alpha1
kind: CitusMigration
metadata: {name: $resource, namespace: $namespace}
spec:
  migrations: {configMap: {names: [shop-migrations]}}
  cluster:
    host: {value: "$COORDINATOR_HOST"}
    port: {value: "$COORDINATOR_PORT"}
    database: {value: $namespace}
    username: {value: "$POSTGRES_USER"}
    password: {secretKeyRef: {name: citus, key: password}}
    tls: {ca: {secretKeyRef: {name: citus, key: ca.crt}}}
    workers: {expected: 2}
  execution: {lockTimeout: 300ms, lockRetries: 1}
YAML
  } >/dev/null 2>&1
  start_controller --namespace "$namespace" --lease-namespace "$namespace"
  trap end EXIT
}

# save FILE <TEXT: writes a file of the directory, and shows it.
save() {
  cat >"$files/$1"
  printf '%s\n' "-- $1" && cat "$files/$1"
}

# quietly FILE <TEXT: the same without showing it.
quietly() { save "$1" >/dev/null; }

# publish: what a commit does: the directory is what the cluster shall have.
publish() {
  kubectl -n "$namespace" create configmap shop-migrations --from-file="$files" --dry-run=client -o yaml |
    kubectl apply -f - >/dev/null 2>&1
}

# settle STATUS: until the directory as it is now is applied, a person is needed, or the column Status is STATUS; then what the status says.
settle() {
  local token i handled ready stalled summary reason message
  token=$(date +%s)-$RANDOM
  kubectl -n "$namespace" annotate --overwrite citusmigration "$resource" "whimbrel.dev/reconcile-at=$token" >/dev/null
  for ((i = 0; i < 300; i++)); do
    # In one look, since the next one may come in between; Ready has the reason and message of the condition that counts.
    IFS='|' read -r handled ready stalled summary reason message < <(
      field "$namespace" '{.status.lastHandledReconcileAt}|{.status.conditions[?(@.type=="Ready")].status}|{.status.conditions[?(@.type=="Stalled")].status}|{.status.summary}|{.status.conditions[?(@.type=="Ready")].reason}|{.status.conditions[?(@.type=="Ready")].message}{"\n"}'
    ) || true
    [[ $summary != "$1" ]] || break
    [[ $handled != "$token" || $ready$stalled != *True* ]] || break
    sleep 0.3
  done
  printf 'Status: %s\n%s: %s\n' "$summary" "$reason" "$message"
}

apply() { publish && settle none; }

apply_until() { publish && settle "$1"; }

query() { "$local_infrastructure" psql -X -d "$namespace" -P pager=off -P footer=off -c "$1"; }

history() { query 'SELECT version, description, success FROM flyway_schema_history ORDER BY installed_rank'; }

# The table that most scenarios begin with.
users() {
  quietly V1__users.sql <<'SQL'
CREATE TABLE users (
    tenant_id BIGINT NOT NULL,
    user_id   BIGINT GENERATED ALWAYS AS IDENTITY,
    email     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
SELECT create_distributed_table('users', 'tenant_id');
SQL
}
