# shellcheck shell=bash
# What the setups of documentation pages share. Each shell of `infrastructure/documentation run` reads it first.

# database NAME: a fresh one, with two workers, in which psql works from then on.
database() {
  infrastructure/local database drop "$1"
  infrastructure/local database create "$1"
  export PGDATABASE=$1
}

# settings DATABASE: what the command line takes from its environment or flyway.conf otherwise.
settings() {
  export FLYWAY_URL="postgresql://$COORDINATOR_HOST:$COORDINATOR_PORT/$1" FLYWAY_USER=$POSTGRES_USER
}

# betting_platform: the example in the namespace dev-infra, on a database docs_betting, all applied.
betting_platform() {
  infrastructure/local database create docs_betting --if-not-exists
  (
    # shellcheck source-path=SCRIPTDIR source=../../../examples/betting-platform/common.sh
    source examples/betting-platform/common.sh
    kubectl wait --for=condition=Established crd/citusmigrations.whimbrel.dev --timeout=30s
    apply_resource dev-infra docs_betting
    kubectl -n dev-infra wait --for=condition=Ready citusmigration/betting-platform --timeout=100s
  )
}

# no_installation: takes away what installing a controller has left, but for the definition.
no_installation() {
  local namespace
  for namespace in whimbrel-system team-a; do
    kubectl delete deployment,service,networkpolicy,poddisruptionbudget,role,rolebinding,serviceaccount,secret \
      --namespace "$namespace" --selector 'app.kubernetes.io/name=whimbrel' --ignore-not-found
    kubectl delete secret --namespace "$namespace" --selector owner=helm --ignore-not-found
  done
  kubectl delete clusterrole,clusterrolebinding whimbrel --ignore-not-found
}
