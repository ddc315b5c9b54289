"""Which engine it is, as far as that can be told without a server of it."""

import pytest

from seedkit.core.engines import PLAIN, Engine, Node, refuse_worker
from seedkit.errors import ConfigurationError


def test_a_worker_is_refused_with_the_coordinator_named() -> None:
    worker = Engine(node=Node.WORKER, group=2, coordinator="10.0.0.1:5432")

    with pytest.raises(ConfigurationError) as refused:
        refuse_worker(worker, "sequences are repaired")

    assert str(refused.value) == (
        "this is a worker of a Citus cluster (group 2), and sequences are repaired on its coordinator alone\n"
        "  Nothing was written.\n"
        "\n"
        "hint: Connect to 10.0.0.1:5432."
    )
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("engine", [PLAIN, Engine(node=Node.COORDINATOR, workers=(1, 2))])
def test_all_others_are_let_be(engine: Engine) -> None:
    refuse_worker(engine, "sequences are repaired")
