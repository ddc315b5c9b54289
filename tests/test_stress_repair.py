"""The stress program's short form; the long one is `python -m benchmarks.stress_repair` (docs/stress.md)."""

import pytest

from benchmarks.stress_methods import METHODS
from benchmarks.stress_repair import SETTINGS, Setting, stress

METHOD_BY_NAME = {method.name: method for method in METHODS}
SETTING_BY_NAME = {str(setting): setting for setting in SETTINGS}


@pytest.mark.parametrize(
    "setting",
    [
        SETTING_BY_NAME["nothing wrong, CACHE 10"],
        SETTING_BY_NAME["small gaps, CACHE 1"],
        SETTING_BY_NAME["small gaps, CACHE 10"],
        SETTING_BY_NAME["small and large gaps, CACHE 1"],
        SETTING_BY_NAME["small and large gaps, CACHE 10"],
    ],
    ids=str,
)
def test_no_value_is_handed_out_twice_while_others_write_load_and_repair(database: str, setting: Setting) -> None:
    outcome = stress(database, METHOD_BY_NAME["seedkit, all three at once"], setting, seconds=1.2)

    assert outcome.drawn > 1_200  # a thousand were drawn before it began
    assert outcome.repairs > 0
    assert (outcome.twice, outcome.back, outcome.behind_at_end) == (0, 0, False)


def test_a_value_that_is_handed_out_twice_is_seen(database: str) -> None:
    outcome = stress(database, METHOD_BY_NAME["go-testfixtures"], SETTING_BY_NAME["small gaps, CACHE 1"], seconds=0.5)

    assert outcome.twice > 0
    assert outcome.back > 0
