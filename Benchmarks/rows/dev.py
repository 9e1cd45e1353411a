"""The dev loop: from the close of a saved file until the resource is Ready with it."""
import os
import re
import subprocess

from bench import measure, places, servers
from bench.results import Result, Target

TITLE = "save a file to Ready in the dev loop"


def run(bench):
    count = bench.times(20)
    # Starts the servers where none run, and says in the environment which these are.
    kubeconfig = servers.environment()["KUBECONFIG"]
    environment = {**os.environ, "KUBECONFIG": kubeconfig, "COUNT": str(count), "WHIMBREL_BINARY": places.whimbrel()}
    done = subprocess.run(
        [os.path.join(places.checkout, "examples", "betting-platform", "measure-dev")], env=environment, capture_output=True, text=True)
    found = re.search(r"median (\d+) ms, worst (\d+) ms \(([\d ]+)\)", done.stdout)
    if done.returncode or not found:
        raise RuntimeError("measure-dev: %s" % (done.stdout + done.stderr)[-2000:])
    loop = measure.Contender("save to Ready", None)
    loop.samples = [measure.Sample(int(word) / 1000) for word in found.group(3).split()]
    statement = measure.Contender("the SQL itself", None)
    statement.samples = [measure.Sample(seconds) for seconds in statements(count)]
    result = Result("%d saves, on %s" % (len(loop.samples), servers.citus()), [statement, loop])
    if len(loop.samples) != count:
        raise RuntimeError("%d of %d saves became Ready" % (len(loop.samples), count))
    result.targets.append(Target("at most 300 ms beyond the SQL", (loop.median - statement.median) * 1e3, 300, " ms", 0))
    result.notes.append("Each of the %d files became Ready with its version. 100 ms of each are the wait for further changes (`--settle`)." % count)
    return [result]


def statements(count):
    """How long the server takes for the statement of each file and a row of history, by psql's own clock."""
    servers.fresh_cluster("bench_dev")
    script = "\\timing on\nCREATE TABLE history (id int);\n" + "".join(
        "BEGIN; CREATE TABLE t%d (tenant_id bigint, id bigint, PRIMARY KEY (tenant_id, id)); INSERT INTO history VALUES (%d); COMMIT;\n" % (number, number)
        for number in range(count)).replace("; ", "\\; ")
    path = places.write(os.path.join(places.temporary(), "dev.sql"), script)
    done = subprocess.run(servers.psql("bench_dev", "-f", path), check=True, capture_output=True, text=True)
    servers.drop_cluster("bench_dev")
    return [float(word) / 1000 for word in re.findall(r"Time: ([\d.]+) ms", done.stdout)][1:]
