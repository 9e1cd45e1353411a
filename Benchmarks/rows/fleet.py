"""200 databases on one server, 20 migrations each, one of them stuck on a lock."""
import os
import subprocess
import time

from bench import controllers, kubernetes, measure, places, scripts, servers
from bench.results import Result, Target

TITLE = "a fleet of 200 databases, one stuck"
# As many at once as the controller works at by default.
PARALLEL = 8
DATABASES = 200
STUCK = "bench-fleet-0007"


class Fleet(controllers.Whimbrel):
    """A resource for each database, named like it."""

    name, workers = "fleet", 0

    def __init__(self, client, migrations):
        self.migrations = {scripts.name(number): scripts.text(statements) for number, statements in enumerate(migrations, 1)}
        super().__init__(client)

    def database(self, name):
        return name


def migrations():
    """20 of a table and an index; the tenth also touches a table that somebody may have locked."""
    made = scripts.table_and_index(20)
    made[9].append("ALTER TABLE locks.held ADD COLUMN IF NOT EXISTS note text")
    return made


def in_each(names, command):
    """The command that runs another for each name, {} in it, as many at once as there may be."""
    return ["xargs", "-a", places.write(os.path.join(places.temporary(), "names"), "\n".join(names) + "\n"), "-P", str(PARALLEL), "-I{}", *command]


def run(bench):
    names = ["bench-fleet-%04d" % number for number in range(bench.times(DATABASES))]
    servers.environment()
    measure.say("  creating %d databases" % len(names))
    subprocess.run(in_each(names, [servers.local, "database", "drop", "{}"]), check=True, capture_output=True)
    subprocess.run(in_each(names, [servers.local, "database", "create", "{}", "--workers", "0"]), check=True, capture_output=True)
    script = scripts.floor(migrations(), os.path.join(places.temporary(), "fleet.sql"))
    fleet = Fleet(kubernetes.Client(), migrations())
    contenders = [
        measure.Contender("psql", lambda: with_stuck(names, lambda: psql(names, script))),
        measure.Contender("whimbrel", lambda: with_stuck(names, lambda: controller(fleet, names, len(names) - 1))),
        measure.Contender("whimbrel, none stuck", lambda: without_stuck(names, lambda: controller(fleet, names, len(names)))),
    ]
    try:
        measure.interleave(contenders, bench.rounds(3), warm=False)
    finally:
        measure.say("  dropping %d databases" % len(names))
        subprocess.run(in_each(names, [servers.local, "database", "drop", "{}"]), check=True, capture_output=True)
    result = Result("%d databases, 20 migrations each, on %s" % (len(names), servers.citus()), contenders, "psql")
    delay = result.contender("whimbrel").median / result.contender("whimbrel, none stuck").median
    result.targets = [
        Target("at most 1.2 times the floor", result.ratio("whimbrel"), 1.2, " times"),
        Target("the stuck one delays nobody (at most 1.1 times a fleet with none stuck)", delay, 1.1, " times")]
    result.notes.append("Each left 20 rows in the history of all databases but the stuck one; %d at once." % PARALLEL)
    return [result]


RESET = """
DO $$ BEGIN
  EXECUTE (SELECT coalesce('DROP TABLE ' || string_agg(quote_ident(tablename), ', '), 'SELECT 1') FROM pg_tables WHERE schemaname = 'public');
END $$;
DROP SCHEMA IF EXISTS locks CASCADE;
CREATE SCHEMA locks;
CREATE TABLE locks.held (id bigint);
"""


def reset(names):
    """All databases as they were made, with a table in another schema that can be locked."""
    path = places.write(os.path.join(places.temporary(), "reset.sql"), "SET client_min_messages = warning;\n" + RESET)
    subprocess.run(in_each(names, servers.psql("{}", "-f", path)), check=True, capture_output=True)


def with_stuck(names, work):
    reset(names)
    lock = subprocess.Popen(servers.psql(STUCK, "-c", "BEGIN; LOCK TABLE locks.held; SELECT pg_sleep(3600)"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while servers.query("postgres", "SELECT count(*) FROM pg_stat_activity WHERE datname = '%s' AND wait_event = 'PgSleep'" % STUCK) != "1":
            time.sleep(0.05)
        sample = work()
        require_applied([name for name in names if name != STUCK])
        return sample
    finally:
        lock.kill()
        lock.wait()
        servers.query("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'" % STUCK)


def without_stuck(names, work):
    reset(names)
    sample = work()
    require_applied(names)
    return sample


def require_applied(names):
    command = in_each(names, servers.psql("{}", "-A", "-t", "-c", scripts.APPLIED["psql"]))
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    if found != ["20"] * len(names):
        raise RuntimeError("%d of %d databases have 20 migrations in their history" % (found.count("20"), len(names)))


def psql(names, script):
    """The stuck one gives up after as long as a migration of whimbrel waits for a lock; 123 is what xargs ends with then."""
    return measure.run(
        in_each(names, servers.psql("{}", "-o", os.devnull, "-c", "SET lock_timeout = '5s'", "-f", script)), codes=(123,))


def controller(fleet, names, count):
    for name in names:
        fleet.create(name)
    watch, process = fleet.watch(), fleet.start()
    try:
        watch.wait(lambda seen: len(seen) >= count, 300 + len(names), "the fleet")
        return measure.Sample(max(watch.seen.values()) - process.started, process.processor(), process.memory())
    finally:
        process.stop()
        watch.close()
        fleet.clear()
