"""`manage.py fix_sequences`: sequences past the highest ids, of all tables or of some tables, models and apps."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from seedkit.api.sequences import fix_sequences
from seedkit.core.sequences.ids import typed_range
from seedkit.integrations.django.commands import SeedkitCommand
from seedkit.integrations.django.databases import opened
from seedkit.integrations.django.names import named
from seedkit.reports.json import repair_json
from seedkit.reports.text import repair_text


class Command(SeedkitCommand):
    """Repairs sequences, each in a short transaction of its own."""

    help = "Move sequences past the highest ids where they are behind, as after loaddata. Never backwards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options of `seedkit fix-sequence` that make sense for several tables."""
        super().add_arguments(parser)
        add = parser.add_argument
        add("names", nargs="*", metavar="NAME", help="Tables, app_label.Model, or app labels; default: all tables.")
        add("--schema", dest="schemas", action="append", metavar="NAME", help="Only tables of this schema.")
        add("--margin", type=int, default=0, metavar="N", help="Leave N values free beyond the highest id.")
        add("--range", dest="id_range", metavar="LOW..HIGH", help="Only these ids are its own.")
        add("--wait", action="store_true", help="Lock each table until its writers have committed.")

    def work(self, options: dict[str, Any]) -> None:
        """Repair, or say what would be repaired."""
        own = typed_range(options["id_range"])
        report = fix_sequences(
            named(options["names"], options["database"]) if options["names"] else None,
            schema=options["schemas"],
            margin=options["margin"],
            id_range=None if own is None else (own.lowest, own.highest),
            wait=options["wait"],
            lock_timeout=options["lock_timeout"],
            dry_run=options["dry_run"],
            connection=opened(options["database"]),
        )
        self.show(repair_json(report) if options["json"] else repair_text(report), options)
        self.end_unless(report.repairable if options["dry_run"] else report.right)
