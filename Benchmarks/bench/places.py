"""Folders and programs."""
import atexit
import functools
import os
import shutil
import subprocess
import tempfile

benchmarks = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
checkout = os.path.dirname(benchmarks)
cache = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "whimbrel", "bench")


@functools.lru_cache(maxsize=None)
def temporary():
    """A folder that goes away with this process."""
    folder = tempfile.mkdtemp(prefix="whimbrel-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def folder(*names):
    """A new, empty folder below the temporary one."""
    path = os.path.join(temporary(), *names)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def write(path, text):
    with open(path, "w") as file:
        file.write(text)
    return path


@functools.lru_cache(maxsize=None)
def whimbrel():
    """The binary that is measured: that of WHIMBREL_BINARY, else a release build made here."""
    named = os.environ.get("WHIMBREL_BINARY")
    if named:
        return os.path.realpath(named)
    build = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--scratch-path", os.path.join(checkout, ".build"), "--product", "whimbrel"]
    subprocess.run(build, cwd=checkout, check=True)
    shown = subprocess.run(build + ["--show-bin-path"], cwd=checkout, check=True, capture_output=True, text=True)
    return os.path.join(shown.stdout.strip(), "whimbrel")
