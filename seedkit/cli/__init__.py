"""The command line: options in, a use case, text or JSON out."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; imported here, so that Ctrl-C ends even the start without a traceback."""
    try:
        from seedkit.cli.commands import app
        from seedkit.cli.streams import settle_streams

        settle_streams()
        app()
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        sys.exit(130)
