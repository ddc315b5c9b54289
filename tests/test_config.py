import os
from pathlib import Path

import pytest

from seedkit.config import Settings, load_settings, required_database, required_embedded
from seedkit.errors import ConfigurationError, UsageError
from seedkit.runner.database import ConfiguredDatabase, EmbeddedDatabase
from tests.conftest import Write


def configured(**options: str) -> tuple[str, str] | None:
    database = load_settings(**options).database  # type: ignore[arg-type]
    return (database.conninfo, database.source) if isinstance(database, ConfiguredDatabase) else None


def refusal() -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    return caught.value


def test_each_source_of_a_database_beats_the_ones_below(project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    dotenv, pyproject = "SEEDKIT_DATABASE_URL=dotenv-seedkit\nDATABASE_URL=dotenv\n", "[tool.seedkit]\nurl = 'toml'\n"
    folder = project({".env": dotenv, "pyproject.toml": pyproject})
    for name in ("SEEDKIT_DATABASE_URL", "DATABASE_URL", "PGHOST"):
        monkeypatch.setenv(name, f"environment-{name}")

    found = [configured(url="option"), configured()]
    monkeypatch.delenv("SEEDKIT_DATABASE_URL")
    found.append(configured())
    monkeypatch.delenv("DATABASE_URL")
    found.append(configured())
    project({".env": "DATABASE_URL=dotenv\n"})
    found.append(configured())
    (folder / ".env").unlink()
    found.append(configured())
    (folder / "pyproject.toml").unlink()
    found.append(configured())
    monkeypatch.delenv("PGHOST")
    found.append(configured())

    assert found == [
        ("option", "--url"),
        ("environment-SEEDKIT_DATABASE_URL", "SEEDKIT_DATABASE_URL"),
        ("environment-DATABASE_URL", "DATABASE_URL"),
        ("dotenv-seedkit", f"SEEDKIT_DATABASE_URL in {folder / '.env'}"),
        ("dotenv", f"DATABASE_URL in {folder / '.env'}"),
        ("toml", "[tool.seedkit] url in pyproject.toml"),
        ("", "PGHOST"),
        None,
    ]


@pytest.mark.parametrize("name", ["PGHOST", "PGSERVICE", "PGDATABASE", "PGHOSTADDR"])
def test_libpqs_own_variables_configure_a_database(project: Write, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    project({"pyproject.toml": "[tool.seedkit.embedded]\n"})
    monkeypatch.setenv(name, "shop")

    assert configured() == ("", name)


def test_the_embedded_server_is_the_last_resort_of_a_project_that_has_it(project: Write) -> None:
    folder = project({"pyproject.toml": '[tool.seedkit.embedded]\nschema = ["schema.sql"]\n', "schema.sql": ""})

    settings = load_settings()

    assert settings.database == EmbeddedDatabase(project=folder, schema=(folder / "schema.sql",))
    assert required_embedded(settings) == settings.database


def test_an_empty_variable_configures_nothing(project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    project({".env": "DATABASE_URL=dotenv\n"})
    monkeypatch.setenv("DATABASE_URL", "")

    assert configured() == ("dotenv", f"DATABASE_URL in {Path.cwd() / '.env'}")


@pytest.mark.parametrize("url", ["", " "])
def test_an_empty_url_is_no_url_left_out(url: str, project: Write) -> None:
    project({".env": "DATABASE_URL=dotenv\n"})

    with pytest.raises(UsageError) as caught:
        load_settings(url=url)

    assert caught.value.message == "--url is empty"


def test_without_a_database_the_error_names_database_url_and_all_that_was_looked_at(project: Write) -> None:
    folder = project({})

    with pytest.raises(ConfigurationError) as caught:
        required_database(load_settings())

    assert str(caught.value) == (
        "no database is configured\n"
        "  Looked at --url, SEEDKIT_DATABASE_URL, DATABASE_URL, .env, [tool.seedkit] url and PGHOST, "
        f"from {folder}.\n"
        "\n"
        "hint: Set DATABASE_URL=postgresql://user:password@localhost:5432/database, or add "
        "[tool.seedkit.embedded] to pyproject.toml to work on an embedded server."
    )


def test_a_project_without_an_embedded_server_says_how_to_get_one(project: Write) -> None:
    project({"pyproject.toml": "[tool.seedkit]\n"})

    with pytest.raises(ConfigurationError, match="has no embedded server"):
        required_embedded(load_settings())


def test_the_project_is_the_nearest_folder_upward_that_configures_seedkit(project: Write) -> None:
    files = {"pyproject.toml": "[tool.seedkit]\n", "app/pyproject.toml": "[tool.other]\n", "app/models/x.py": ""}
    folder = project(files)

    settings = load_settings(directory=folder / "app" / "models")

    assert (settings.project, settings.fixtures) == (folder, folder / "fixtures")


def test_without_such_a_folder_the_project_is_the_directory_itself(project: Write) -> None:
    folder = project({"app/x.py": ""})

    assert load_settings(directory=folder / "app").project == folder / "app"


def test_dotenv_is_the_nearest_one_upward(project: Write) -> None:
    files = {"pyproject.toml": "[tool.seedkit]\n", ".env": "DATABASE_URL=far\n", "app/.env": "DATABASE_URL=near\n"}
    folder = project({**files, "app/models/x.py": ""})

    database = load_settings(directory=folder / "app" / "models").database

    assert database == ConfiguredDatabase(conninfo="near", source=f"DATABASE_URL in {folder / 'app' / '.env'}")


def test_a_dotenv_above_the_project_is_not_read(project: Write) -> None:
    folder = project({".env": "DATABASE_URL=above\n", "shop/pyproject.toml": "[tool.seedkit]\n"})

    assert load_settings(directory=folder / "shop").database is None


def test_dotenv_completes_the_environment_and_the_real_one_wins(
    project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    project({".env": "APP_ENV=production\nENV=from-dotenv\n"})
    monkeypatch.setenv("ENV", "real")

    variables = load_settings().variables

    assert (variables["APP_ENV"], variables["ENV"]) == ("production", "real")
    assert "APP_ENV" not in os.environ


def test_dotenv_may_be_quoted_exported_and_begin_with_a_byte_order_mark(project: Write) -> None:
    project({".env": "\ufeffexport DATABASE_URL='postgresql://ada:a#b@localhost/app'  # local\n"})

    found = configured()

    assert found is not None
    assert found[0] == "postgresql://ada:a#b@localhost/app"


def environment_of(settings: Settings) -> str | None:
    return settings.environment


def test_the_environment_is_the_option_else_seedkit_env_else_the_projects(
    project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    project({"pyproject.toml": "[tool.seedkit]\nenv = 'toml'\n"})
    monkeypatch.setenv("SEEDKIT_ENV", "variable")

    found = [environment_of(load_settings(environment="option")), environment_of(load_settings())]
    monkeypatch.delenv("SEEDKIT_ENV")
    found.append(environment_of(load_settings()))

    assert found == ["option", "variable", "toml"]


def test_the_folders_can_be_named(project: Write) -> None:
    files = {"pyproject.toml": "[tool.seedkit]\nfixtures = 'db/rows'\nseeders = 'db/code'\n"}
    folder = project({**files, "db/rows/users.yml": "", "db/code/users.py": ""})

    settings = load_settings()

    assert (settings.fixtures, settings.seeders) == (folder / "db" / "rows", folder / "db" / "code")


def test_protected_hosts_are_a_list_of_patterns(project: Write) -> None:
    project({"pyproject.toml": "[tool.seedkit]\nprotected-hosts = ['*.prod.example.com']\n"})

    assert load_settings().protected_hosts == ("*.prod.example.com",)


@pytest.mark.parametrize(
    ("setting", "message", "hint"),
    [
        ("fixture = 'rows'", "[tool.seedkit] has no setting fixture", 'Did you mean "fixtures"?'),
        (
            "colour = 'red'",
            "[tool.seedkit] has no setting colour",
            'The settings are "url", "fixtures", "seeders", "env", "protected-hosts", "embedded", "sql", '
            '"env-allowed", "file-folders", "range-rows", "ids", "check", "require-migrated", "generate".',
        ),
        ("url = 5432", "[tool.seedkit] url must be a string", None),
        ("protected-hosts = 'prod'", "[tool.seedkit] protected-hosts must be a list of strings", None),
        ("sql = 'off'", "[tool.seedkit] sql must be true or false", None),
        ("[tool.seedkit.embedded]\nschema = 's.sql'", "[tool.seedkit.embedded] schema must be a list of strings", None),
        ("env-allowed = 'A_*'", "[tool.seedkit] env-allowed must be a list of strings", None),
        ("range-rows = 0", "[tool.seedkit] range-rows must be a whole number from 1 up", None),
        ("range-rows = true", "[tool.seedkit] range-rows must be a whole number from 1 up", None),
        (
            "embedded = true",
            "[tool.seedkit.embedded] takes schema, a list of SQL files, and nothing else",
            None,
        ),
        (
            "embedded.scheme = []",
            "[tool.seedkit.embedded] takes schema, a list of SQL files, and nothing else",
            None,
        ),
        ("check = true", "[tool.seedkit.check] takes ignore, a list of tables, and nothing else", None),
        ("check.ignored = []", "[tool.seedkit.check] takes ignore, a list of tables, and nothing else", None),
        ("check.ignore = ['users']", "[tool.seedkit.check] takes ignore, a list of tables, and nothing else", None),
        (
            "check.ignore = [{table = 'a', reason = 'b'}, {table = 'users'}]",
            "entry 2 of [tool.seedkit.check] ignore has no reason",
            'Say why it is ignored: reason = "…"; the report shows it.',
        ),
        (
            "check.ignore = [{table = 'users', reason = ' '}]",
            "entry 1 of [tool.seedkit.check] ignore has no reason",
            None,
        ),
        (
            "check.ignore = [{reason = 'no wish'}]",
            "entry 1 of [tool.seedkit.check] ignore names neither a table nor a sequence",
            'Write table = "users" or sequence = "users_id_seq"; patterns may stand there.',
        ),
        (
            "check.ignore = [{column = 'id', sequence = 's', reason = 'c'}]",
            "entry 1 of [tool.seedkit.check] ignore names a column without its table",
            None,
        ),
        (
            "check.ignore = [{tabel = 'users', reason = 'c'}]",
            "entry 1 of [tool.seedkit.check] ignore has no setting tabel",
            'Did you mean "table"?',
        ),
        (
            "check.ignore = [{table = 5, reason = 'c'}]",
            "entry 1 of [tool.seedkit.check] ignore: table must be a string",
            None,
        ),
    ],
)
def test_a_wrong_setting_is_an_error_at_pyproject_toml(
    project: Write, setting: str, message: str, hint: str | None
) -> None:
    folder = project({"pyproject.toml": f"[tool.seedkit]\n{setting}\n"})

    error = refusal()

    assert (error.message, str(error.origin)) == (message, str(folder / "pyproject.toml"))
    assert hint is None or error.hint == hint


@pytest.mark.parametrize("setting", ["seeders = 'db/code'", "fixtures = 'fixture'", "file-folders = ['db/code']"])
def test_a_named_folder_that_is_missing_is_an_error(setting: str, project: Write) -> None:
    folder = project({"pyproject.toml": f"[tool.seedkit]\n{setting}\n"})
    name, _, value = setting.partition(" = ")
    missing = folder / value.strip("'[]")

    error = refusal()

    assert error.message == f"[tool.seedkit] {name} names a folder that does not exist: {missing}"
    assert error.hint == f"Make it: mkdir -p {missing}; or take it out of {name}. git keeps no empty folder."


@pytest.mark.parametrize("spelling", ["seeders", "seeders/", "./seeders"])
def test_the_usual_folder_may_be_missing_where_it_is_written_down_as_in_a_clone_of_an_empty_one(
    spelling: str, project: Write
) -> None:
    folder = project({"pyproject.toml": f"[tool.seedkit]\nseeders = '{spelling}'\n"})

    assert load_settings().seeders == folder / "seeders"


def test_the_usual_folder_is_no_file(project: Write) -> None:
    folder = project({"pyproject.toml": "[tool.seedkit]\nseeders = 'seeders'\n", "seeders": ""})

    assert refusal().message == f"[tool.seedkit] seeders names a folder that does not exist: {folder / 'seeders'}"


def test_a_schema_file_that_is_missing_is_an_error(project: Write) -> None:
    folder = project({"pyproject.toml": "[tool.seedkit.embedded]\nschema = ['tables.sql']\n"})

    error = refusal()

    assert error.message == f"[tool.seedkit.embedded] schema names a file that does not exist: {folder / 'tables.sql'}"
    assert error.hint == 'Write it, or name the files that create the tables: schema = ["schema.sql"].'


def test_a_pyproject_that_is_no_toml_is_an_error_with_its_place(project: Write) -> None:
    folder = project({"pyproject.toml": "[tool.seedkit\n"})

    error = refusal()

    assert (error.message, str(error.origin)) == ("pyproject.toml can not be read", str(folder / "pyproject.toml"))
    assert "line 1" in str(error.detail)


def test_a_line_of_a_dotenv_that_is_none_is_told_with_its_file(
    project: Write, caplog: pytest.LogCaptureFixture
) -> None:
    folder = project({".env": "SEEDKIT_ENV=demo\nthis is no line\nDATABASE_URL=dotenv\n"})

    settings = load_settings()

    assert settings.environment == "demo"
    assert settings.variables["DATABASE_URL"] == "dotenv"
    assert caplog.messages[0] == f"{folder / '.env'}:2 is left out: it is no NAME=value"
    assert not any("python-dotenv" in message for message in caplog.messages)
