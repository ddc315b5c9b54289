"""`python -m seedkit`: the command where its folder is not on the path."""

from __future__ import annotations

from seedkit.cli import main

if __name__ == "__main__":
    main()
