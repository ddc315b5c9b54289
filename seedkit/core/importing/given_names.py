"""What a person says beside the files, or a project's models: tables, columns and defaults that are not the usual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from seedkit.core.values.json_reading import Foreign
from seedkit.errors import UsageError


class GivenNames(Struct, frozen=True, kw_only=True):
    """Tables by model (or by model and field, for lists), columns by model and field, natural keys by model.

    `defaults` are values by field, by model: what a row has that leaves the field out. Models are in lower case.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: Mapping[str, Mapping[str, Foreign]] = field(default_factory=dict)

    def beside(self, other: GivenNames) -> GivenNames:
        """Add what another says of the rest; what is said here counts."""
        models = {*self.defaults, *other.defaults}
        return GivenNames(
            tables={**other.tables, **self.tables},
            columns={**other.columns, **self.columns},
            keys={**other.keys, **self.keys},
            defaults={
                model: {**other.defaults.get(model, {}), **self.defaults.get(model, {})} for model in sorted(models)
            },
        )


def typed_pairs(option: str, texts: Iterable[str], example: str) -> dict[str, str]:
    """Read what was typed as NAME=VALUE; raises UsageError.

    >>> typed_pairs("--table", ["Blog.Post=posts"], "blog.post=posts")
    {'blog.post': 'posts'}
    """
    return {name.lower(): value for name, value in _typed(option, texts, example)}


def _typed(option: str, texts: Iterable[str], example: str) -> Iterator[tuple[str, str]]:
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name.strip() and equals and value.strip()):
            raise UsageError(f'{option} takes NAME=VALUE, not "{text}"', hint=f"Write {option} {example}.")
        yield name.strip(), value.strip()


def _typed_of_columns(option: str, texts: Iterable[str], example: str) -> Iterator[tuple[str, str, str]]:
    """Read what was typed as NAME.COLUMN=VALUE: two columns of a table may differ in case alone."""
    for name, value in _typed(option, texts, example):
        owner, _, column = name.rpartition(".")
        yield owner.lower(), column, value


def typed_enums(texts: Iterable[str]) -> dict[str, dict[str, dict[str, str]]]:
    """Read the names of Rails' enums, by set of fixtures and column; raises UsageError.

    >>> typed_enums(["posts.status=draft,published", "posts.kind=long:5,short:9"])["posts"]
    {'status': {'draft': '0', 'published': '1'}, 'kind': {'long': '5', 'short': '9'}}
    """
    found: dict[str, dict[str, dict[str, str]]] = {}
    for set_name, column, value in _typed_of_columns("--enum", texts, "posts.status=draft,published"):
        numbers = found.setdefault(set_name, {}).setdefault(column, {})
        for number, each in enumerate(value.split(",")):
            word, _, said = each.strip().partition(":")
            numbers[word] = said.strip() or str(number)
            if not numbers[word].lstrip("-").isdecimal():
                raise UsageError(f'--enum gives each name a number, not "{said}"', hint="Write draft:0,published:5.")
    return found


def typed_names(
    tables: Iterable[str], columns: Iterable[str], keys: Iterable[str], defaults: Iterable[str]
) -> GivenNames:
    """Read what was typed for the options of `seedkit import django`; raises UsageError."""
    typed_keys = typed_pairs("--natural-key", keys, "blog.author=first_name,last_name")
    given: dict[str, dict[str, Foreign]] = {}
    for model, name, value in _typed_of_columns("--default", defaults, "blog.post.status=draft"):
        given.setdefault(model, {})[name] = value
    return GivenNames(
        tables=typed_pairs("--table", tables, "blog.post=posts"),
        columns=typed_pairs("--column", columns, "blog.post.title=headline"),
        keys={model: tuple(name.strip() for name in names.split(",")) for model, names in typed_keys.items()},
        defaults=given,
    )
