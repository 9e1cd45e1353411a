"""What a row was measured on."""
import os
import platform
import subprocess
import time

from . import places


def processor():
    with open("/proc/cpuinfo") as text:
        for line in text:
            if line.startswith("model name"):
                return " ".join(line.split(":", 1)[1].split())
    return platform.machine()


def memory():
    with open("/proc/meminfo") as text:
        return int(text.readline().split()[1]) / 1024 / 1024


def revision():
    shown = subprocess.run(["git", "-C", places.checkout, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return shown.stdout.strip() or "unknown"


def command(row):
    set_here = ["%s=%s" % (name, os.environ[name]) for name in ("SIZE", "ROUNDS") if os.environ.get(name)]
    return " ".join(["make", "bench", "ROW=" + row] + set_here)


def describe(row):
    """One line: the command, the time, the machine, and how busy it was when the row began."""
    return "`%s`, %s, revision %s; %d cores of %s, %.0f GiB; load average %.1f." % (
        command(row), time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), revision(), os.cpu_count(), processor(), memory(), os.getloadavg()[0])
