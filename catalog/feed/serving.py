"""`GET /feed/<secret>.xml`: the stored bytes, to whoever knows the address. No session, no cookie, one shop.

Kaspi must have its answer within two seconds, so nothing is made here. A client that takes gzip gets what is stored; to
another one it is unpacked as it goes.
"""

import logging
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from catalog.feed.comparing import GZIP, PIECE
from catalog.feed.opening import Found, find
from catalog.models import FeedFetch, FeedVersion, VersionState
from staff.access import public
from staff.clock import database_now
from staff.scoping import company_scope

log = logging.getLogger(__name__)

TYPE: Final = "application/xml; charset=utf-8"
# A file is made within a minute.
RETRY: Final = "60"


@public
@require_safe
def hand_out(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The published file; 304 when the caller has it; 503 while none is made; 404 for every other address."""
    found = find(secret)
    if found is None:
        return HttpResponse(status=404, content_type="text/plain")
    with company_scope(found.company_id):
        version = FeedVersion.objects.filter(feed_id=found.id, state=VersionState.PUBLISHED).defer("content").first()
        response = _answer(request, version) if version else _not_yet()
    if request.method == "GET":
        _note(request, found, response.status_code, version.digest if version else "")
    response.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _answer(request: HttpRequest, version: FeedVersion) -> HttpResponseBase:
    packed = takes_gzip(request.headers.get("Accept-Encoding", ""))
    bare = HttpResponse(content_type=TYPE)
    bare.headers["ETag"] = f'"{version.digest[:32]}{"-gzip" if packed else ""}"'
    since = version.published_at or version.made_at
    bare.headers["Last-Modified"] = http_date(since.timestamp())
    known = get_conditional_response(request, bare.headers["ETag"], _seconds(since), bare)
    if known is not bare:
        return known or bare
    content = b"" if request.method == "HEAD" else _content(version)
    whole = _packed(content) if packed else StreamingHttpResponse(unpacked(content), content_type=TYPE)
    for name, value in bare.items():
        whole.headers[name] = value
    if not packed:
        whole.headers["Content-Length"] = str(version.size)
    return whole


def _content(version: FeedVersion) -> bytes:
    return bytes(FeedVersion.objects.values_list("content", flat=True).get(pk=version.pk) or b"")


def _packed(content: bytes) -> HttpResponse:
    response = HttpResponse(content)
    response.headers["Content-Encoding"] = "gzip"
    return response


def unpacked(content: bytes) -> Iterator[bytes]:
    """The plain file, in pieces."""
    gzip = zlib.decompressobj(GZIP)
    for start in range(0, len(content), PIECE):
        yield gzip.decompress(content[start : start + PIECE])


def takes_gzip(accepted: str) -> bool:
    """Whether an `Accept-Encoding` takes gzip."""
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "").rstrip("0") not in ("q=", "q=0.")
    return False


def _not_yet() -> HttpResponse:
    return HttpResponse(status=503, content_type="text/plain", headers={"Retry-After": RETRY})


def _note(request: HttpRequest, found: Found, status: int, digest: str) -> None:
    """Write down who came, by itself: nobody goes without a file for a note."""
    try:
        with company_scope(found.company_id):
            FeedFetch.objects.create(
                feed_id=found.id,
                at=database_now(),
                status=status,
                digest=digest,
                address=request.META.get("REMOTE_ADDR", "") or "",
                agent=_printable(request.headers.get("User-Agent", "")),
            )
    except DatabaseError:
        log.warning("a fetch of price list %s was not written down", found.id, exc_info=True)


def _printable(agent: str) -> str:
    return "".join(letter for letter in agent if letter.isprintable())[:200]


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
