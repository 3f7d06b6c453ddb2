"""One request to Kaspi's Merchant API, and how its answer is opened before anything is read out of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from integrations.kaspi import jsonapi
from integrations.kaspi.errors import KaspiError, NoInformation, Rejected, Transient, UnknownOutcome
from integrations.kaspi.http import Answer

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, and whether it may change an order."""

    name: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    method: str = "GET"

    @property
    def writes(self) -> bool:
        return self.body is not None

    def failure(self, error: KaspiError) -> KaspiError:
        """What `error` means for this call: a write that may have arrived has an unknown outcome."""
        if self.writes and isinstance(error, Transient) and error.maybe_applied:
            return UnknownOutcome(error.for_log, error.retry_after)
        return error


def document(answer: Answer) -> jsonapi.Json:
    """The JSON of a successful answer: HTML with 200 is no answer, and errors with 200 are a refusal."""
    if not answer.is_json:
        raise NoInformation(f"HTTP {answer.status} without JSON, {len(answer.body)} bytes")
    found = jsonapi.decode(answer.body)
    if "errors" in found and "data" not in found:
        raise Rejected(answer.status, jsonapi.error_titles(found))
    return found


def single(read: Callable[[jsonapi.Json], Read]) -> Callable[[jsonapi.Json], Read]:
    """A reader of documents out of a reader of their one resource."""
    return lambda found: read(jsonapi.resource(found))


def pdf(answer: Answer) -> bytes:
    """A file that is a PDF. Raises NoInformation."""
    # Readers accept a few bytes before the mark, so writers leave them.
    if b"%PDF-" not in answer.body[:1024]:
        raise NoInformation("the waybill is not a PDF")
    return answer.body
