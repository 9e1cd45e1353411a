# shellcheck shell=bash
# shellcheck disable=SC2154 # variables shared between the files that `local` puts together
# Databases on the cluster: each is a database of the same name on the coordinator and both workers, with the
# extension citus in it. The statements are the same for real Citus and for the stand-in.

readonly worker_count=2

# require_database_name NAME: it goes into connection strings and file names as well.
require_database_name() {
  [[ ${1:-} =~ ^[A-Za-z_][A-Za-z0-9_-]{0,62}$ ]] || fail "not a database name: ${1:-(none given)}" \
    "use a letter or underscore, then up to 62 letters, digits, underscores and hyphens"
  [[ $1 != postgres && $1 != template0 && $1 != template1 ]] ||
    fail "$1 is a database of PostgreSQL itself" "choose another name"
}

# on_every_server FUNCTION ARGUMENTS...: in parallel; fails if any fails. Messages go to a file of this run.
on_every_server() {
  local function=$1 part jobs=() job failed=0
  shift
  for part in "${postgresql_parts[@]}"; do
    "$function" "$part" "$@" &
    jobs+=("$!")
  done
  for job in "${jobs[@]}"; do
    wait "$job" || failed=1
  done
  return "$failed"
}

# The database with the stand-in in it that others are copied from: to install it takes several times as long.
# Real Citus has a daemon in each database that it is in, beside which none can be copied.
readonly template_database=whimbrel_template

# create_template: anew on every `up`, so that a change of the stand-in is seen by the next database.
create_template() {
  [[ ${setting[citus.kind]} == stand-in ]] || return 0
  on_every_server create_template_on ||
    fail "database $template_database could not be created (the message of PostgreSQL is above)" \
      "infrastructure/local status shows which servers run"
}

# create_template_on PART
create_template_on() {
  psql_on "$1" postgres --set=template="$template_database" --file=- <<'SQL'
DROP DATABASE IF EXISTS :"template" WITH (FORCE);
CREATE DATABASE :"template";
\connect :"template"
CREATE EXTENSION citus;
SQL
}

# create_on PART NAME
create_on() {
  if [[ ${setting[citus.kind]} == real ]]; then
    psql_on "$1" postgres --set=name="$2" --file=- <<'SQL'
CREATE DATABASE :"name";
\connect :"name"
CREATE EXTENSION citus;
SQL
  else
    # A copy lacks the settings that the stand-in has given to its database.
    psql_on "$1" postgres --set=name="$2" --set=template="$template_database" --file=- <<'SQL'
CREATE DATABASE :"name" TEMPLATE :"template";
SET allow_system_table_mods = on;
INSERT INTO pg_db_role_setting (setdatabase, setrole, setconfig)
  SELECT new.oid, setrole, setconfig
  FROM pg_db_role_setting JOIN pg_database AS old ON old.oid = setdatabase AND old.datname = :'template'
    JOIN pg_database AS new ON new.datname = :'name';
SQL
  fi
}

# drop_on PART NAME: prepared transactions that nobody finished do not keep the database alive.
drop_on() {
  psql_on "$1" postgres --set=name="$2" --file=- <<'SQL'
SELECT exists (SELECT FROM pg_prepared_xacts WHERE database = :'name') AS prepared \gset
\if :prepared
\connect :"name"
SELECT format('ROLLBACK PREPARED %L', gid) FROM pg_prepared_xacts WHERE database = current_database() \gexec
\connect postgres
\endif
DROP DATABASE IF EXISTS :"name" WITH (FORCE);
SQL
}

database_exists() {
  [[ $(psql_on coordinator postgres --set=name="$1" --tuples-only --no-align --file=- \
    <<<"SELECT count(*) FROM pg_database WHERE datname = :'name'") == 1 ]]
}

# add_nodes NAME WORKER...: one database at a time with real Citus. A node that is added gets the roles of the
# coordinator, which all its databases share: two at once fail with `tuple concurrently updated`.
add_nodes() {
  local name=$1 worker statements="SELECT citus_set_coordinator_host('127.0.0.1', ${setting[port.coordinator]});"
  shift
  for worker in "$@"; do
    statements+="SELECT citus_add_node('127.0.0.1', ${setting[port.worker-$worker]});"
  done
  (
    if [[ ${setting[citus.kind]} == real ]]; then
      exec 7>"$state/add-nodes.lock"
      flock 7
    fi
    psql_on coordinator "$name" --output=/dev/null --command="$statements"
  )
}

create_database() {
  local name=$1 numbers=()
  mapfile -t numbers < <(seq 1 "$2")
  if ! on_every_server create_on "$name" || ! add_nodes "$name" "${numbers[@]}"; then
    fail "database $name could not be created (the message of PostgreSQL is above)" \
      "infrastructure/local database drop $name, see infrastructure/local status, and try again"
  fi
}

# require_worker NUMBER
require_worker() {
  if [[ ! ${1:-} =~ ^[0-9]$ ]] || (($1 < 1 || $1 > worker_count)); then
    fail "not the number of a worker: ${1:-(none given)}" "there are workers 1 to $worker_count"
  fi
}

database_verb() {
  local verb=${1:-} name=${2:-} workers=$worker_count only_if_missing=false
  require_up
  case $verb in create | add-worker | drop) ;; *)
    fail "unknown: database ${verb:-(nothing)}" "database create NAME [--workers N] [--if-not-exists], database add-worker NAME N, database drop NAME" ;;
  esac
  require_database_name "$name"
  shift 2
  case $verb in
    create)
      while (($# > 0)); do
        case $1 in
          --workers)
            if [[ ! ${2:-} =~ ^[0-9]$ ]] || (($2 > worker_count)); then
              fail "not a number of workers: ${2:-(none given)}" "there are 0 to $worker_count"
            fi
            workers=$2
            shift 2
            ;;
          --if-not-exists)
            only_if_missing=true
            shift
            ;;
          *) fail "unknown: database create $1" "it takes --workers N and --if-not-exists" ;;
        esac
      done
      if [[ $only_if_missing == true ]] && database_exists "$name"; then
        return
      fi
      create_database "$name" "$workers"
      ;;
    add-worker)
      require_worker "${1:-}"
      add_nodes "$name" "$1" ||
        fail "worker-$1 could not be added to $name (the message of PostgreSQL is above)" "infrastructure/local status shows which servers run"
      ;;
    drop)
      on_every_server drop_on "$name" ||
        fail "database $name could not be dropped everywhere (the message of PostgreSQL is above)" "infrastructure/local status shows which servers run"
      ;;
  esac
}
