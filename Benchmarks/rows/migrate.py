"""1,000 migrations of one table and one index on PostgreSQL, in a fresh database."""
import os

from bench import measure, peers, places, scripts, servers
from bench.proxy import DelayingProxy
from bench.results import Result, Target

TITLE = "1,000 migrations on PostgreSQL"


def contender(tool, database, command, count, rounds=None, folder=None, catalogs=None):
    """One that applies all migrations to a fresh database; the database is made before the clock starts, and looked at after it stops."""

    def run():
        servers.fresh(database)
        sample = measure.run(command, folder=folder)
        scripts.require_applied(tool, database, count)
        catalogs[tool] = servers.catalog(database)
        return sample

    return measure.Contender(tool, run, rounds)


def run(bench):
    count = bench.times(1000)
    migrations = scripts.table_and_index(count)
    yield loopback(bench, migrations)
    yield delayed(bench, migrations)


def loopback(bench, migrations):
    count, catalogs, missing = len(migrations), {}, {}
    script = scripts.floor(migrations, os.path.join(places.temporary(), "floor.sql"))
    folder = scripts.flyway(migrations, places.folder("flyway"))
    makers = {
        "psql": lambda: (servers.psql("bench_psql", "-f", script), None, None),
        "whimbrel": lambda: (scripts.whimbrel_command("migrate", folder, "bench_whimbrel"), None, None),
        "sql-migrate": lambda: ([peers.program("sql-migrate"), "up"], scripts.sql_migrate(migrations, places.folder("sql-migrate"), "bench_sql-migrate"), None),
        "alembic": lambda: (scripts.alembic_command(scripts.alembic(migrations, places.folder("alembic"), "bench_alembic"), "upgrade", "head"), None, None),
        "yoyo": lambda: (scripts.yoyo_command(scripts.yoyo(migrations, places.folder("yoyo")), "bench_yoyo"), None, 3),
        "sqitch": lambda: (scripts.sqitch_command(scripts.sqitch(migrations, places.folder("sqitch")), "bench_sqitch"), None, 1),
    }
    contenders = []
    for tool, make in makers.items():
        try:
            command, work, rounds = make()
            contenders.append(contender(tool, "bench_" + tool, command, count, rounds, work, catalogs))
        except measure.NotMeasured as reason:
            missing[tool] = str(reason)
    measure.interleave(contenders, bench.rounds(5), warm=False)
    objects = servers.require_same(catalogs, "the catalogs")
    for tool in makers:
        servers.drop("bench_" + tool)
    result = Result("%d migrations, loopback" % count, contenders, "psql", missing=missing, notes=[
        "Each left %d rows in its history and the same catalog (%s relations)." % (count, objects.split()[0])])
    result.targets.append(Target("at most 1.05 times the floor", result.ratio("whimbrel"), 1.05, " times"))
    return result


def delayed(bench, migrations):
    """The same behind a proxy that holds each piece of data back for half a millisecond, both ways."""
    count, catalogs = len(migrations), {}
    script = os.path.join(places.temporary(), "floor.sql")
    folder = os.path.join(places.temporary(), "flyway")
    with DelayingProxy(int(servers.environment()["COORDINATOR_PORT"]), 0.0005) as proxy:
        contenders = [
            contender("psql", "bench_psql", servers.psql("bench_psql", "-f", script, port=proxy.port), count, catalogs=catalogs),
            contender("whimbrel", "bench_whimbrel", scripts.whimbrel_command("migrate", folder, "bench_whimbrel", proxy.port), count, catalogs=catalogs),
        ]
        measure.interleave(contenders, bench.rounds(3), warm=False)
        trip = proxy.round_trip()
    servers.require_same(catalogs, "the catalogs")
    servers.drop("bench_psql")
    servers.drop("bench_whimbrel")
    result = Result("%d migrations, a round trip of 1 ms" % count, contenders, "psql", notes=[
        "By a proxy of this harness that delays what passes by 0.5 ms each way; a round trip through it took %.2f ms." % (trip * 1e3)])
    result.targets.append(Target("at most 0.8 times the floor", result.ratio("whimbrel"), 0.8, " times"))
    return result
