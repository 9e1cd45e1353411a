# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the scripts that source this
# Builds a program once from Debian's own source package `kubernetes` with Debian's Go. The build needs the network only
# for that package: Go runs offline on the vendored tree. Nothing outside the cache folder is written, and no root is needed.
#
# Who sources it sets program, binary, cache, log and without_debian (what to do elsewhere), has functions print_existing and recipe (what lies between the unpacked
# source and $work/$program, in steps), and calls build.

readonly version=1.20.2
readonly debian_package=kubernetes
readonly reflect2=/usr/share/gocode/src/github.com/modern-go/reflect2

work=
job=

# Debian's own Go, whatever else is on the PATH.
go=/usr/lib/go/bin/go
[[ -x $go ]] || go=$(command -v go || true)

# step TEXT COMMAND...: runs the command with its output in the log; one line with the seconds it took.
step() {
  local text=$1 since=$EPOCHREALTIME seconds=0
  shift
  printf '== %s\n' "$text" >>"$log"
  # Its own process group, so that an interrupt can end the compiler's processes as well.
  set -m
  "$@" >>"$log" 2>&1 </dev/null 9>&- &
  job=$!
  set +m
  while kill -0 "$job" 2>/dev/null; do
    sleep 0.2
    if [[ -t 2 ]]; then
      printf '\r%s ... %s s' "$text" "$(elapsed "$since")" >&2
    elif (($(elapsed "$since" | cut -d. -f1) >= seconds + 30)); then
      seconds=$((seconds + 30))
      say "$text ... $seconds s"
    fi
  done
  if ! wait "$job"; then
    [[ -t 2 ]] && say ""
    fail "building $program failed at: $text" \
      "read $log, put right what it names, and run the same command again" "$log"
  fi
  [[ -t 2 ]] && printf '\r\033[K' >&2
  job=
  say "$text: done in $(elapsed "$since") s"
}

require_tools() {
  local missing=()
  have apt-get || fail "there is no $program and this is no Debian: the build needs apt-get" "$without_debian"
  [[ -n $go ]] || missing+=(golang-go)
  have dpkg-source || missing+=(dpkg-dev)
  [[ -d $reflect2 ]] || missing+=(golang-github-modern-go-reflect2-dev)
  ((${#missing[@]} == 0)) || fail "building $program needs: ${missing[*]}" \
    "run infrastructure/dependencies kube-apiserver"
}

# source_entries: the machine's own package sources for this Debian, asked for source packages instead.
source_entries() {
  local codename file
  # shellcheck disable=SC1091
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-bookworm}")
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -r $file ]] || continue
    awk -v codename="$codename" '
      $1 == "deb" && $0 ~ "[ \t/](" codename "|stable|oldstable)([-/ \t])" { sub(/^[ \t]*deb/, "deb-src"); print }
    ' "$file" >>"$work/apt/parts/$(basename -- "$file")"
  done
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ -r $file ]] || continue
    awk -v RS= -v ORS='\n\n' -v codename="$codename" '
      $0 ~ "(^|\n)Suites:[^\n]*[ \t](" codename "|stable|oldstable)([-/ \t\n]|$)" && $0 !~ /(^|\n)Enabled:[ \t]*(no|false)/ {
        gsub(/(^|\n)Types:[^\n]*/, "\nTypes: deb-src"); print
      }
    ' "$file" >>"$work/apt/parts/$(basename -- "$file")"
  done
  find "$work/apt/parts" -type f -empty -delete
}

# own_apt: apt-get with lists and caches of its own; the machine's are neither read nor changed.
own_apt() {
  apt-get -c "$work/apt/apt.conf" "$@"
}

prepare_apt() {
  mkdir -p "$work/apt/parts" "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
  source_entries
  cat >"$work/apt/apt.conf" <<CONF
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$work/apt/parts";
Dir::State::lists "$work/apt/lists";
Dir::Cache "$work/apt/cache";
APT::Sandbox::User "";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
  [[ -n $(ls -A "$work/apt/parts") ]] || {
    echo "no package source of this Debian was found in /etc/apt/sources.list or /etc/apt/sources.list.d"
    return 1
  }
}

# update_lists: a third-party mirror that has no sources must not stop the build, so only the result counts.
update_lists() {
  own_apt update || true
  own_apt source --print-uris "$debian_package" | grep -E "(_|really)${version//./\\.}[.-]" || {
    echo "the configured package sources offer no source package $debian_package $version (Debian 12 has it)"
    return 1
  }
}

download() {
  cd "$work"
  own_apt source --download-only "$debian_package"
}

# unpack: into the place where a GOPATH has it, because the generators look packages up that way.
unpack() {
  mkdir -p "$work/go/src/k8s.io"
  dpkg-source --no-check -x "$work"/*.dsc "$work/go/src/k8s.io/kubernetes"
  # The vendored reflect2 reads Go's run-time maps as they were before Go 1.18 and crashes with newer ones.
  local vendored=$work/go/src/k8s.io/kubernetes/vendor/github.com/modern-go/reflect2
  rm -rf "$vendored"
  cp -rL "$reflect2" "$vendored"
  rm -f "$vendored/go.mod"
}

# go_build ARGUMENTS...: offline, without modules: the vendored tree is all there is.
go_build() {
  cd "$work/go/src/k8s.io/kubernetes"
  env -u GOROOT GOENV=off GO111MODULE=off GOPROXY=off GOTOOLCHAIN=local GOFLAGS='' CGO_ENABLED=0 \
    GOPATH="$work/go" GOCACHE="$work/go-cache" GOTMPDIR="$work" HOME="$work" \
    "$go" build "$@"
}

clean_up() {
  [[ -z $job ]] || kill -TERM -- "-$job" 2>/dev/null || true
  if [[ -n $work ]]; then
    chmod -R u+w -- "$work" 2>/dev/null || true
    rm -rf -- "$work"
  fi
}

build() {
  require_tools
  mkdir -p "$cache"
  exec 9>"$cache/$program.lock"
  if ! flock -n 9; then
    say "another build of $program is under way, waiting for it (its log: $log)"
    flock 9
    print_existing && return
  fi
  work=$(mktemp -d "$cache/$program-build.XXXXXX")
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  : >"$log"
  say "building $program of Kubernetes $version once, from Debian's source package $debian_package with $("$go" version | cut -d ' ' -f 3); log: $log"
  step "read the package sources" prepare_apt
  step "look up the source package" update_lists
  step "download the source package" download
  step "unpack it, with a reflect2 that fits this Go" unpack
  recipe
  mv -- "$work/$program" "$binary"
  say "$program built in $(elapsed "$started_at") s"
  print_existing
}
