"""The command line: options in, a use case, text or JSON out."""

from seedkit.cli.commands import main

__all__ = ["main"]
