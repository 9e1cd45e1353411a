# shellcheck shell=bash
# shellcheck disable=SC2154 # variables shared between the files that `local` puts together
# Three PostgreSQL servers: a coordinator and two workers. With real Citus if the chosen server offers it,
# else with the stand-in of infrastructure/citus-standin in a private copy of the server's folders.
# For test data only: fsync is off, so a crash of the machine may lose or break the databases.

readonly postgresql=$state/postgresql
readonly passfile=$state/passfile
readonly stand_in=$checkout/infrastructure/citus-standin

postgres_run=() # how a command becomes the servers' user; empty if we are that user already

# find_postgresql: the bin folder to use, the newest unless WHIMBREL_PG_BIN names one.
find_postgresql() {
  local folder major best=0 found=
  if [[ -n ${WHIMBREL_PG_BIN:-} ]]; then
    [[ -x $WHIMBREL_PG_BIN/postgres && -x $WHIMBREL_PG_BIN/initdb && -x $WHIMBREL_PG_BIN/psql ]] || fail \
      "WHIMBREL_PG_BIN is $WHIMBREL_PG_BIN, which does not have postgres, initdb and psql" \
      "let it name the bin folder of a PostgreSQL 15 or newer, or unset it"
    realpath -- "$WHIMBREL_PG_BIN"
    return
  fi
  for folder in /usr/lib/postgresql/*/bin; do
    major=${folder#/usr/lib/postgresql/}
    major=${major%/bin}
    if [[ $major =~ ^[0-9]+$ && -x $folder/postgres ]] && ((major >= 15 && major > best)); then
      best=$major found=$folder
    fi
  done
  [[ -n $found ]] || fail "there is no PostgreSQL 15 or newer in /usr/lib/postgresql" \
    "run infrastructure/dependencies run, or let WHIMBREL_PG_BIN name the bin folder of one"
  printf '%s\n' "$found"
}

# folder_of BIN KIND: its sharedir or pkglibdir, as that server itself finds them: relative to its own place.
folder_of() {
  if [[ -x $1/pg_config ]]; then
    realpath -- "$("$1/pg_config" "--$2")"
  elif [[ $2 == sharedir ]]; then
    realpath -- "$1/../../../../share/postgresql/$(basename -- "$(dirname -- "$1")")"
  else
    realpath -- "$1/../lib"
  fi
}

# choose_user: who runs the servers, which refuse to be root; kept for the life of the state.
choose_user() {
  local nobody as_system_user as_somebody
  ((EUID == 0)) || return 0
  nobody=$(id -u nobody 2>/dev/null || printf '65534')
  as_system_user=(setpriv --reuid=postgres --regid=postgres --init-groups --no-new-privs)
  # In a user namespace of its own root is somebody else, without any privilege, and still the owner of root's files.
  as_somebody=(unshare --user "--map-user=$nobody" "--map-group=$nobody")
  if [[ -z ${setting[user]:-} ]]; then
    if ! id -u postgres >/dev/null 2>&1; then
      say "creating the system user postgres, because PostgreSQL refuses to run as root"
      useradd --system --user-group --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin postgres ||
        fail "cannot create the system user postgres" "create it by hand, or run this as another user than root"
    fi
    if can_run "${as_system_user[@]}"; then
      remember user postgres
    elif can_run "${as_somebody[@]}"; then
      remember user namespace
    else
      fail "PostgreSQL refuses to run as root, and the user postgres cannot reach $state" \
        "let WHIMBREL_STATE name a folder that it can reach, for example /var/tmp/whimbrel, or run this as another user than root"
    fi
  fi
  case ${setting[user]} in
    postgres) postgres_run=("${as_system_user[@]}") ;;
    *) postgres_run=("${as_somebody[@]}") ;;
  esac
}

# can_run COMMAND...: whether what it starts reaches the state folder and the server's executable.
can_run() {
  "$@" test -r "$marker" 2>/dev/null && "$@" test -x "$(find_postgresql)/postgres" 2>/dev/null
}

# as_postgres COMMAND...: as the user of the servers, without root's home folder (libpq looks there).
as_postgres() {
  env HOME="$postgresql" PGPASSFILE="$postgresql/passfile" LC_ALL=C.UTF-8 TZ=UTC "${postgres_run[@]}" "$@"
}

# give_to_postgres PATH...: to the user of the servers.
give_to_postgres() {
  [[ ${setting[user]:-} != postgres ]] || chown -R postgres:postgres -- "$@"
}

# choose_server: which server and which Citus; kept for the life of the state.
choose_server() {
  local bin share kind=stand-in
  if [[ -n ${setting[postgresql.source]:-} ]]; then
    bin=${setting[postgresql.source]}
    [[ -z ${WHIMBREL_PG_BIN:-} || $(find_postgresql) == "$bin" ]] || fail \
      "the servers in $state were made with $bin, and WHIMBREL_PG_BIN is now $WHIMBREL_PG_BIN" \
      "run infrastructure/local down first, or let WHIMBREL_STATE name another folder"
    [[ -x $bin/postgres ]] || fail "the servers in $state were made with $bin, which is gone" "run infrastructure/local down, then up"
  else
    bin=$(find_postgresql)
  fi
  share=$(folder_of "$bin" sharedir)
  case ${WHIMBREL_CITUS:-} in
    '') [[ ! -f $share/extension/citus.control ]] || kind=real ;;
    stand-in) ;;
    real) kind=real
      [[ -f $share/extension/citus.control ]] || fail "WHIMBREL_CITUS is real, and the PostgreSQL in $bin offers no extension citus" \
        "let WHIMBREL_PG_BIN name the bin folder of a PostgreSQL with Citus, or unset WHIMBREL_CITUS" ;;
    *) fail "WHIMBREL_CITUS is $WHIMBREL_CITUS" "it may be real or stand-in, or unset" ;;
  esac
  if [[ -n ${setting[citus.kind]:-} && ${setting[citus.kind]} != "$kind" ]]; then
    [[ -z ${WHIMBREL_CITUS:-} ]] || fail "the servers in $state have Citus: ${setting[citus.kind]}, and WHIMBREL_CITUS is $WHIMBREL_CITUS" \
      "run infrastructure/local down first, or let WHIMBREL_STATE name another folder"
    kind=${setting[citus.kind]}
  fi
  remember postgresql.source "$bin"
  remember citus.kind "$kind"
  if [[ $kind == real ]]; then remember postgresql.bin "$bin"; else copy_server "$bin" "$share"; fi
}

# copy_server BIN SHARE: a private copy of the server with the stand-in among its extensions. PostgreSQL finds
# its other folders relative to its executable, so the executables are real copies and the rest are links.
copy_server() {
  local bin=$1 share=$2 lib file
  lib=$(folder_of "$bin" pkglibdir)
  [[ -f $stand_in/citus.control ]] || fail "the stand-in for Citus is not there: $stand_in/citus.control" \
    "restore infrastructure/citus-standin from Git, or let WHIMBREL_PG_BIN name a PostgreSQL with Citus"
  if [[ ! -f $postgresql$share/complete ]]; then
    mkdir -p -- "$postgresql$bin" "$postgresql${lib%/*}" "$postgresql$share/extension"
    cp -L -- "$bin"/* "$postgresql$bin/"
    ln -sfn -- "$lib" "$postgresql$lib"
    for file in "$share"/*; do
      [[ ${file##*/} == extension ]] || ln -sfn -- "$file" "$postgresql$share/${file##*/}"
    done
    for file in "$share"/extension/*; do
      [[ ${file##*/} == citus[.-]* ]] || ln -sfn -- "$file" "$postgresql$share/extension/${file##*/}"
    done
    : >"$postgresql$share/complete"
  fi
  # On every `up`, so that a change of the stand-in is seen by the next database.
  for file in "$stand_in"/citus.control "$stand_in"/citus--*.sql; do
    install -m 0644 -- "$file" "$postgresql$share/extension/${file##*/}.new"
    mv -- "$postgresql$share/extension/${file##*/}.new" "$postgresql$share/extension/${file##*/}"
  done
  remember postgresql.bin "$postgresql$bin"
}

prepare_postgresql() {
  local part password failed=()
  if [[ ! -f $postgresql/complete ]]; then
    new_authority "$postgresql" "Whimbrel local PostgreSQL"
    new_certificate "$postgresql" server "/CN=localhost" "serverAuth,clientAuth" "DNS:localhost,IP:127.0.0.1"
    password=$(random_secret)
    (
      umask 077
      printf '%s' "$password" >"$state/postgres-password"
      printf '%s:*:*:postgres:%s\n' 127.0.0.1 "$password" localhost "$password" >"$passfile"
      cp -- "$passfile" "$postgresql/passfile"
      cp -- "$state/postgres-password" "$postgresql/password"
    )
    chmod 0755 -- "$postgresql"
    give_to_postgres "$postgresql/passfile" "$postgresql/password" "$postgresql/server.key"
    : >"$postgresql/complete"
  fi
  for part in "${postgresql_parts[@]}"; do
    create_cluster "$part" &
  done
  for part in $(jobs -p); do
    wait "$part" || failed+=("$part")
  done
  ((${#failed[@]} == 0)) || exit 1
}

# create_cluster PART: its data folder, whole or not at all.
create_cluster() {
  local part=$1 data=$postgresql/$1 new=$postgresql/$1.new log
  log=$(log_of "initdb-$part")
  [[ ! -f $data/PG_VERSION ]] || return 0
  rm -rf -- "$new"
  mkdir -m 0700 -- "$new"
  give_to_postgres "$new"
  as_postgres "${setting[postgresql.bin]}/initdb" --pgdata="$new" --username=postgres --pwfile="$postgresql/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions >>"$log" 2>&1 </dev/null ||
    fail "initdb of $part failed" "read the message above; is the disk full?" "$log"
  write_configuration "$part" "$new"
  mv -- "$new" "$data"
}

# write_configuration PART FOLDER
write_configuration() {
  local connections=200
  [[ $1 != coordinator ]] || connections=300
  cat >"$2/pg_hba.conf" <<'HBA'
# TYPE  DATABASE     USER  ADDRESS       METHOD
host    all          all   127.0.0.1/32  scram-sha-256
host    replication  all   127.0.0.1/32  scram-sha-256
HBA
  cat >>"$2/postgresql.conf" <<CONF

# Written by infrastructure/local. The port is on the command line.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
ssl = on
ssl_cert_file = '$postgresql/server.crt'
ssl_key_file = '$postgresql/server.key'
ssl_ca_file = '$postgresql/ca.crt'
password_encryption = 'scram-sha-256'
max_connections = $connections
max_prepared_transactions = 200
max_worker_processes = 64
shared_buffers = '64MB'
wal_level = logical
max_wal_senders = 20
max_replication_slots = 20
log_line_prefix = '%m [%p] %q%u@%d %a '
log_timezone = 'UTC'
timezone = 'UTC'
# Test data only: fast, and not safe against a crash of the machine.
# Without fsync a commit still leaves the process, so that a killed server loses none.
fsync = off
full_page_writes = off
wal_init_zero = off
checkpoint_timeout = '30min'
CONF
  if [[ ${setting[citus.kind]} == real ]]; then
    cat >>"$2/postgresql.conf" <<CONF
shared_preload_libraries = 'citus'
citus.local_hostname = '127.0.0.1'
CONF
  fi
}

start_postgresql() {
  local part=$1 data=$postgresql/$1 pid
  [[ -f $data/PG_VERSION ]] || fail "$part has no data folder" "run infrastructure/local up"
  if { read -r pid <"$data/postmaster.pid"; } 2>/dev/null && [[ $pid =~ ^[0-9]+$ && -e /proc/$pid ]]; then
    if carries_sign "$part" "$pid"; then
      printf '%s\n' "$pid" >"$state/pids/$part"
      return
    fi
    # After a reboot that number may belong to any other process, and the server would not start.
    rm -f -- "$data/postmaster.pid"
  fi
  require_free_port "$part" "${setting[port.$part]}"
  # The servers connect to each other, and each to itself, with the password in this file.
  launch "$part" env HOME="$postgresql" PGPASSFILE="$postgresql/passfile" LC_ALL=C.UTF-8 TZ=UTC \
    "${postgres_run[@]}" "${setting[postgresql.bin]}/postgres" -D "$data" -p "${setting[port.$part]}"
}

postgresql_answers() {
  gone "$1" || "${setting[postgresql.bin]}/pg_isready" --quiet --host=127.0.0.1 --port="${setting[port.$1]}" --timeout=2
}

# learn_versions: what the servers say they are, once.
learn_versions() {
  local postgres citus
  IFS='|' read -r postgres citus < <(psql_on coordinator postgres --tuples-only --no-align --command \
    "select split_part(current_setting('server_version'), ' ', 1), (select default_version from pg_available_extensions where name = 'citus')")
  [[ -n $citus ]] || fail "the servers offer no extension citus" "run infrastructure/local down, then up" "$(log_of coordinator)"
  remember postgresql.version "$postgres"
  remember citus.version "$citus"
}

# psql_on PART DATABASE ARGUMENTS...: as the superuser, over TLS, checking the certificate.
psql_on() {
  local part=$1 database=$2
  shift 2
  PGHOST=127.0.0.1 PGPORT=${setting[port.$part]} PGUSER=postgres PGDATABASE=$database PGPASSFILE=$passfile \
    PGSSLMODE=verify-full PGSSLROOTCERT=$postgresql/ca.crt PGCONNECT_TIMEOUT=10 \
    PGOPTIONS='-c client_min_messages=warning' PGAPPNAME=infrastructure/local \
    "${setting[postgresql.bin]}/psql" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "$@"
}
