"""Stored defaults, as PostgreSQL 15, 16 and 18 write them: which sequences they draw from."""

from __future__ import annotations

import pytest

from seedkit.core.sequences.default_expressions import Draw, drawn_by

IDS, TENANTS = 12345, 54321


def constant(oid: int, *, big_endian: bool = False) -> str:
    """The stored form of 's'::regclass."""
    numbers = oid.to_bytes(8, "big" if big_endian else "little")
    signed = " ".join(str(number - 256 if number > 127 else number) for number in numbers)
    return f"{{CONST :consttype 2205 :consttypmod -1 :constbyval true :constisnull false :constvalue 4 [ {signed} ]}}"


def text_constant(value: bytes, type_oid: int = 25) -> str:
    """The stored form of a text: four bytes of header, and C's signed char."""
    numbers = " ".join(str(number - 256 if number > 127 else number) for number in value)
    return f"{{CONST :consttype {type_oid} :constvalue {len(value) + 4} [ 20 0 0 0 {numbers} ]}}"


def call(function: int, *arguments: str) -> str:
    return f"{{FUNCEXPR :funcid {function} :funcretset false :args ({' '.join(arguments)}) :location -1}}"


def nextval(argument: str) -> str:
    return call(1574, argument)


def late(argument: str) -> str:
    return call(1079, argument)


@pytest.mark.parametrize(
    ("tree", "draws"),
    [
        pytest.param(nextval(constant(IDS)), {Draw(IDS)}, id="plain"),
        pytest.param(nextval(constant(IDS, big_endian=True)), {Draw(IDS)}, id="on a big-endian server"),
        pytest.param(call(480, nextval(constant(IDS))), {Draw(IDS)}, id="cast to integer"),
        pytest.param(nextval(late(text_constant(b"ids"))), {Draw("ids")}, id="late-bound"),
        pytest.param(nextval(late(text_constant(b"ids", 1043))), {Draw("ids")}, id="late-bound varchar"),
        pytest.param(nextval(call(3495, text_constant(b"ids"))), {Draw("ids")}, id="late-bound by to_regclass"),
        pytest.param(nextval(late(text_constant("größe".encode()))), {Draw("größe")}, id="late-bound, beyond ASCII"),
        pytest.param(nextval(late(text_constant(b"gr\xf6\xdfe"))), {Draw(None)}, id="late-bound, in another encoding"),
        pytest.param(
            nextval(late("{OPEXPR :opno 654 :args (" + text_constant(b"a") + text_constant(b"b") + ")}")),
            {Draw(None)},
            id="a name made of two",
        ),
        pytest.param(
            nextval("{RELABELTYPE :arg {RELABELTYPE :arg " + constant(IDS) + " :resulttype 26} :resulttype 2205}"),
            {Draw(IDS)},
            id="by OID",
        ),
        pytest.param(
            "{COALESCEEXPR :coalescetype 20 :args (" + nextval(constant(IDS)) + " " + nextval(constant(TENANTS)) + ")}",
            {Draw(IDS), Draw(TENANTS)},
            id="coalesce",
        ),
        pytest.param(
            "{OPEXPR :opno 684 :args (" + nextval(constant(IDS)) + " " + call(1575, constant(TENANTS)) + ")}",
            {Draw(IDS, computed=True)},
            id="nextval plus currval",
        ),
        pytest.param(
            "{CASEEXPR :arg <> :args ({CASEWHEN :expr "
            + nextval(constant(TENANTS))
            + " :result "
            + nextval(constant(IDS))
            + "}) :defresult <>}",
            {Draw(IDS), Draw(TENANTS, computed=True)},
            id="a condition is no value",
        ),
        pytest.param(call(16400, nextval(constant(IDS))), {Draw(IDS, computed=True)}, id="a function around it"),
        pytest.param(call(1575, constant(IDS)), set(), id="currval"),
        pytest.param("{CONST :consttype 23 :constvalue 4 [ 38 6 0 0 0 0 0 0 ]}", set(), id="the number 1574"),
    ],
)
def test_the_draws_of_a_stored_default(tree: str, draws: set[Draw]) -> None:
    """§1 The stored tree tells nextval from currval, late-bound names from OIDs, kept values from computed ones."""
    assert drawn_by(tree) == draws


@pytest.mark.parametrize("tree", ["{FUNCEXPR :funcid 1574 :args (", "{FUNCEXPR :funcid 1574"])
def test_a_tree_that_ends_early_is_an_error(tree: str) -> None:
    """§1 A default that can't be read is an error, never taken for one that draws from nothing."""
    with pytest.raises(ValueError, match="ends in the middle"):
        drawn_by(tree)
