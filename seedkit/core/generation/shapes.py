"""What a type asks of its values: its length and precision, its domains' CHECKs, the parts that it is made of."""

from __future__ import annotations

from msgspec import Struct

from seedkit.core.catalog import Column
from seedkit.core.column_types import ColumnType, TypeKind
from seedkit.core.generation.expressions.tree import Expression
from seedkit.core.generation.expressions.type_names import modifiers, unqualified, without_modifier


class Shape(Struct, frozen=True, kw_only=True):
    """A type below its domains, as `format_type` writes it, and what these ask: `checks` speak of `value`.

    `part` is an array's element, a range's subtype or a multirange's range; `dimensions` how many an array was declared
    with. A type that `holds_nothing` has no value on this server but NULL.
    """

    type: str
    kind: TypeKind = TypeKind.SCALAR
    checks: tuple[Expression, ...] = ()
    not_null: bool = False
    part: Shape | None = None
    fields: tuple[tuple[str, Shape], ...] = ()
    labels: tuple[str, ...] = ()
    delimiter: str = ","
    dimensions: int = 1
    holds_nothing: bool = False

    @property
    def name(self) -> str:
        """The type's name alone, without its schema, length, precision and fields.

        >>> Shape(type="gis.geometry(Point,4326)").name, Shape(type='"char"').name, Shape(type="interval year").name
        ('geometry', '"char"', 'interval')
        """
        name = unqualified(without_modifier(self.type))
        return "interval" if name.startswith("interval ") else name

    @property
    def innermost(self) -> Shape:
        """What arrays, ranges and multiranges are made of in the end."""
        return self if self.part is None else self.part.innermost

    @property
    def limits(self) -> tuple[int, ...]:
        """The length, or precision and scale, or whatever else of numbers the type's name carries."""
        return modifiers(self.type)

    @property
    def words(self) -> tuple[str, ...]:
        """What stands in the parentheses of the type's name, as texts.

        >>> Shape(type="geometry(Point,4326)").words
        ('Point', '4326')
        """
        inner = self.type.partition("(")[2].partition(")")[0]
        return tuple(word.strip() for word in inner.split(",")) if inner else ()


def shape_of(column: Column) -> Shape:
    """Give what is known of a column's type where its domains were not read."""
    length = modifiers(column.type_name)
    name = column.type_name if length and without_modifier(column.type_name) == column.base_type else column.base_type
    return _of_type(column.structure, name) if column.structure is not None else Shape(type=name)


def _of_type(type_: ColumnType, name: str) -> Shape:
    return Shape(
        type=name,
        kind=type_.kind,
        part=None if type_.part is None else _of_type(type_.part, type_.part.base_type),
        fields=tuple((field.name, _of_type(field.type, field.type.base_type)) for field in type_.fields),
        labels=type_.labels,
        delimiter=type_.delimiter,
    )
