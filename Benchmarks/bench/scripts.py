"""The same migrations in the form of each tool."""
import os
import zlib

from . import peers, places, servers

HISTORY = """CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL, version VARCHAR(50), description VARCHAR(200) NOT NULL,
  type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INTEGER, installed_by VARCHAR(100) NOT NULL,
  installed_on TIMESTAMP NOT NULL DEFAULT now(), execution_time INTEGER NOT NULL, success BOOLEAN NOT NULL);
ALTER TABLE flyway_schema_history ADD CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank);
CREATE INDEX flyway_schema_history_s_idx ON flyway_schema_history (success);
"""


def table_and_index(count):
    """`count` migrations, each a list of statements: one table and one index."""
    return [
        ["CREATE TABLE t%05d (id bigint NOT NULL, tenant_id bigint NOT NULL, note text)" % number,
         "CREATE INDEX t%05d_tenant_id ON t%05d (tenant_id)" % (number, number)]
        for number in range(1, count + 1)
    ]


def distributed(count):
    """`count` migrations on Citus: create, distribute, index, alter."""
    return [
        ["CREATE TABLE d%03d (tenant_id bigint NOT NULL, id bigint NOT NULL, note text, PRIMARY KEY (tenant_id, id))" % number,
         "SELECT create_distributed_table('d%03d', 'tenant_id')" % number,
         "CREATE INDEX d%03d_note ON d%03d (tenant_id, note)" % (number, number),
         "ALTER TABLE d%03d ADD COLUMN stake numeric" % number]
        for number in range(1, count + 1)
    ]


def text(statements):
    return "".join(statement + ";\n" for statement in statements)


def name(number):
    return "V%d__step_%d.sql" % (number, number)


def flyway(migrations, folder):
    """A folder as Flyway and whimbrel read it."""
    for number, statements in enumerate(migrations, 1):
        places.write(os.path.join(folder, name(number)), text(statements))
    return folder


def floor(migrations, path, setting=None):
    """One script for psql: the same statements and the same rows of a history, a transaction each."""
    with open(path, "w") as file:
        file.write(HISTORY)
        for number, statements in enumerate(migrations, 1):
            content = text(statements)
            checksum = zlib.crc32(content.replace("\n", "").encode())
            file.write("BEGIN;\n" + (setting or "") + content)
            file.write(
                "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)"
                " VALUES (%d, '%d', 'step %d', 'SQL', '%s', %d, 'postgres', 0, true);\nCOMMIT;\n"
                % (number, number, number, name(number), checksum - (1 << 32) if checksum >= 1 << 31 else checksum))
    return path


def sql_migrate(migrations, folder, database, port=None):
    """Files and dbconfig.yml of sql-migrate."""
    os.makedirs(os.path.join(folder, "migrations"))
    for number, statements in enumerate(migrations, 1):
        places.write(os.path.join(folder, "migrations", "%05d.sql" % number), "-- +migrate Up\n" + text(statements))
    places.write(os.path.join(folder, "dbconfig.yml"), "development:\n  dialect: postgres\n  datasource: %s\n  dir: migrations\n" % servers.url(database, port))
    return folder


def alembic(migrations, folder, database):
    """An environment of alembic that has its revisions one after the other."""
    os.makedirs(os.path.join(folder, "versions"))
    places.write(os.path.join(folder, "alembic.ini"), "[alembic]\nscript_location = %(here)s\n")
    places.write(os.path.join(folder, "env.py"), (
        "import sqlalchemy\nfrom alembic import context\n"
        "engine = sqlalchemy.create_engine(%r, poolclass=sqlalchemy.pool.NullPool)\n"
        "with engine.connect() as connection:\n"
        "    context.configure(connection=connection, target_metadata=None, transaction_per_migration=True)\n"
        "    with context.begin_transaction():\n        context.run_migrations()\n") % servers.url(database, scheme="postgresql+psycopg2"))
    for number, statements in enumerate(migrations, 1):
        body = "".join("    op.execute(%r)\n" % statement for statement in statements)
        places.write(os.path.join(folder, "versions", "r%05d.py" % number), (
            "from alembic import op\nrevision = 'r%05d'\ndown_revision = %r\n\n\ndef upgrade():\n%s"
            % (number, "r%05d" % (number - 1) if number > 1 else None, body)))
    return folder


def yoyo(migrations, folder):
    for number, statements in enumerate(migrations, 1):
        places.write(os.path.join(folder, "%05d.sql" % number), text(statements))
    return folder


def sqitch(migrations, folder):
    """A project of sqitch; its plan is written as `sqitch add` would."""
    os.makedirs(os.path.join(folder, "deploy"))
    places.write(os.path.join(folder, "sqitch.conf"), "[core]\n  engine = pg\n[user]\n  name = Bench\n  email = bench@example.org\n[engine \"pg\"]\n  client = %s\n" % (
        os.path.join(servers.environment()["PG_BIN"], "psql")))
    with open(os.path.join(folder, "sqitch.plan"), "w") as plan:
        plan.write("%syntax-version=1.0.0\n%project=bench\n\n")
        for number, statements in enumerate(migrations, 1):
            plan.write("t%05d 2026-01-01T00:00:00Z Bench <bench@example.org> # step\n" % number)
            places.write(os.path.join(folder, "deploy", "t%05d.sql" % number), "BEGIN;\n%sCOMMIT;\n" % text(statements))
    return folder


# How each tool applies what is pending, and how many rows its history has then.
def whimbrel_command(verb, folder, database, port=None):
    return [places.whimbrel(), verb, "--url", servers.url(database, port), "--locations", "filesystem:" + folder]


def alembic_command(folder, *verb):
    return [peers.program("alembic"), "-c", os.path.join(folder, "alembic.ini"), *verb]


def yoyo_command(folder, database):
    return [peers.program("yoyo"), "apply", "--batch", "--no-config-file", "--database", servers.url(database, scheme="postgresql"), folder]


def sqitch_command(folder, database):
    return [peers.program("sqitch"), "--chdir", folder, "deploy", "--no-verify", "db:pg:" + servers.url(database).split(":", 1)[1]]


APPLIED = {
    "psql": "SELECT count(*) FROM flyway_schema_history WHERE success",
    "whimbrel": "SELECT count(*) FROM flyway_schema_history WHERE success AND type = 'SQL'",
    "sql-migrate": "SELECT count(*) FROM gorp_migrations",
    "alembic": "SELECT substr(version_num, 2)::int FROM alembic_version",
    "yoyo": "SELECT count(*) FROM _yoyo_migration",
    "sqitch": "SELECT count(*) FROM sqitch.changes",
}


def require_applied(tool, database, count):
    found = servers.query(database, APPLIED[tool])
    if found != str(count):
        raise RuntimeError("%s has %s migrations in its history, not %d" % (tool, found, count))
