"""A password is shown nowhere, from whatever place libpq takes it and in whatever spelling somebody else quotes it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from seedkit.api.seeding import seed_request
from seedkit.config import load_settings
from seedkit.core.planning.load_plan import Selection
from seedkit.core.secrets import redact, secrets_in
from tests.conftest import Run, Write

OPTIONS = [[], ["--json"], ["--debug"]]
SECRETS = {option.keyword.decode() for option in pq.Conninfo.get_defaults() if option.dispchar == b"*"}
"""The options that this libpq would not show."""


def url(database: str, password: str) -> str:
    given = conninfo_to_dict(database)
    place = f"{given['dbname']}?host={given['host']}&port={given['port']}"
    return f"postgresql://{given['user']}:{password}@/{place}"


def told_by_a_seeder(project: Write, seedkit: Run, told: str, **variables: str) -> str:
    """What is printed where a seeder raises an expression's text, in each form that an error has."""
    project(
        {"seeders/bad.py": f"import os, urllib.parse\n\ndef seed(db):\n    raise RuntimeError('told: ' + {told})\n"}
    )
    runs = [seedkit("seed", *options, **variables) for options in OPTIONS]
    assert [ran.returncode for ran in runs] == [1, 1, 1], runs[0].stderr
    assert all("told: " in ran.stderr for ran in runs)
    assert json.loads(runs[1].stdout)["ok"] is False
    return "".join(ran.stdout + ran.stderr for ran in runs).replace(told, "")  # a traceback quotes the seeder's line


@pytest.mark.parametrize(
    ("written", "meant"), [("hunter%2F2hunter", "hunter/2hunter"), ("h%C3%A4nsel+gretel", "hänsel+gretel")]
)
def test_a_percent_encoded_password_is_hidden_as_it_is_written_and_as_it_is_meant(
    project: Write, database: str, seedkit: Run, written: str, meant: str
) -> None:
    told = "os.environ['DATABASE_URL'] + ' ' + urllib.parse.unquote(os.environ['DATABASE_URL'])"

    text = told_by_a_seeder(project, seedkit, told, DATABASE_URL=url(database, written))

    assert written not in text
    assert meant not in text


def test_a_password_behind_a_percent_encoded_keyword_is_hidden(project: Write, database: str, seedkit: Run) -> None:
    conninfo = f"{url(database, '')}&p%61ssword=hunter2hunter2".replace(":@", "@")

    text = told_by_a_seeder(project, seedkit, "os.environ['DATABASE_URL']", DATABASE_URL=conninfo)

    assert "hunter2" not in text


@pytest.mark.parametrize("password", ["correct horse battery", "p@ss/w:rd#1", 'quo"te\\d', "it's mine", "a&b=hidden"])
def test_a_password_of_the_environment_is_hidden_in_every_spelling(
    project: Write, database: str, seedkit: Run, password: str
) -> None:
    told = "os.environ['PGPASSWORD'] + ' ' + urllib.parse.quote(os.environ['PGPASSWORD'], safe='') + ' ' + repr(db)"

    text = told_by_a_seeder(project, seedkit, told, DATABASE_URL=database, PGPASSWORD=password)

    spellings = (password, json.dumps(password)[1:-1], repr(password)[1:-1], password.replace("@", "%40"))
    assert not [spelling for spelling in spellings if spelling in text]


def test_a_password_of_a_key_value_conninfo_is_hidden_whole(project: Write, database: str, seedkit: Run) -> None:
    conninfo = rf"{database} password=hunter&horse\ battery"

    text = told_by_a_seeder(project, seedkit, "os.environ['DATABASE_URL']", DATABASE_URL=conninfo)

    assert not [piece for piece in ("hunter", "horse", "battery") if piece in text]


def test_a_password_of_a_service_file_is_hidden(project: Write, database: str, seedkit: Run) -> None:
    lines = [f"{name}={value}" for name, value in conninfo_to_dict(database, password="hunter2hunter2").items()]
    folder = project({"services": "\n".join(["[shop]", *lines, ""])})

    text = told_by_a_seeder(
        project,
        seedkit,
        "open('services').read()",
        PGSERVICE="shop",
        PGSERVICEFILE=str(folder / "services"),
    )

    assert "hunter2" not in text


def test_a_password_of_a_password_file_is_hidden(project: Write, database: str, seedkit: Run) -> None:
    folder = project({"pgpass": "*:*:*:*:hunter2hunter2\n"})
    (folder / "pgpass").chmod(0o600)

    text = told_by_a_seeder(
        project, seedkit, "open('pgpass').read()", DATABASE_URL=database, PGPASSFILE=str(folder / "pgpass")
    )

    assert "hunter2" not in text


@pytest.mark.parametrize("keyword", sorted(SECRETS - {"password"}))
@pytest.mark.parametrize("spelling", ["url", "key=value", "service"])
def test_other_secrets_of_a_conninfo_are_hidden_too(
    project: Write, database: str, seedkit: Run, keyword: str, spelling: str
) -> None:
    folder = project({"services": f"[shop]\n{keyword}=hunter2hunter2\n"})
    conninfo = {
        "url": f"{url(database, 'other1')}&{keyword}=hunter2hunter2",
        "key=value": f"{database} {keyword} = 'hunter2hunter2'",
        "service": f"{database} service=shop",
    }[spelling]

    text = told_by_a_seeder(
        project,
        seedkit,
        "os.environ['DATABASE_URL'] + open('services').read()",
        DATABASE_URL=conninfo,
        PGSERVICEFILE=str(folder / "services"),
    )

    assert "hunter2" not in text


@pytest.mark.parametrize("password", ["a", "pw", "secr", "false", "1"])
def test_a_short_password_is_hidden_where_it_stands_alone(
    project: Write, database: str, seedkit: Run, password: str
) -> None:
    """JSON stays JSON, even where the password is one of its words."""
    told = "os.environ['DATABASE_URL'] + ' refused: ' + urllib.parse.urlsplit(os.environ['DATABASE_URL']).password"

    text = told_by_a_seeder(project, seedkit, told, DATABASE_URL=url(database, password))

    assert f":{password}@" not in text
    assert f"refused: {password}" not in text
    assert "seedkit/cli/" not in text or "RuntimeError" in text  # no part of another word is hidden


def test_a_password_that_is_also_a_name_is_hidden_where_a_password_stands(
    project: Write, database: str, seedkit: Run
) -> None:
    text = told_by_a_seeder(
        project, seedkit, "os.environ['DATABASE_URL'] + ' as postgres'", DATABASE_URL=url(database, "postgres")
    )

    assert "postgres:***@" in text
    assert "as postgres" in text
    assert "postgres:postgres@" not in text


def test_psql_gets_no_secret_on_its_command_line(project: Write, database: str, seedkit: Run) -> None:
    folder = project({"bin/psql": '#!/bin/sh\nprintf "%s\\n" "$@"\n'})
    (folder / "bin" / "psql").chmod(0o755)
    conninfo = make_conninfo(database, **dict.fromkeys(SECRETS, "hunter2"))

    ran = seedkit("db", "psql", DATABASE_URL=conninfo, PATH=f"{folder / 'bin'}:{os.environ['PATH']}")

    assert ran.returncode == 0, ran.stderr
    assert "--dbname=" in ran.stdout
    assert "hunter" not in ran.stdout


TORN = [
    "postgresql://ada:hunter2@hunter3@localhost/app",
    "postgresql://ada:hunter2@hunter3@localhost:5432/app",
    "postgresql://ada:hunter2/hunter3@localhost/app",
    "postgresql://ada:12/hunter3@localhost/app",
    "postgresql://ada:hunter2@1/hunter3@localhost/app",
    "postgresql://ada@shop:hunter2@shop.example.com/app",
]
"""Their password has a sign in it that ends a part of a URL, so that libpq takes the rest of it for another part."""


@pytest.mark.parametrize("conninfo", TORN)
def test_psql_is_not_started_where_a_part_of_the_password_would_be_shown(
    project: Write, seedkit: Run, conninfo: str
) -> None:
    folder = project({"bin/psql": '#!/bin/sh\nprintf "%s\\n" "started with" "$@"\n'})
    (folder / "bin" / "psql").chmod(0o755)

    ran = seedkit("db", "psql", DATABASE_URL=conninfo, PATH=f"{folder / 'bin'}:{os.environ['PATH']}")

    assert (ran.returncode, ran.stdout) == (2, "")
    assert "must be percent-encoded (@ is %40)" in ran.stderr
    assert "hunter" not in ran.stderr


@pytest.mark.parametrize(
    "conninfo",
    [
        "postgresql://ada:p%40ss@localhost/app",
        "postgresql://ada:p?s#s@localhost/app",
        "postgresql://ada@localhost/app@v2",
        "postgresql://ada:pw@localhost/app%40v2",
        "postgresql://ada:pw@one:5432,two:5433/app?application_name=a@b",
        "postgresql://%2Frun%2Fpostgresql/app",
        "host=@abstract dbname=app@v2 password=pw",
        "postgresql:///app?user=ada@tenant",
    ],
)
def test_psql_is_started_where_nothing_is_torn(project: Write, seedkit: Run, conninfo: str) -> None:
    folder = project({"bin/psql": '#!/bin/sh\nprintf "%s\\n" "started with" "$@"\n'})
    (folder / "bin" / "psql").chmod(0o755)

    ran = seedkit("db", "psql", DATABASE_URL=conninfo, PATH=f"{folder / 'bin'}:{os.environ['PATH']}")

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("started with\n--dbname=")


@pytest.mark.parametrize(
    "settings",
    [
        "'{}' = 1",
        "fixtures = '{}'",
        "seeders = '{}'",
        "file-folders = ['{}']",
        "embedded = {{schema = ['{}']}}",
        "embedded = {{'{}' = 1}}",
        "'{}' = {{a = 1}}",
    ],
)
@pytest.mark.parametrize(
    "conninfo", ["postgresql://ada:hunter2@localhost/app", "postgresql://ada:hunter2@hunter3/hunter4@localhost/app"]
)
def test_a_url_in_the_place_of_a_setting_is_told_without_its_password(
    project: Write, seedkit: Run, settings: str, conninfo: str
) -> None:
    project({"pyproject.toml": f"[tool.seedkit]\n{settings.format(conninfo)}\n"})

    runs = [seedkit("seed", *options) for options in OPTIONS]

    assert [ran.returncode for ran in runs] == [2, 2, 2], runs[0].stderr
    assert "hunter" not in "".join(ran.stdout + ran.stderr for ran in runs)


def test_what_settings_look_like_shows_no_secret(project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project(
        {
            "pyproject.toml": '[tool.seedkit]\nurl = "postgresql://ada:hunter2@/shop"\n[tool.seedkit.embedded]\n',
            ".env": "PGPASSWORD=hunter3\nAPI_TOKEN=hunter4\n",
        }
    )

    settings = [load_settings(directory=folder), load_settings(directory=folder, url="postgresql://ada:hunter5@/shop")]

    shown = [*settings, settings[0].database, settings[0].embedded, seed_request(settings[0], Selection())]
    assert "fixtures" in repr(settings[0])
    assert "hunter" not in "".join(map(repr, shown)) + "".join(map(str, shown))


def test_what_is_refused_of_a_service_is_told_without_its_password(tmp_path: Path) -> None:
    conninfo = r"host=localhost password=it\'s\ love dbname=app oauth_client_secret='two words'"

    text = redact(f"invalid: {conninfo}; it's love; two words", secrets_in(conninfo))

    assert not [word for word in ("it", "love", "two", "words") if word in text.split("invalid")[1]]
