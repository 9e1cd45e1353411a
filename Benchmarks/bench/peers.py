"""Programs that whimbrel is measured against; Benchmarks/peers installs them."""
import os
import shutil
import subprocess

from . import places
from .measure import NotMeasured

# Those of PyPI have a folder of their own.
PYTHON = {"alembic", "yoyo", "kopf", "squawk"}


def program(name):
    """The path of a peer. Raises NotMeasured where it is not installed."""
    path = os.path.join(places.cache, "python", "bin", name) if name in PYTHON else shutil.which(name)
    if name == "sample-controller":
        found = subprocess.run([os.path.join(places.benchmarks, "sample-controller"), "--cached"], capture_output=True, text=True)
        path = found.stdout.strip()
    if not path or not os.access(path, os.X_OK):
        raise NotMeasured("%s is not installed: run Benchmarks/peers" % name)
    return path
