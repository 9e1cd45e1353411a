# shellcheck shell=bash
# roomy_memory: prints the folder of files in memory, where it has more than 8 GB of room and may hold programs.
# Free are the kilobytes of the file system and of the machine.
roomy_memory() {
  local memory=/dev/shm free
  free=$({ df --output=avail -k "$memory" && awk '/^MemAvailable:/ {print $2}' /proc/meminfo; } | sort -n | sed -n 2p)
  ((${free:-0} > 8 << 20)) && ! grep -qE "^[^ ]+ $memory [^ ]+ [^ ]*noexec" /proc/mounts || return 0
  printf '%s\n' "$memory"
}
