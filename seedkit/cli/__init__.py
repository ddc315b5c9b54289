"""The command line: options in, a use case, text or JSON out."""

from __future__ import annotations

import gc
import sys

from seedkit.cli.signals import INTERRUPTED, be_interrupted, exit_code

_ALLOCATIONS_PER_COLLECTION = 100_000  # Python's own 700 cost 8 % of a short run, where imports leave no garbage


def main() -> None:
    """Run the command line; imported here, so that Ctrl-C ends even the start without a traceback."""
    be_interrupted()
    gc.set_threshold(_ALLOCATIONS_PER_COLLECTION)
    try:
        from seedkit.cli.app import app
        from seedkit.cli.quick_start import spare_plain_values, without_other_commands
        from seedkit.cli.refusals import run
        from seedkit.cli.streams import settle_streams

        settle_streams()
        spare_plain_values()
        arguments = sys.argv[1:]
        sys.exit(exit_code(run(without_other_commands(app, arguments), arguments)))
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        sys.exit(exit_code(INTERRUPTED))
    finally:
        gc.freeze()  # what is left ends with the process: looking through it for garbage took 60 ms
