# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # variables shared between the files that `local` puts together
# Starting, finding and ending the processes of the parts. A process counts as ours only if its pid file
# names it and its command line has this state's own argument in it: pids are reused, after a reboot above all.

declare -A launched_at=() # the parts that this run has started, and when

# sign_of PART: the argument that only this part of this state is started with.
sign_of() {
  case $1 in
    etcd) printf -- '--data-dir=%s/etcd/data' "$state" ;;
    kube-apiserver) printf -- '--client-ca-file=%s/kubernetes/ca.crt' "$state" ;;
    *) printf '%s/postgresql/%s' "$state" "$1" ;;
  esac
}

# carries_sign PART PID: whether that process is this part.
carries_sign() {
  local argument sign
  sign=$(sign_of "$1")
  while IFS= read -r -d '' argument; do
    [[ $argument != "$sign" ]] || return 0
  done 2>/dev/null <"/proc/$2/cmdline"
  return 1
}

# pid_of PART: its pid, if it runs.
pid_of() {
  local pid
  { read -r pid <"$state/pids/$1"; } 2>/dev/null || return 1
  [[ $pid =~ ^[0-9]+$ ]] && carries_sign "$1" "$pid" || return 1
  printf '%s' "$pid"
}

# process_family PID: the process and its descendants, parents first.
process_family() {
  local child children=()
  printf '%s\n' "$1"
  { read -r -a children <"/proc/$1/task/$1/children"; } 2>/dev/null || true
  for child in "${children[@]}"; do
    process_family "$child"
  done
}

# state_of PART: running, paused or stopped.
state_of() {
  local pid fields
  if ! pid=$(pid_of "$1"); then
    printf 'stopped'
    return
  fi
  read -r fields <"/proc/$pid/stat" 2>/dev/null || fields=
  fields=${fields##*) }
  if [[ ${fields%% *} == [Tt] ]]; then printf 'paused'; else printf 'running'; fi
}

# launch PART COMMAND...: in a session of its own, without this shell's terminal, pipes and locks.
launch() {
  local part=$1
  shift
  (
    close_inherited_files
    cd /
    exec setsid "$@"
  ) </dev/null >>"$(log_of "$part")" 2>&1 &
  printf '%s\n' "$!" >"$state/pids/$part"
  launched_at[$part]=$EPOCHREALTIME
  # Until the new process has its own command line, it cannot be told from this script.
  wait_until 5 has_own_command "$part" "$!" || fail "$part did not start within 5 s" "is the machine overloaded? run it again" "$(log_of "$part")"
  disown "$!" 2>/dev/null || true
}

# has_own_command PART PID: or it has ended already, which its reader finds out.
has_own_command() {
  pid_of "$1" >/dev/null || ended "$2"
}

# wait_until SECONDS COMMAND...: tries every 50 ms.
wait_until() {
  local deadline=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
  shift
  until "$@"; do
    ((${EPOCHREALTIME/[.,]/} < deadline)) || return 1
    sleep 0.05
  done
}

gone() {
  ! pid_of "$1" >/dev/null
}

# ended PID...: none of them is there any more, or only as a zombie that nobody has asked about. Only then are
# their ports free: a process loses its command line before it closes its files.
ended() {
  local pid fields threads
  for pid in "$@"; do
    { read -r fields <"/proc/$pid/stat"; } 2>/dev/null || continue
    fields=${fields##*) }
    threads=("/proc/$pid/task/"*)
    [[ ${fields%% *} == [ZX] ]] && ((${#threads[@]} <= 1)) || return 1
  done
}

# end_part PART [SIGNAL]: asks it to end, and kills it if it does not. Nothing happens if it does not run.
end_part() {
  local pid signal=TERM family
  pid=$(pid_of "$1") || return 0
  # A PostgreSQL server waits for its clients on TERM; on INT it ends them.
  [[ " ${postgresql_parts[*]} " != *" $1 "* ]] || signal=${2:-INT}
  mapfile -t family < <(process_family "$pid")
  kill -CONT "${family[@]}" 2>/dev/null || true
  kill "-$signal" "$pid" 2>/dev/null || true
  if ! wait_until 15 ended "${family[@]}"; then
    say "$1 does not end within 15 s, killing it"
    kill_part "$1"
  fi
  rm -f -- "$state/pids/$1"
}

# kill_part PART: at once, with everything it has started, as a power failure would.
kill_part() {
  local pid family
  pid=$(pid_of "$1") || return 0
  # Stop it first, so that it starts nothing new while its children are listed.
  kill -STOP "$pid" 2>/dev/null || true
  mapfile -t family < <(process_family "$pid")
  kill -KILL "${family[@]}" 2>/dev/null || true
  wait_until 10 ended "${family[@]}" || fail "$1 (pid $pid) survives SIGKILL" "look at it with: ps -o pid,stat,wchan,args -p $pid" "$(log_of "$1")"
  rm -f -- "$state/pids/$1"
}

# signal_part PART SIGNAL: to it and everything it has started.
signal_part() {
  local pid family
  pid=$(pid_of "$1") || fail "$1 does not run" "run infrastructure/local start $1" "$(log_of "$1")"
  # A stopped parent starts no new children while they are listed; the other way round when resuming.
  [[ $2 != STOP ]] || kill -STOP "$pid"
  mapfile -t family < <(process_family "$pid")
  kill "-$2" "${family[@]}" 2>/dev/null || true
}

port_is_free() {
  ! port_in_use "$1"
}

# require_free_port PART PORT
require_free_port() {
  wait_until 3 port_is_free "$2" || fail "port $2 of $1 is taken by another program" \
    "end that program, or run infrastructure/local down and up again: up picks new ports"
}
