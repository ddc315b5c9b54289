"""The pages as a site, built by Zensical (`make docs` installs it) and looked at by Chromium."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.site_of_pages import build, faults

pytestmark = pytest.mark.skipif(find_spec("zensical") is None, reason="Zensical is not installed: make docs")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_SEARCHING = """<script>
const later = (what) => setTimeout(what, 800);
const typed = () => {
  let field = document.activeElement;
  while (field.shadowRoot) field = field.shadowRoot.activeElement;
  field.value = "fix-sequence";
  field.dispatchEvent(new InputEvent("input", {bubbles: true, composed: true}));
  later(() => { document.title = field.getRootNode().textContent.match(/[0-9]+ results/)?.[0] ?? "nothing"; });
};
addEventListener("load", () => later(() => {
  document.querySelector("button.md-search__button").click();
  later(typed);
}));
</script></body>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("build"))


def test_every_link_of_the_site_leads_somewhere_and_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    assert list(faults(site)) == []


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine")
def test_the_search_finds_something_where_the_site_is_read_from_a_disk(site: Path) -> None:
    page = site / "docs" / "searching.html"
    page.write_text((site / "docs" / "tutorial.html").read_text("utf-8").replace("</body>", _SEARCHING), "utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND")

    ran = subprocess.run(
        [str(CHROMIUM), *options, "--virtual-time-budget=9000", "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        check=True,
    )

    found = re.findall(r"<title>(\d+) results</title>", ran.stdout)
    assert [int(number) > 5 for number in found] == [True]
