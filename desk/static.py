"""The built pages: hashed assets for ever, everything else asked for again, client-side routes to the index."""

from pathlib import Path

from aiohttp import hdrs, web

from desk.problems import Problem

STATIC = Path(__file__).parent / "static"

_FOR_EVER = "public, max-age=31536000, immutable"  # the bundler puts a hash of the content in these names
_ASK_AGAIN = "no-cache"
_TEXTS = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}
_NOT_BUILT = """<!doctype html><html lang="id"><meta charset="utf-8"><title>Sambut</title>
<h1>Halaman belum dibuat</h1>
<p>Layanan berjalan, tetapi halamannya belum dibangun. Jalankan <code>make run</code>.</p>
<p lang="en">The service runs, but its pages have not been built. Run <code>make run</code>.</p>
</html>
"""


class Pages:
    """Serves the folder `root` (absolute), and nothing outside it."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A file of the pages, or the index for an address that the pages' own router knows."""
        path = request.match_info["path"]
        if path.startswith("api/"):
            raise Problem("not_found")
        file = self._file(path)
        if file is not None:
            cache = _FOR_EVER if path.startswith("assets/") else _ASK_AGAIN
            return _sent(file, cache)
        if "." in path.rpartition("/")[2]:
            raise Problem("not_found")  # a file that is not there is not a page
        return self._index()

    def _index(self) -> web.StreamResponse:
        index = self._file("index.html")
        if index is None:
            return web.Response(status=503, text=_NOT_BUILT, content_type="text/html")
        return _sent(index, _ASK_AGAIN)

    def _file(self, path: str) -> Path | None:
        if not path or "\0" in path:
            return None
        file = (self._root / path).resolve()
        return file if file.is_relative_to(self._root) and file.is_file() else None


def _sent(file: Path, cache: str) -> web.FileResponse:
    """Texts are said to be in UTF-8, as they all are: a browser that has to guess may guess wrong."""
    headers = {hdrs.CACHE_CONTROL: cache}
    if file.suffix in _TEXTS:
        headers[hdrs.CONTENT_TYPE] = f"{_TEXTS[file.suffix]}; charset=utf-8"
    return web.FileResponse(file, headers=headers)
