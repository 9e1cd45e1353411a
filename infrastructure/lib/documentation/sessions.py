"""Runs the blocks of pages, each page in a shell of its own."""
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from . import pages

time_limit = 300

# What differs from run to run, in what is shown and in what is printed.
varying = [
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d)?\b"), "<time>"),
    (re.compile(r"\b\d\d:\d\d(:\d\d)?\.\d+s"), "<duration>"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "<time>"),
    (re.compile(r"\b\d+(\.\d+)? (ms|s)\b"), "<duration>"),
    (re.compile(r"\b(\d+h)?(\d+m)?\d+s\b"), "<age>"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "<digest>"),
    (re.compile(r"(127\.0\.0\.1|localhost):\d+"), "<address>"),
    (re.compile(r"\b[\w.-]+_[0-9a-z]{13}\b"), "<holder>"),
    (re.compile(r"\bV?20\d{12}(?=__)"), "<version>"),
    (re.compile(r"shard \d+"), "shard <number>"),
    (re.compile(r"\b\d+ (bytes|kB|MB|GB)\b"), "<size>"),
    (re.compile(r"-{3,}"), "---"),
    (re.compile(r" {2,}"), " "),
]

slow = re.compile(r"statement \d+ of \d+, line \d+ \(.*\): <duration>")


def plain(line, replace):
    """A line without what varies."""
    for text, word in replace.items():
        line = line.replace(text, word)
    for pattern, word in varying:
        line = pattern.sub(word, line)
    return line.strip()


def matches(expected, printed):
    """Whether lines are as shown, where `...` stands for any text, and alone for any lines."""
    if not expected:
        return not printed
    if expected[0] == "...":
        return any(matches(expected[1:], printed[index:]) for index in range(len(printed) + 1))
    if not printed:
        return False
    pattern = ".*".join(re.escape(part) for part in expected[0].split("..."))
    if re.fullmatch(pattern, printed[0]) and matches(expected[1:], printed[1:]):
        return True
    # A statement has a line of its own where it takes a second or longer, as it may on a busy machine.
    return slow.fullmatch(printed[0]) is not None and matches(expected, printed[1:])


class Session:
    """A shell for the blocks of one page."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)
        self.count = 0
        self.run("source %s/prelude.sh" % os.path.dirname(os.path.realpath(__file__)))

    def run(self, text):
        """Runs commands, and returns the code of the last, or of the first that fails, and what was printed."""
        self.count += 1
        end = "end-of-block-%d" % self.count
        path = os.path.join(self.folder, ".block")
        with open(path, "w") as file:
            file.write("set -o pipefail\n%s\n" % text)
        # A trap tells of the first failure without ending the shell.
        order = "code=0; trap 'code=$?; trap - ERR; return $code' ERR; source %s </dev/null; code=$?; trap - ERR; printf '\\n%s %%s\\n' $code\n"
        self.shell.stdin.write((order % (path, end)).encode())
        self.shell.stdin.flush()
        printed, limit = b"", time.monotonic() + time_limit
        while True:
            found = re.search(rb"\n%s (\d+)\n" % end.encode(), printed)
            if found:
                return int(found.group(1)), printed[:found.start()].decode(errors="replace")
            ready, _, _ = select.select([self.shell.stdout], [], [], max(0, limit - time.monotonic()))
            part = os.read(self.shell.stdout.fileno(), 65536) if ready else b""
            if not part:
                what = "the shell has ended" if ready else "not within %d s" % time_limit
                return -1, printed.decode(errors="replace") + "\n" + what
            printed += part

    def end(self):
        try:
            os.killpg(self.shell.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self.shell.wait()


def local_environment():
    """What `infrastructure/local env` says."""
    lines = subprocess.run([pages.root + "/infrastructure/local", "env"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(line.split("=", 1) for line in lines.splitlines())


def write_program(path, text):
    with open(path, "w") as file:
        file.write("#!/usr/bin/env bash\n" + text)
    os.chmod(path, 0o755)


def prepare_programs(folder, local):
    """The programs as a reader has them: whimbrel, its plugin, kubectl, helm, psql."""
    binary = os.environ.get("WHIMBREL_BINARY", pages.root + "/.build/debug/whimbrel")
    if not os.access(binary, os.X_OK):
        sys.exit("%s cannot be run: build it, or let WHIMBREL_BINARY name another one" % binary)
    os.environ["WHIMBREL_BINARY"] = binary
    os.mkdir(folder)
    for name in ("whimbrel", "kubectl-whimbrel"):
        os.symlink(binary, folder + "/" + name)
    os.symlink(local["PG_BIN"] + "/psql", folder + "/psql")
    tools = subprocess.run([pages.root + "/infrastructure/kubernetes-tools", "--cached"], stdout=subprocess.PIPE, text=True)
    # A server before 1.25 refuses the definition's rules, unless it is told not to look.
    kubectl = tools.stdout.strip() + "/kubectl" if tools.returncode == 0 else local["KUBECTL"]
    write_program(folder + "/kubectl", 'for word; do\n  case $word in\n    apply) exec %s "$@" --validate=false ;;\n  esac\ndone\nexec %s "$@"\n'
                  % (kubectl, kubectl))
    if tools.returncode == 0:
        write_program(folder + "/helm", 'case $1 in\n  install | upgrade) exec %s/helm "$@" --disable-openapi-validation --take-ownership ;;\nesac\nexec %s/helm "$@"\n'
                      % ((tools.stdout.strip(),) * 2))


def prepare_environment(work):
    local = local_environment()
    prepare_programs(work + "/bin", local)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "FLYWAY_"))}
    environment.update(local)
    kubeconfig = work + "/kubeconfig"
    shutil.copyfile(local["KUBECONFIG"], kubeconfig)
    environment.update(
        PATH=work + "/bin:" + os.environ["PATH"], KUBECONFIG=kubeconfig, HOME=work, TERM="dumb", NO_COLOR="1", LC_ALL="C.UTF-8",
        PGHOST=local["COORDINATOR_HOST"], PGPORT=local["COORDINATOR_PORT"], PGUSER=local["POSTGRES_USER"],
        PGPASSWORD=local["POSTGRES_PASSWORD"], PGSSLROOTCERT=local["POSTGRES_CA"], PGSSLMODE="verify-full", PAGER="cat",
        FLYWAY_PASSWORD=local["POSTGRES_PASSWORD"])
    return environment


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def start_controller(work, environment):
    """A controller for the namespace of the example, and what pages need to know about it."""
    environment.update(OPERATIONS_PORT=str(free_port()), WEBHOOK_ADDRESS="127.0.0.1:%d" % free_port())
    infrastructure = pages.root + "/infrastructure/local"
    for command, may_fail in (
        (["kubectl", "apply", "-k", pages.root + "/manifests/crd"], False),
        (["kubectl", "create", "namespace", "dev-infra"], True),
        (["kubectl", "create", "namespace", "whimbrel-system"], True),
        (["kubectl", "config", "set-context", "--current", "--namespace=dev-infra"], False),
        # What an earlier run has left.
        (["kubectl", "delete", "citusmigrations", "--all"], False),
        ([infrastructure, "database", "drop", "docs_betting"], False),
    ):
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode and not may_fail:
            sys.exit("%s: %s" % (" ".join(command), done.stdout))
    arguments = ["whimbrel", "controller", "--namespace", "dev-infra", "--lease-namespace", "whimbrel-system", "--operations-address",
                 "127.0.0.1:" + environment["OPERATIONS_PORT"], "--webhook-address", environment["WEBHOOK_ADDRESS"]]
    with open(work + "/controller.log", "w") as log:
        return subprocess.Popen(arguments, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                executable=work + "/bin/whimbrel")


def run_page(page, work, environment):
    """Runs the blocks of a page, and returns what is not as shown."""
    folder = os.path.join(work, page.path.replace("/", "-"))
    os.mkdir(folder)
    for name in os.listdir(pages.root):
        if not name.startswith("."):
            os.symlink(os.path.join(pages.root, name), os.path.join(folder, name))
    # Pages show it by this name.
    replace = {folder: "/tmp/app"}
    session, faults = Session(folder, environment), []
    try:
        for block in page.blocks:
            if block.run is None:
                continue
            faults = run_block(session, block, replace)
            if faults:
                # What follows builds on it.
                return faults
    finally:
        session.end()
    return faults


def run_block(session, block, replace):
    end, words = block.run
    if block.setup:
        code, printed = session.run("\n".join(block.setup))
        if code:
            return ["%s: its setup ended with %d:\n%s" % (block.place, code, printed)]
    steps = block.steps()
    for index, (command, expected) in enumerate(steps):
        for word, value in words.items():
            command = re.sub(r"\b%s\b" % re.escape(word), value, command)
        code, printed = session.run(command)
        wanted = end if index == len(steps) - 1 else 0
        if code != wanted:
            return ["%s: ended with %d instead of %d: %s\n%s" % (block.place, code, wanted, command, printed)]
        if expected is None:
            continue
        lines = [plain(line, replace) for line in printed.strip("\n").split("\n")] if printed.strip() else []
        if not matches([plain(line, replace) for line in "\n".join(expected).strip("\n").split("\n")] if expected else [], lines):
            return ["%s: printed something else: %s\n--- shown\n%s\n--- printed\n%s\n---" % (block.place, command, "\n".join(expected), printed)]
    return []


def run(chosen):
    """Runs pages, on the infrastructure that is named, or on one for the time of it, and returns the code to end with."""
    if "WHIMBREL_STATE" in os.environ:
        return run_on_it(chosen)
    os.environ["WHIMBREL_STATE"] = pages.root + "/.local-documentation"
    infrastructure = pages.root + "/infrastructure/local"
    subprocess.run([infrastructure, "up"], check=True)
    try:
        return run_on_it(chosen)
    finally:
        subprocess.run([infrastructure, "down"])


def run_on_it(chosen):
    work = tempfile.mkdtemp(prefix="whimbrel-documentation.")
    os.chmod(work, 0o755)
    failed, controller = 0, None
    try:
        environment = prepare_environment(work)
        controller = start_controller(work, environment)
        for page in (page for page in chosen if page.blocks):
            started, count = time.monotonic(), sum(block.run is not None for block in page.blocks)
            faults = run_page(page, work, environment)
            failed += len(faults)
            print("%-36s %2d of %2d blocks run, %4.1f s%s" % (
                page.path, count, len(page.blocks), time.monotonic() - started, ", FAILED" if faults else ""), flush=True)
            for fault in faults:
                print(fault, file=sys.stderr)
    finally:
        if controller:
            controller.terminate()
            try:
                controller.wait(timeout=60)
            except subprocess.TimeoutExpired:
                controller.kill()
        shutil.rmtree(work, ignore_errors=True)
    return 1 if failed else 0
