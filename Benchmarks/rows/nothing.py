"""Nothing to do: `migrate` and `info` where 1,000 migrations are applied."""
import os

from bench import measure, peers, places, scripts, servers
from bench.results import Result, Target

TITLE = "nothing to do, 1,000 applied"


def run(bench):
    count = bench.times(1000)
    migrations = scripts.table_and_index(count)
    script = scripts.floor(migrations, os.path.join(places.temporary(), "floor.sql"))
    folder = scripts.flyway(migrations, places.folder("flyway"))
    commands = {
        "psql": ("psql", lambda: servers.psql("bench_psql", "-c", "SELECT * FROM flyway_schema_history ORDER BY installed_rank"), None),
        "whimbrel migrate": ("whimbrel", lambda: scripts.whimbrel_command("migrate", folder, "bench_whimbrel"), None),
        "whimbrel info": ("whimbrel", lambda: scripts.whimbrel_command("info", folder, "bench_whimbrel"), None),
    }
    setups = {
        "psql": lambda: (servers.psql("bench_psql", "-f", script), None),
        "whimbrel": lambda: (scripts.whimbrel_command("migrate", folder, "bench_whimbrel"), None),
        "sql-migrate": lambda: ([peers.program("sql-migrate"), "up"], scripts.sql_migrate(migrations, places.folder("sql-migrate"), "bench_sql-migrate")),
        "alembic": lambda: (scripts.alembic_command(scripts.alembic(migrations, places.folder("alembic"), "bench_alembic"), "upgrade", "head"), None),
    }
    ready, missing, works = [], {}, {}
    for tool, setup in setups.items():
        try:
            command, works[tool] = setup()
        except measure.NotMeasured as reason:
            missing[tool] = str(reason)
            continue
        measure.say("  %s applies %d migrations" % (tool, count))
        servers.fresh("bench_" + tool)
        measure.run(command, folder=works[tool])
        ready.append(tool)
    if "sql-migrate" in ready:
        for verb in ("up", "status"):
            commands["sql-migrate " + verb] = ("sql-migrate", lambda verb=verb: [peers.program("sql-migrate"), verb], works["sql-migrate"])
    if "alembic" in ready:
        for verb in (("upgrade", "head"), ("current",)):
            commands["alembic " + verb[0]] = (
                "alembic", lambda verb=verb: scripts.alembic_command(os.path.join(places.temporary(), "alembic"), *verb), None)
    contenders = [
        measure.Contender(name, lambda command=command(), work=work: measure.run(command, folder=work))
        for name, (tool, command, work) in commands.items()
    ]
    measure.interleave(contenders, bench.rounds(11))
    for tool in ready:
        scripts.require_applied(tool, "bench_" + tool, count)
        servers.drop("bench_" + tool)
    result = Result("nothing to do, %d applied" % count, contenders, "psql", missing=missing, notes=[
        "Each history still has its %d migrations afterwards." % count])
    for verb in ("migrate", "info"):
        ours = result.contender("whimbrel " + verb)
        result.targets += [
            Target("`%s` in at most 30 ms" % verb, ours.median * 1e3, 30, " ms", 1),
            Target("`%s` with at most 20 MB" % verb, ours.memory() / 1e6, 20, " MB", 1)]
    others = [contender for contender in contenders if contender.name.startswith(("sql-migrate", "alembic"))]
    for verb, names in (("migrate", ("sql-migrate up", "alembic upgrade")), ("info", ("sql-migrate status", "alembic current"))):
        rivals = [contender.median for contender in others if contender.name in names]
        if rivals:
            ours = result.contender("whimbrel " + verb).median
            result.targets.append(Target("`%s` below every peer" % verb, ours / min(rivals), 1, " times the fastest peer"))
    return [result]
