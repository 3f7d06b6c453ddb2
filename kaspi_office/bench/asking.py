"""Requests to the product in this process: the whole stack of middleware, without sockets."""

import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction

from kaspi_office.bench.world import email_of, slug_of
from kaspi_office.provisioning import find_company
from staff import keys
from staff.models import ApiKey, User
from staff.permissions import SCOPES
from staff.scoping import company_scope
from staff.signin.lifetime import BEGAN, SEEN

# The product's addresses and, beside them, the views that it is measured against.
URLS = "kaspi_office.bench.urls"
FORM = "application/x-www-form-urlencoded"
CSRF = "a" * 32


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody with a session or a key. `ask` answers the body; anything but success is an error of the measurement."""

    handler: WSGIHandler
    headers: Mapping[str, str] = field(repr=False)

    def ask(self, path: str, form: Mapping[str, str | list[str]] | None = None) -> bytes:
        """Get the address, or post the form to it as a fragment of a page does."""
        address, _, query = path.partition("?")
        sent = b"" if form is None else urlencode(form, doseq=True).encode()
        posted = {"HTTP_HX_REQUEST": "true", "HTTP_X_CSRFTOKEN": CSRF, "CONTENT_TYPE": FORM}
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET" if form is None else "POST",
            "PATH_INFO": address,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(sent),
            "wsgi.url_scheme": "http",
            "CONTENT_LENGTH": str(len(sent)),
            **(posted if form is not None else {}),
            **self.headers,
        }
        response = self.handler(environ, _unheard)
        body = b"".join(response)
        response.close()
        assert response.status_code < 300, f"{path}: {response.status_code}"
        return body


def owner_of(rank: int) -> Asker:
    """The owner of a watched shop, signed in."""
    user = User.objects.get(email=email_of(rank))
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[BEGAN] = session[SEEN] = time.time()
    session.save()
    cookies = {settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: CSRF}
    return Asker(_handler(), {"HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items())})


def program_of(rank: int) -> Asker:
    """A program with a key of this shop's company."""
    company_id = find_company(slug_of(rank))
    assert company_id is not None
    secret, prefix, digest = keys.make()
    with transaction.atomic(), company_scope(company_id):
        ApiKey.objects.create(company_id=company_id, name="bench", prefix=prefix, digest=digest, scopes=sorted(SCOPES))
    return Asker(_handler(), {"HTTP_AUTHORIZATION": f"Bearer {secret}"})


def _handler() -> WSGIHandler:
    settings.ROOT_URLCONF = URLS
    return WSGIHandler()


def _unheard(status: str, headers: list[tuple[str, str]], problem: Any = None, /) -> Callable[[bytes], object]:
    """What a server would do with status and headers."""
    return len
