"""The local servers: PostgreSQL, Citus or its stand-in, etcd, kube-apiserver; started by infrastructure/local."""
import atexit
import functools
import os
import subprocess

from . import places
from .measure import NotMeasured, say

local = os.path.join(places.checkout, "infrastructure", "local")


def state_folder():
    """Where the servers have their files: in memory, where that has room, else what others do on the disk is measured, too."""
    room = os.path.join(places.checkout, "infrastructure", "lib", "memory.sh")
    memory = subprocess.run(["bash", "-c", 'source "$0" && roomy_memory', room], check=True, capture_output=True, text=True).stdout.strip()
    return os.path.join(memory, "whimbrel-bench") if memory else os.path.join(places.checkout, ".local-bench")


@functools.lru_cache(maxsize=None)
def environment():
    """What `infrastructure/local env` says. Starts the servers, and stops at the end those that were started here."""
    own = "WHIMBREL_STATE" not in os.environ
    if own:
        os.environ["WHIMBREL_STATE"] = state_folder()
    # One that is ours was left by a run that was killed.
    if own or not os.path.exists(os.path.join(os.environ["WHIMBREL_STATE"], "settings")):
        say("starting the servers, with their files in " + os.environ["WHIMBREL_STATE"])
        atexit.register(subprocess.run, [local, "down"], stderr=subprocess.DEVNULL)
    subprocess.run([local, "up"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    lines = subprocess.run([local, "env"], check=True, capture_output=True, text=True).stdout.splitlines()
    return dict(line.split("=", 1) for line in lines)


def citus():
    """Which Citus this is, for the table."""
    kind = environment()["CITUS_KIND"]
    return "%s %s on PostgreSQL %s" % (
        "Citus" if kind == "real" else "the stand-in for Citus", environment()["CITUS_VERSION"], environment()["POSTGRES_VERSION"])


def url(database, port=None, scheme="postgresql"):
    """The address of a database of the coordinator, without TLS: what encryption costs is the same for all."""
    user, password = environment()["POSTGRES_USER"], environment()["POSTGRES_PASSWORD"]
    return "%s://%s:%s@127.0.0.1:%s/%s?sslmode=disable" % (scheme, user, password, port or environment()["COORDINATOR_PORT"], database)


def psql(database, *arguments, port=None):
    """The command that runs psql as the floor has it."""
    return [os.path.join(environment()["PG_BIN"], "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url(database, port), *arguments]


def query(database, statement):
    """Rows as psql prints them, without headers."""
    done = subprocess.run(psql(database, "-A", "-t", "-c", statement), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError("%s: %s" % (database, done.stderr.strip()))
    return done.stdout.strip()


def fresh(database):
    """An empty database of PostgreSQL alone, without Citus."""
    query("postgres", 'DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % database)
    query("postgres", 'CREATE DATABASE "%s" TEMPLATE template0' % database)
    query("postgres", "CHECKPOINT")


def drop(database):
    query("postgres", 'DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % database)


def fresh_cluster(database):
    """An empty database on the coordinator and both workers, with Citus."""
    drop_cluster(database)
    subprocess.run([local, "database", "create", database], check=True, capture_output=True)


def drop_cluster(database):
    subprocess.run([local, "database", "drop", database], check=True, capture_output=True)


# What is in a database: relations, columns, indexes and constraints, but for the tables of the tools' own.
CATALOG = """
SELECT count(*) || ' ' || coalesce(md5(string_agg(line, E'\\n' ORDER BY line)), '') FROM (
  SELECT c.relname || ' ' || c.relkind::text || ' ' || coalesce(pg_get_indexdef(i.indexrelid), '') || ' ' || coalesce((
    SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull::text, ', ' ORDER BY a.attnum)
    FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '') AS line
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
  WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i', 'S', 'v')
    AND coalesce(i.indrelid, c.oid)::regclass::text !~ '(flyway_schema_history|gorp_migrations|alembic_version|yoyo)'
    AND c.relname !~ '^(flyway_schema_history|gorp_migrations|alembic_version|_?yoyo)') AS lines
"""


def catalog(database):
    return query(database, CATALOG)


def require_same(found, what):
    """Fails unless all sides left the same behind; `found` maps their names to what they left."""
    if len(set(found.values())) != 1:
        raise RuntimeError("%s differ: %s" % (what, found))
    return next(iter(found.values()))


def require_root():
    if os.geteuid() != 0:
        raise NotMeasured("needs root")
