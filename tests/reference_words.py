"""What docs/reference says of settings, variables and exit codes, by the names that the code has.

tests/test_reference.py fails where a name of the code has no words here, or words have no name any more.
"""

SETTINGS = {
    "url": ("the database, as for `--url`", "", 'url = "postgresql://localhost/shop"'),
    "fixtures": ("the folder of the fixtures", "`fixtures`", 'fixtures = "fixtures"'),
    "seeders": ("the folder of the seeders", "`seeders`", 'seeders = "seeders"'),
    "env": ("what this environment is called, as for `--env`", "", 'env = "dev"'),
    "protected-hosts": (
        "servers that are never written to unforced: names, patterns, networks, sockets "
        "([production.md](../production.md))",
        "none",
        'protected-hosts = ["*.prod.example.com", "10.0.0.0/8"]',
    ),
    "sql": ("whether fixtures may use `!sql`", "`true`", "sql = false"),
    "env-allowed": (
        "the variables that `!env` may read, by patterns ([fixtures.md](../fixtures.md#what-a-fixture-may-ask-for))",
        "all but those that look like secrets",
        'env-allowed = ["SHOP_*"]',
    ),
    "file-folders": ("folders besides the fixture's own that `!file` may read", "none", 'file-folders = ["assets"]'),
    "range-rows": ("how many rows a template may stand for unasked", "10,000,000", "range-rows = 50000000"),
    "ids": ("where labelled rows take their ids from", "`from-database`", 'ids = "from-labels"'),
    "require-migrated": (
        "refuse a database that lacks one of Alembic's migrations ([with-alembic.md](../with-alembic.md))",
        "`false`",
        "require-migrated = true",
    ),
    "embedded": ("the table below; that it is there says that the project has an embedded server", "", ""),
    "check": ("the table below", "", ""),
    "generate": ("the table below", "", ""),
}

TABLES = {
    "embedded": {
        "schema": (
            "SQL files that create the tables, run in an embedded database that holds nothing",
            "none",
            'schema = ["schema.sql"]',
        ),
    },
    "generate": {
        "file": (
            "the file that says what is generated ([generate.md](../generate.md#what-you-know-better-generateyml))",
            "`generate.yml`",
            'file = "generate.yml"',
        ),
        "version": ("the version of the generator that the project counts on", "the newest", "version = 1"),
    },
}

IGNORE = {
    "table": ("a pattern of a table's name", 'table = "statuses"'),
    "column": ("a pattern of a column's name, with `table`", 'column = "id"'),
    "sequence": ("a pattern of a sequence's name", 'sequence = "legacy_*"'),
    "reason": ("why it is ignored; reports show it, and none may be without", 'reason = "its ids hold a timestamp"'),
}

TAGS = {
    "!per": "| `!per {users: 0..8}` | under `_rows` of `generate.yml`: so many rows for each row of another table "
    "| [generate.md](../generate.md#what-you-know-better-generateyml) |",
}

VARIABLES = {
    "SEEDKIT_DATABASE_URL": "the database; beats DATABASE_URL. Also from `.env`",
    "DATABASE_URL": "the database ([which-database.md](../which-database.md)). Also from `.env`",
    "SEEDKIT_TEST_URL": "the server on which the pytest plugin makes its databases, as `--seedkit-url`",
    "SEEDKIT_TRUST_FOLDER": "folders whose files may be trusted, whoever owns them: a list as in PATH, `*` for all. "
    "Not from `.env`, which lies in the folder in question",
    "SEEDKIT_ENV": "what this environment is called, as `--env`. Also from `.env`",
    "ALEMBIC_CONFIG": "the file that Alembic reads, as by itself; for `--require-migrated`. Also from `.env`",
    "DJANGO_SETTINGS_MODULE": "one that says production protects the database; `import django --settings` sets it",
    "PGHOST": "libpq's: where the server is, if no URL is set",
    "PGHOSTADDR": "libpq's: the server's address, if no URL is set",
    "PGSERVICE": "libpq's: the service that names the database, if no URL is set; one that says production protects it",
    "PGDATABASE": "libpq's: the database, if no URL is set",
    "PGPASSWORD": "libpq's: the password; shown in no message",
    "PGCLIENTENCODING": "in which encoding a database without one (SQL_ASCII) is read and written; else UTF-8",
    "XDG_CONFIG_HOME": "where `seedkit/config.toml` of the user lies, which may trust folders; else `~/.config`",
    "SUDO_UID": "who called sudo: what belongs to them is no stranger's",
    "NO_COLOR": "no colours, as `--color never`",
    "FORCE_COLOR": "colours also where it is no terminal, such as in the log of a CI",
    "TERM": "`dumb`: no colours, and no lines that change",
    "TZ": "handed on to the embedded server; it sees nothing else but the next",
    "LD_LIBRARY_PATH": "handed on to the embedded server",
}

EXIT_CODES = {
    0: "done. For `check`: no sequence is behind, or nothing is so that `--fail-on` names",
    1: "failed, and nothing was kept that the message does not name; or something was found: a sequence is behind, "
    "exhausted or could not be judged; a table got fewer rows than `generate` was asked for, though it has room; "
    "what `--fail-on` names; a `schema --check` that is out of date",
    2: "could not start: usage, configuration, connection, a production database without `--force`",
    130: "interrupted by Ctrl-C; what was not committed was rolled back",
    129: "ended by SIGHUP, as a terminal that is closed sends it; otherwise as 130",
    143: "ended by SIGTERM, as `docker stop`, systemd and CI send it; otherwise as 130",
}
