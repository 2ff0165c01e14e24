"""Style sheets, scripts and drawings: ours and those of packages, compressed once and cached for good."""

import gzip
import hashlib
import mimetypes
from functools import cache
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, request, url_for

from app.errors import NotFound

assets = Blueprint("assets", __name__)

_OURS = Path(__file__).parent.parent / "static"
_SHIPPED = {
    "bootstrap.css": Path(str(files("flask_bootstrap"))) / "static/bootstrap5/css/bootstrap.min.css",
    "htmx.js": Path(str(files("js_lib_htmx"))) / "static/htmx/htmx.min.js",
}
_FOREVER = "public, max-age=31536000, immutable"


def asset_url(name: str) -> str:
    """Return the address of an asset, which changes with its bytes."""
    return url_for("assets.asset", digest=_packed(name)[1], name=name)


@assets.get("/assets/<digest>/<name>")
def asset(digest: str, name: str) -> Response:
    """Answer with an asset, compressed where the browser takes that."""
    if name not in _SHIPPED and not (_OURS / name).is_file():
        raise NotFound
    packed, present = _packed(name)
    accepts = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(packed if accepts else gzip.decompress(packed))
    response.mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _FOREVER if digest == present else "no-cache"
    if accepts:
        response.headers["Content-Encoding"] = "gzip"
    return response


def compress_page(response: Response) -> Response:
    """Compress a page for browsers that take that; networks are slow and no proxy may stand in front."""
    is_page = response.mimetype == "text/html" and response.status_code == 200 and not response.is_streamed
    if is_page and "gzip" in request.headers.get("Accept-Encoding", "") and request.method != "HEAD":
        response.set_data(gzip.compress(response.get_data(), 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    return response


@cache
def _packed(name: str) -> tuple[bytes, str]:
    """Return the compressed bytes of an asset and a digest that names them."""
    content = _SHIPPED.get(name, _OURS / name).read_bytes()
    return gzip.compress(content, 9, mtime=0), hashlib.sha256(content).hexdigest()[:12]
