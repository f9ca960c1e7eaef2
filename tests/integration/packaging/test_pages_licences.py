"""The built pages carry the licences of what is bundled into them."""

from pathlib import Path

import notice
import pytest

STATIC = Path(__file__).parents[3] / "desk/static"
TYPES_ONLY = {"@types/trusted-types"}


@pytest.mark.skipif(not (STATIC / "index.html").exists(), reason="the pages have not been built")
def test_the_licence_of_each_part_of_the_pages_goes_along_with_them() -> None:
    bundled = (STATIC / "licenses.md").read_text()
    typeface = "@fontsource-variable/inter"
    parts = notice.page_packages().keys() - TYPES_ONLY - {typeface}
    assert [name for name in parts if f"## {name} - " not in bundled] == []
    assert "SIL OPEN FONT LICENSE" in (STATIC / "licenses-inter.txt").read_text()
