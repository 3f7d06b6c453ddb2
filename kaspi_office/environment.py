"""Typed readers of the process environment: the only place where the product looks at it.

Standard library only, for `manage.py` reads it before anything is installed.
A wrong value raises `WrongEnvironment` with one sentence that names the variable, the trouble and an example.
Order of sources: the real environment, then the `.env` file in the root (`ENV_FILE` names another, empty = none),
then the default given by the caller, then the default in `VARIABLES`. An empty value counts as not set.
"""

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
NO_DATABASE = "none:"
ENGINE = "django.db.backends.postgresql"
YES_OR_NO = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class WrongEnvironment(Exception):
    """A variable is missing or makes no sense; the text is one sentence for the person who starts the product."""


class Mail(NamedTuple):
    """One `EMAIL_URL` as Django's SMTP backend takes it."""

    host: str
    port: int
    username: str
    password: str
    use_tls: bool
    use_ssl: bool


class Variable(NamedTuple):
    """One environment variable: `default` is shown in `.env.example`, `example` in the complaint."""

    name: str
    default: str
    meaning: str
    example: str


class Broker(NamedTuple):
    """One `REDIS_URL` as Celery wants it and as redis-py and Django's cache do (`client`, None without Redis)."""

    celery: str
    client: str | None
    transport_options: dict[str, str]


VARIABLES = (
    Variable("PORT", "8000", "port of the web pages", "8000"),
    Variable("HOST", "127.0.0.1", "address the web pages listen on", "0.0.0.0"),
    Variable("DATA_DIR", "var", "state of the embedded services", "/srv/kaspi-office"),
    Variable(
        "DATABASE_URL",
        "",
        "PostgreSQL for the application's role; set: no embedded PostgreSQL is started",
        "postgres://kaspi_app:password@127.0.0.1:5432/office",
    ),
    Variable(
        "DATABASE_OWNER_URL",
        "",
        "the owner's role in the same database, for migrations and backups only",
        "postgres://kaspi_owner:password@127.0.0.1:5432/office",
    ),
    Variable("REDIS_URL", "", "broker and cache; set: no embedded Redis is started", "redis://127.0.0.1:6379/0"),
    Variable(
        "KASPI_BASE_URL",
        "https://kaspi.kz/shop/api",
        "the Kaspi shop API; `manage.py up` starts the simulator unless it is given",
        "https://kaspi.kz/shop/api",
    ),
    Variable("KASPI_RATE", "4", "calls a second to Kaspi with one token; Kaspi publishes no limit", "2"),
    Variable("DEMO", "1", "1: `manage.py up` loads demo companies on the first start; 0: starts empty", "0"),
    Variable("SECRET_KEY", "", "signs sessions; `manage.py up` makes one in DATA_DIR", "50 random characters"),
    Variable(
        "FIELD_KEYS_FILE",
        "",
        "JSON file with the keys of sealed fields; `manage.py up` makes one in DATA_DIR, the web's part in `web` beside it",
        "/run/secrets/field_keys.json",
    ),
    Variable("METRICS_TOKEN", "", "opens /metrics to a caller from outside this machine", "40 random characters"),
    Variable(
        "EMAIL_URL",
        "",
        "where letters are handed over: smtp://, smtp+tls:// or smtps://; empty: files in DATA_DIR/mail",
        "smtp+tls://office:password@mail.example.kz:587",
    ),
    Variable("EMAIL_FROM", "Kaspi Office <office@localhost>", "sender of our letters", "office@example.kz"),
    Variable("DEBUG", "0", "1: Django's error pages with source code; never in production", "1"),
    Variable("ALLOWED_HOSTS", "", "host names served, by commas; loopback is always served", "office.example.kz"),
    Variable("TRUSTED_ORIGINS", "", "origins of forms behind a TLS proxy, by commas", "https://office.example.kz"),
    Variable(
        "SITE_URL",
        "",
        "address of the pages in letters and invitations; empty: http://localhost with PORT",
        "https://office.example.kz",
    ),
    Variable(
        "PROXIES",
        "0",
        "own proxies in front; each adds the caller's address to X-Forwarded-For, and no other is believed",
        "1",
    ),
    Variable("HTTPS", "0", "1: cookies only over TLS, HSTS; for a host behind a TLS proxy", "1"),
    Variable("ENV_FILE", ".env", "file read for variables that the environment lacks; empty: none", "/etc/office.env"),
    Variable("KASPI_OFFICE_NO_BOOTSTRAP", "0", "1: `manage.py` uses the packages that are there, builds no .venv", "1"),
    Variable("KO_PG_BIN", "", "folder with PostgreSQL's programs, instead of a search", "/usr/lib/postgresql/17/bin"),
    Variable("KO_CHROMIUM", "", "browser of the page tests, instead of a search", "/usr/bin/chromium"),
    Variable(
        "KO_INSTALL_BROWSER", "", "1: `manage.py verify` may install Chromium by apt-get; 0: never; empty: in CI", "1"
    ),
)
BY_NAME: Mapping[str, Variable] = {variable.name: variable for variable in VARIABLES}


def text(name: str, default: str | None = None) -> str:
    """The value as it stands. Without a value and any default raises WrongEnvironment; `""` is a default."""
    value = given(name)
    if value is not None:
        return value
    if default is not None:
        return default
    known = BY_NAME.get(name)
    if known is None or not known.default:
        raise WrongEnvironment(f"{name} is not set; give it a value{_such_as(name)}.")
    return known.default


def integer(name: str, default: int | None = None, low: int = 0, high: int = 2**31 - 1) -> int:
    """A whole number between `low` and `high`, both allowed."""
    value = text(name, None if default is None else str(default))
    try:
        number = int(value)
    except ValueError:
        raise WrongEnvironment(f"{name} is {value!r}, which is not a whole number{_such_as(name)}.") from None
    if not low <= number <= high:
        raise WrongEnvironment(f"{name} is {number}, which is not between {low} and {high}{_such_as(name)}.")
    return number


def flag(name: str, default: bool | None = None) -> bool:
    """1/0, true/false, yes/no, on/off in any case."""
    value = text(name, None if default is None else str(int(default)))
    try:
        return YES_OR_NO[value.lower()]
    except KeyError:
        raise WrongEnvironment(f"{name} is {value!r}, which is neither 1 nor 0{_such_as(name)}.") from None


def items(name: str, default: str = "") -> list[str]:
    """Values separated by commas, spaces around them dropped."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def secret(name: str, at_least: int = 16) -> str:
    """A secret of `at_least` characters from NAME or from the file that NAME_FILE names; never shown in a complaint."""
    value = _from_file(name) or given(name)
    if value is None:
        raise WrongEnvironment(f"{name} is not set; give it, or {name}_FILE with the path of a file that holds it.")
    if len(value) < at_least:
        raise WrongEnvironment(f"{name} is shorter than {at_least} characters{_such_as(name)}.")
    return value


def path(name: str, default: str | None = None) -> Path:
    """An absolute path; a relative one is taken from the root of the clone. It need not exist."""
    return (ROOT / Path(text(name, default)).expanduser()).resolve()


def address(name: str, default: str | None = None) -> str:
    """An http(s) address, without a slash at its end."""
    value = text(name, default)
    try:
        parts = urlsplit(value)
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        known = False
    if not known:
        raise WrongEnvironment(f"{name} is {value!r}, which is not an http:// or https:// address{_such_as(name)}.")
    return value.rstrip("/")


def file(name: str) -> Path:
    """A path of a file that is there."""
    found = path(name)
    if not found.is_file():
        raise WrongEnvironment(f"{name} is {str(found)!r}, where no file is{_such_as(name)}.")
    return found


def database(name: str) -> dict[str, Any]:
    """Django's settings of one database, from a `postgres://` URL (or NAME_FILE).

    Parts may be percent-encoded; a unix socket is a host that begins with `/` (`%2Frun%2Fpostgresql`) or `?host=/…`.
    Other parameters of the query go to libpq (`sslmode=require`). The value `none:` gives a database that refuses
    every query, for commands that need none.
    """
    url = _from_file(name) or given(name)
    if url is None:
        raise WrongEnvironment(f"{name} is not set; give it a value{_such_as(name)}.")
    return {"ENGINE": "django.db.backends.dummy"} if url == NO_DATABASE else parse_database(name, url)


def optional_database(name: str) -> dict[str, Any]:
    """The same, but not set means a database that refuses every query (web and workers have no owner's password)."""
    return database(name) if _from_file(name) or given(name) else {"ENGINE": "django.db.backends.dummy"}


def broker(name: str = "REDIS_URL") -> Broker:
    """The broker's address in its two spellings; `filesystem:///folder` is the last resort without any Redis."""
    url = _from_file(name) or given(name)
    if url is None:
        raise WrongEnvironment(f"{name} is not set; give it a value{_such_as(name)}.")
    scheme, _, rest = url.partition("://")
    if scheme in ("unix", "redis+socket"):
        return Broker(f"redis+socket://{rest}", f"unix://{rest}", {})
    if scheme in ("redis", "rediss"):
        return Broker(url, url, {})
    if scheme == "filesystem" and rest.startswith("/"):
        folder = unquote(rest)
        return Broker("filesystem://", None, {"data_folder_in": folder, "data_folder_out": folder})
    raise WrongEnvironment(f"{name} is not a redis://, rediss:// or unix:// address{_such_as(name)}.")


# Scheme → its usual port, STARTTLS, TLS from the first byte.
MAIL = {"smtp": (25, False, False), "smtp+tls": (587, True, False), "smtps": (465, False, True)}


def mail(name: str = "EMAIL_URL") -> Mail | None:
    """The mail server (or from NAME_FILE), None when there is none. Parts may be percent-encoded."""
    url = _from_file(name) or given(name)
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        usual, use_tls, use_ssl = MAIL[parts.scheme]
        port = parts.port or usual
    except (ValueError, KeyError):
        raise WrongEnvironment(f"{name} is not a URL of a mail server{_such_as(name)}.") from None
    if not parts.hostname:
        raise WrongEnvironment(f"{name} names no mail server{_such_as(name)}.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Mail(parts.hostname, port, user, password, use_tls, use_ssl)


def given(name: str) -> str | None:
    """What the environment or the `.env` file says, None when it says nothing."""
    return os.environ.get(name) or _dotenv(os.environ.get("ENV_FILE", ".env")).get(name) or None


def parse_dotenv(lines: str) -> dict[str, str]:
    """`NAME=value` lines; `#` starts a comment line, `export ` and a pair of quotes around the value are dropped."""
    found = {}
    for line in lines.splitlines():
        name, sign, value = line.strip().removeprefix("export ").partition("=")
        value = value.strip()
        if sign and not name.startswith("#"):
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
            found[name.strip()] = value[1:-1] if quoted else value
    return found


@lru_cache
def _dotenv(name: str) -> dict[str, str]:
    file = ROOT / name
    if not name or not file.is_file():
        return {}
    try:
        return parse_dotenv(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongEnvironment(f"ENV_FILE names {file}, which cannot be read ({error}).") from None


def parse_database(name: str, url: str) -> dict[str, Any]:
    """What `database` makes of a `postgres://` URL; `name` is who to blame in the complaint."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise WrongEnvironment(f"{name} is not a URL with a valid host and port{_such_as(name)}.") from None
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or _host(parts)
    base = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgres", "postgresql"):
        raise WrongEnvironment(f"{name} does not start with postgres://{_such_as(name)}.")
    if not base:
        raise WrongEnvironment(f"{name} names no database after the last slash{_such_as(name)}.")
    return {
        "ENGINE": ENGINE,
        "NAME": base,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", "") or (str(port) if port else ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _host(parts: SplitResult) -> str:
    # `parts.hostname` is lower-cased, and the folder of a socket is not a host name: its case is kept.
    folder = unquote(parts.netloc.rpartition("@")[2].partition(":")[0])
    return folder if folder.startswith("/") else unquote(parts.hostname or "")


def _from_file(name: str) -> str | None:
    file = given(f"{name}_FILE")
    if file is None:
        return None
    if given(name) is not None:
        raise WrongEnvironment(f"{name} and {name}_FILE are both set; keep one of them.")
    try:
        return (ROOT / file).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        raise WrongEnvironment(f"{name}_FILE is {file!r}, which cannot be read as a text file.") from None


def _such_as(name: str) -> str:
    known = BY_NAME.get(name)
    return f", for example {name}={known.example}" if known else ""
