# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # variables shared between the files that `local` puts together
# The state folder: everything the local infrastructure writes is inside it, and `down` removes it.
#
#   whimbrel-state          marks the folder as one that may be removed
#   settings                KEY=VALUE lines: ports and what the servers turned out to be; read, never evaluated
#   passfile, kubeconfig    how clients get in (0600)
#   logs/, pids/            one file per part
#   postgresql/, kubernetes/, etcd/

readonly parts=(etcd kube-apiserver coordinator worker-1 worker-2)
readonly postgresql_parts=(coordinator worker-1 worker-2)

state=$(realpath -m -- "${WHIMBREL_STATE:-$checkout/.local}")
readonly state
readonly marker=$state/whimbrel-state
readonly settings=$state/settings

declare -A setting=()

log_of() {
  printf '%s/logs/%s.log' "$state" "$1"
}

# require_part NAME: the name is one of the five parts.
require_part() {
  local part
  for part in "${parts[@]}"; do
    [[ $part == "${1:-}" ]] && return
  done
  fail "no such part: ${1:-(none given)}" "name one of: ${parts[*]}"
}

# require_up: the state exists.
require_up() {
  [[ -f $marker && -f $settings ]] ||
    fail "there is no local infrastructure in $state" "run infrastructure/local up (WHIMBREL_STATE names another folder)"
  read_settings
}

read_settings() {
  local key value
  setting=()
  [[ -f $settings ]] || return 0
  while IFS='=' read -r key value; do
    setting[$key]=$value
  done <"$settings"
}

# remember KEY VALUE
remember() {
  setting[$1]=$2
  local key
  for key in "${!setting[@]}"; do
    printf '%s=%s\n' "$key" "${setting[$key]}"
  done | LC_ALL=C sort >"$settings.new"
  mv -- "$settings.new" "$settings"
}

create_state() {
  if [[ -e $state && ! -f $marker ]]; then
    [[ -d $state && -z $(ls -A -- "$state") ]] ||
      fail "$state exists and was not made by infrastructure/local" "let WHIMBREL_STATE name a new or an empty folder"
  fi
  [[ $state != *[[:space:]\'\"\\]* ]] ||
    fail "the path of the state folder has a space, quote or backslash: $state" "let WHIMBREL_STATE name a folder without them"
  mkdir -p -- "$state" || fail "cannot create $state" "let WHIMBREL_STATE name a folder that $(id -un) can write to"
  mkdir -p -- "$state/logs" "$state/pids" "$state/etcd" "$state/kubernetes" "$state/postgresql"
  chmod 0700 -- "$state/etcd" "$state/kubernetes"
  printf 'infrastructure/local of Whimbrel made this folder, its verb down removes it.\n' >"$marker"
}

# lock_state: one `up`, `down` or change of a part at a time. The lock dies with this process.
lock_state() {
  local lock=$state/lock
  while [[ -d $state ]]; do
    exec 8>"$lock" || fail "cannot write to $state" "run it as the user who ran infrastructure/local up"
    if ! flock -n 8; then
      say "another infrastructure/local works on $state, waiting for it"
      flock 8
    fi
    # `down` may have removed the folder in the meantime.
    [[ -e $lock && /proc/$$/fd/8 -ef $lock ]] && return
  done
}

port_in_use() {
  local hex
  printf -v hex '%04X' "$1"
  grep -qsE "^ *[0-9]+: [0-9A-F]+:$hex [0-9A-F]+:[0-9A-F]{4} 0A " /proc/net/tcp /proc/net/tcp6
}

# pick_ports: once for the life of the state, below the range that Linux gives to outgoing connections.
pick_ports() {
  local name port taken=" ${setting[*]} "
  for name in etcd etcd-peer kube-apiserver "${postgresql_parts[@]}"; do
    [[ -z ${setting[port.$name]:-} ]] || continue
    while :; do
      port=$((20000 + RANDOM % 12000))
      [[ $taken == *" $port "* ]] || port_in_use "$port" || break
    done
    taken+="$port "
    remember "port.$name" "$port"
  done
}
