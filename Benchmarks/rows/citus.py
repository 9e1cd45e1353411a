"""50 migrations on Citus: create, distribute, index, alter."""
import os

from bench import measure, places, scripts, servers
from bench.results import Result, Target

TITLE = "50 migrations on Citus"
SEQUENTIAL = "SET LOCAL citus.multi_shard_modify_mode TO 'sequential';\n"
# What every node knows of the tables: how they are distributed, and their shards.
PLACED = "SELECT count(DISTINCT logicalrelid) || ' ' || count(*) FROM pg_dist_shard"


def run(bench):
    migrations, catalogs = scripts.distributed(bench.times(50)), {}
    count = len(migrations)
    parallel = scripts.floor(migrations, os.path.join(places.temporary(), "parallel.sql"))
    sequential = scripts.floor(migrations, os.path.join(places.temporary(), "sequential.sql"), SEQUENTIAL)
    folder = scripts.flyway(migrations, places.folder("flyway"))

    def contender(name, tool, database, command):
        def work():
            servers.fresh_cluster(database)
            sample = measure.run(command)
            scripts.require_applied(tool, database, count)
            catalogs[name] = servers.catalog(database) + "; " + servers.query(database, PLACED)
            servers.drop_cluster(database)
            return sample

        return measure.Contender(name, work)

    contenders = [
        contender("psql, sequential", "psql", "bench_sequential", servers.psql("bench_sequential", "-o", os.devnull, "-f", sequential)),
        contender("psql, as it comes", "psql", "bench_parallel", servers.psql("bench_parallel", "-o", os.devnull, "-f", parallel)),
        contender("whimbrel", "whimbrel", "bench_whimbrel", scripts.whimbrel_command("migrate", folder, "bench_whimbrel")),
    ]
    measure.interleave(contenders, bench.rounds(3), warm=False)
    left = servers.require_same(catalogs, "the catalogs")
    result = Result("%d migrations of create, distribute, index, alter, on %s" % (count, servers.citus()), contenders, "psql, sequential", notes=[
        "Each left %d rows in its history, the same catalog, and as many distributed tables and shards (%s)." % (count, left.split("; ")[1])])
    result.targets.append(Target("at most the sequential floor", result.ratio("whimbrel"), 1.0, " times"))
    return [result]
