"""Builds README.md and docs/ as a site into build/site, by Zensical, and looks whether all its links lead somewhere.

`make docs`. The pages lie in the site as they lie in the repository, so that their links are right in both.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.pages import ROOT

BUILD = ROOT / "build"
_SHOWN = (
    "docs",
    "fixtures",
    "seeders",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "LICENSE",
    "schema.sql",
)
_OF_THE_PAST = ("CHANGELOG.md", "docs/decisions.md")
"""What nobody searches who looks for how it is today."""
_LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "site.toml")
_SEARCH_FROM_ELSEWHERE = "https://unpkg.com/iframe-worker/shim"
_SEARCH_ON_DISK = "docs/search_on_disk.js"
_FETCHING = {"img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src", "link": "href"}


def build(folder: Path) -> Path:
    """Build the site below a folder, and give where it is."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in _SHOWN:
        source, target = ROOT / name, folder / "pages" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=_LEFT_OUT)
        else:
            shutil.copy(source, target)
    for name in _OF_THE_PAST:
        page = folder / "pages" / name
        page.write_text(f"---\nsearch:\n  exclude: true\n---\n{page.read_text(encoding='utf-8')}", encoding="utf-8")
    settings = (ROOT / "docs" / "site.toml").read_text(encoding="utf-8")
    (folder / "zensical.toml").write_text(settings.replace("nav = []", f"nav = {navigation()}"), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "zensical", "build", "--strict", "--clean"], cwd=folder, check=True)
    for page in (folder / "site").rglob("*.html"):
        _search_by_ours(page, "../" * (len(page.relative_to(folder / "site").parts) - 1))
    return folder / "site"


def _search_by_ours(page: Path, way_up: str) -> None:
    text = page.read_text(encoding="utf-8").replace(_SEARCH_FROM_ELSEWHERE, f"{way_up}{_SEARCH_ON_DISK}")
    page.write_text(text, encoding="utf-8")


def navigation() -> str:
    """Put the pages in the order of their index, below its headings, each by its own title."""
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    parts = [_entry("seedkit", "README.md"), _entry("All pages", "docs/README.md")]
    for section in index.split("\n## ")[1:]:
        names = dict.fromkeys(re.findall(r"\]\(([\w./-]+\.md)\)", section))
        paths = [(ROOT / "docs" / name).resolve().relative_to(ROOT) for name in names]
        pages = ", ".join(_entry(_title(path), path.as_posix()) for path in paths)
        parts.append(f"{{ {json.dumps(section.splitlines()[0])} = [{pages}] }}")
    return f"[{', '.join(parts)}]"


def _entry(title: str, path: str) -> str:
    return f"{{ {json.dumps(title)} = {json.dumps(path)} }}"


def _title(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


class _Page(HTMLParser):
    """What a page links to, what a browser would fetch for it, and what in it can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.names |= {told.get("id", ""), told.get("name", "")}
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        if (attribute := _FETCHING.get(tag)) in told and told.get("rel") != "canonical":
            self.fetched.append(told[attribute])


def faults(site: Path) -> Iterator[str]:
    """Name the links that lead nowhere, and what would be fetched from elsewhere."""
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        place = path.relative_to(site)
        yield from (f"{place}: fetches {each}" for each in page.fetched if urlsplit(each).netloc)
        if path.name != "404.html":  # its links begin at the root of wherever the site will be
            yield from (f"{place}: {each} leads nowhere" for each in page.links if not _is_there(each, path, pages))
    for path in site.rglob("*.css"):
        yield from (
            f"{path.relative_to(site)}: fetches {each}"
            for each in re.findall(r"url\(['\"]?((?:https?:)?//[^'\")]+)", path.read_text(encoding="utf-8"))
        )


def _is_there(link: str, page: Path, pages: dict[Path, _Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return False
    return not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].names


if __name__ == "__main__":
    built = build(BUILD)
    found = list(faults(built))
    print(*found, f"{built / 'index.html'}" if not found else f"{len(found)} faults", sep="\n")  # noqa: T201
    sys.exit(bool(found))
