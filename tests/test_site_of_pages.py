"""What looks through the site of the pages finds what is wrong with one; tests/eyes builds the real one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.pages import ROOT
from tests.site_of_pages import faults, navigation


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of two pages whose links are right."""
    (tmp_path / "more").mkdir()
    (tmp_path / "index.html").write_text('<a href="more/index.html#top">more</a><a href="https://example.com">away</a>')
    (tmp_path / "more" / "index.html").write_text('<h1 id="top">More</h1><a href="..">home</a><a href="#top">top</a>')
    return tmp_path


def test_a_site_whose_links_are_right_has_no_faults(site: Path) -> None:
    assert list(faults(site)) == []


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ('<a href="gone.html">gone</a>', "new.html: gone.html leads nowhere"),
        ('<a href="more/">more</a><a href="more/#bottom">bottom</a>', "new.html: more/#bottom leads nowhere"),
        ('<a href="#nothing">nothing</a>', "new.html: #nothing leads nowhere"),
        ('<img src="https://example.com/a.png">', "new.html: fetches https://example.com/a.png"),
        ('<script src="//example.com/a.js"></script>', "new.html: fetches //example.com/a.js"),
        ('<link rel="stylesheet" href="https://example.com/a.css">', "new.html: fetches https://example.com/a.css"),
    ],
)
def test_a_link_that_leads_nowhere_and_what_is_fetched_from_elsewhere_are_named(
    site: Path, written: str, fault: str
) -> None:
    (site / "new.html").write_text(written)

    assert list(faults(site)) == [fault]


def test_a_style_that_fetches_a_font_is_named(site: Path) -> None:
    (site / "style.css").write_text("@font-face { src: url('https://example.com/a.woff') }")

    assert list(faults(site)) == ["style.css: fetches https://example.com/a.woff"]


def test_the_navigation_has_every_page_once() -> None:
    entries = tomllib.loads(f"nav = {navigation()}")["nav"]
    paths = [path for entry in entries for value in entry.values() for path in _paths(value)]

    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert sorted(paths) == sorted({*pages, "README.md", "CONTRIBUTING.md"})


def _paths(value: str | list[dict[str, str]]) -> list[str]:
    return [value] if isinstance(value, str) else [path for entry in value for path in entry.values()]
