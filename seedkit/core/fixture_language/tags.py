"""What the tags of the fixture language stand for, but for `!ref` and the templates, which are about other rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from seedkit.core.fixture_language.choices import chosen, chosen_by_weight, is_of_a_table
from seedkit.core.fixture_language.drawn_values import DRAWN
from seedkit.core.fixture_language.environment import refused_variable
from seedkit.core.fixture_language.fakes import FakerCall, faker_call, random_seed_for
from seedkit.core.fixture_language.other_columns import other_text
from seedkit.core.fixture_language.relative_times import moment
from seedkit.core.fixture_language.row_values import Meaning, RowValues
from seedkit.core.fixture_language.sql_expressions import expression_problem
from seedkit.core.fixture_language.text_templates import filled
from seedkit.core.fixtures import Moment, Quoted, Tagged, Value
from seedkit.core.names import in_quotes
from seedkit.errors import FixtureError

if TYPE_CHECKING:
    from seedkit.core.fixture_language.candidates import Candidates

UNIQUE_TRIES = 1_000
_CHOICE_HINT = "Write !choice [a, b], !choice {a: 90, b: 10} or !choice {ref: TABLE}."
_ENV_HINT = "Write !env NAME, or !env {name: NAME, default: x}."
_ALLOWED_HINT = 'Name it in pyproject.toml, if it is meant: [tool.seedkit] env-allowed = ["NAME", "SHOP_*"].'
_SQL_HINT = "Write an expression, such as !sql now()."
_NO_SQL_HINT = "Write the value down, or take out --no-sql and `sql = false` of [tool.seedkit]."


def text_of(value: Value, tag: str, hint: str) -> str:
    """Take the text of a tag; raises FixtureError for anything else."""
    if isinstance(value, str):
        return value
    raise FixtureError(f"{tag} takes a text", hint=hint)


def _faker(row: RowValues, column: str, value: Value) -> Value:
    call = faker_call(value)
    if row.around.fakes.depends_on_today(call):
        row.once.add(column)
    return _unique(row, column, call) if call.unique else row.around.fakes.value(call, row.draw(column))


def _unique(row: RowValues, column: str, call: FakerCall) -> Value:
    """Draw again where another row of the column has the value; the hashes of 8 bytes are kept, not the values."""
    hashes = row.around.hashes.setdefault(column, set())
    for attempt in range(UNIQUE_TRIES):
        drawn = row.around.fakes.value(call, row.draw(column, *([str(attempt)] if attempt else [])))
        found = random_seed_for(0, repr(drawn))
        if found not in hashes:
            hashes.add(found)
            return drawn
    raise FixtureError(
        f"!faker unique.{call.provider} finds no further value after {len(hashes):,} different ones",
        hint="Take another provider, or build the value with !format.",
    )


def _choice(row: RowValues, column: str, value: Value) -> Value:
    drawn = row.draw(column)
    if isinstance(value, list):
        return row.plain(column, chosen(value, drawn))
    if not isinstance(value, dict):
        raise FixtureError("!choice takes a list or a mapping", hint=_CHOICE_HINT)
    if is_of_a_table(value):
        return keys_chosen_from(row, value["ref"]).winner(drawn)
    return chosen_by_weight(weights_of(value), drawn)


def weights_of(value: dict[str, Value]) -> dict[str, float]:
    """Read the weights of a `!choice` by its names; raises FixtureError."""
    return {name: _weight(weight) for name, weight in value.items()}


def _weight(value: Value) -> float:
    try:
        return float(text_of(value, "a weight of !choice", _CHOICE_HINT))
    except ValueError:
        raise FixtureError(f'"{value}" is no weight', hint=_CHOICE_HINT) from None


def keys_chosen_from(row: RowValues, named: Value) -> Candidates:
    """Give the keys of a table that `!choice {ref: …}` names; raises FixtureError where there are none."""
    name = text_of(named, "!choice {ref: ...}", _CHOICE_HINT)
    keys = row.around.candidates.get(name)
    if keys is None:
        keys = row.around.candidates[name] = _keys_to_choose_from(row, name)
    return keys


def _keys_to_choose_from(row: RowValues, name: str) -> Candidates:
    seen = row.around.fixture.chosen_from()
    if seen is not None and name not in seen:  # what a load is like is decided by those that are seen
        raise FixtureError("!choice is not written out", hint=f"Write !choice {{ref: {name}}}.")
    table = row.around.labels.find(name)
    if table is None:
        raise FixtureError(f"!choice {{ref: {name}}}: there is no table {in_quotes(name)}")
    keys = row.around.labels.candidates(table)
    if not keys:
        raise FixtureError(f"!choice {{ref: {name}}}: table {in_quotes(table.name)} has no rows to choose from")
    return keys


def _format(row: RowValues, column: str, value: Value) -> Value:
    template = text_of(value, "!format", 'Write !format "user{id}@example.com".')
    secrets = row.around.setting.secrets
    short: list[bool] = []
    text = filled(
        template,
        lambda name: other_text(row, column, name, "!format") or "",
        lambda *made: short.append(secrets.follow(*made)),
    )
    if any(short):
        secrets.keep_made(text)
    return Quoted(text)


def _ago(row: RowValues, column: str, value: Value) -> Value:
    return _moment(row, column, text_of(value, "!ago", "Write !ago 3d."), direction=-1)


def _ahead(row: RowValues, column: str, value: Value) -> Value:
    return _moment(row, column, text_of(value, "!ahead", "Write !ahead 2h."), direction=1)


def _moment(row: RowValues, column: str, text: str, *, direction: int) -> Value:
    row.once.add(column)
    return Moment(moment(row.around.setting.now, text, direction=direction).isoformat())


def _sql(row: RowValues, column: str, value: Value) -> Value:
    if not isinstance(row.row.values[row.given[column]], Tagged):
        raise FixtureError("!sql stands for the whole value of a column, not for a part of it")
    text = text_of(value, "!sql", _SQL_HINT)
    if not row.around.setting.limits.sql:
        raise FixtureError("!sql is switched off", hint=_NO_SQL_HINT)
    if problem := expression_problem(text, backslash_escapes=row.around.setting.backslash_escapes):
        raise FixtureError(f"!sql takes one SQL expression: {problem}", hint=_SQL_HINT)
    row.computed[column] = text
    return None


def _env(row: RowValues, column: str, value: Value) -> Value:  # noqa: ARG001 - as the other tags
    options = value if isinstance(value, dict) else {"name": value}
    name = text_of(options.get("name"), "!env", _ENV_HINT)
    if set(options) - {"name", "default"}:
        raise FixtureError("!env takes name and default", hint=_ENV_HINT)
    setting = row.around.setting
    if refusal := refused_variable(name, setting.limits.environment, setting.variables.get(name, "")):
        raise FixtureError(refusal, hint=_ALLOWED_HINT)
    if name in setting.variables:
        setting.secrets.add(setting.variables[name])
        return Quoted(setting.variables[name])
    if "default" in options:
        return options["default"]
    raise FixtureError(f"the environment variable {name} is not set", hint="Set it, or give a default: " + _ENV_HINT)


def _file(row: RowValues, column: str, value: Value) -> Value:
    name = text_of(value, "!file", "Write !file logo.png.")
    content = row.around.fixture.attachment(name)
    secrets = row.around.setting.secrets
    if row.around.table.column(column).base_type == "bytea":
        secrets.add(content.hex())
        return f"\\x{content.hex()}"
    try:
        text = content.decode()
        secrets.add(text)
        return Quoted(text)
    except UnicodeDecodeError:
        raise FixtureError(f'"{name}" is not UTF-8, and "{column}" is a column for text') from None


def _like(row: RowValues, column: str, value: Value) -> Value:
    name, like = text_of(value, "!like", "Write !like email."), row.around.setting.like
    if like is None:
        raise FixtureError(f"!like {name}: nothing says here what that is like")
    return like(row, column, name)


MEANINGS: Mapping[str, Meaning] = {
    **DRAWN,
    "!like": _like,
    "!faker": _faker,
    "!choice": _choice,
    "!format": _format,
    "!ago": _ago,
    "!ahead": _ahead,
    "!sql": _sql,
    "!env": _env,
    "!file": _file,
}
