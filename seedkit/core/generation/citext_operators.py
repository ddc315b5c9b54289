"""Takes citext's operators for PostgreSQL's own of their names: where no path is searched, they have a schema.

A value of citext folds its case by itself wherever it is compared. An operator between others may be anybody's, and is
kept as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Set

from msgspec.structs import replace

from seedkit.core.generation.expressions.substitution import replaced
from seedkit.core.generation.expressions.tree import ArrayOf, Cast, Column, Expression, Operation, Quantified, nodes_of
from seedkit.core.generation.expressions.type_names import unqualified
from seedkit.core.generation.schema import TableRules, UniqueRule


def with_plain_operators(rules: TableRules) -> TableRules:
    """Take those in all that is evaluated of a table's rows."""
    citexts = {column.name for column in rules.table.columns if is_citext(column.base_type)}

    def plain(node: Expression) -> Expression:
        return plainly(node, citexts)

    return replace(
        rules,
        checks=tuple(replace(check, expression=plain(check.expression)) for check in rules.checks),
        uniques=tuple(_of_unique(rule, plain) for rule in rules.uniques),
        leaves=tuple(replace(leaf, bound=leaf.bound and plain(leaf.bound)) for leaf in rules.leaves),
        generated={name: plain(node) for name, node in rules.generated.items()},
    )


def _of_unique(rule: UniqueRule, plain: Callable[[Expression], Expression]) -> UniqueRule:
    return replace(rule, keys=tuple(map(plain, rule.keys)), predicate=rule.predicate and plain(rule.predicate))


def plainly(node: Expression, citexts: Set[str]) -> Expression:
    """Take them in one expression, in which some columns are of citext.

    >>> from seedkit.core.generation.expressions.parser import parsed
    >>> plainly(parsed("a OPERATOR(public.=) 'x'::public.citext"), set()).operator
    '='
    """
    plain: dict[Expression, Expression] = {
        each: replace(each, operator=each.operator.rpartition(".")[2])
        for each in nodes_of(node)
        if isinstance(each, Operation | Quantified) and "." in each.operator and _compares_citext(each, citexts)
    }
    return replaced(node, plain) if plain else node


def is_citext(type_: str) -> bool:
    """Whether a type is citext, or an array of it, in whatever schema the extension is."""
    return unqualified(type_).removesuffix("[]") == "citext"


def _compares_citext(node: Operation | Quantified, citexts: Set[str]) -> bool:
    other = node.right if isinstance(node, Operation) else node.array
    return any(_gives_citext(side, citexts) for side in (node.left, other))


def _gives_citext(node: Expression | None, citexts: Set[str]) -> bool:
    match node:
        case Column(name):
            return name in citexts
        case Cast(_, type_):
            return is_citext(type_)
        case ArrayOf(items):
            return any(_gives_citext(item, citexts) for item in items)
        case _:
            return False
