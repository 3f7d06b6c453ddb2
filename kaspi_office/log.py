"""Log lines without secrets: tokens, keys and phones are cut out of whatever is logged (reliability.md §5.8)."""

import logging
import re

import structlog

from staff.journal import guard

HIDDEN = "[hidden]"
_SECRET = re.compile(
    guard.SECRET.pattern
    + r"|(?<![\w-])[\w-]{43}(?![\w-])"  # secrets of links and cookies: 32 bytes in base64 for addresses
    r"|/login/reset/[^/\s'\"]+"
    r"|/feed/[\w-]{20,}"
    r"|\bsessionid=\S+|\b(?:__Host-)?(?:office_session|csrftoken)=\S+",
    guard.SECRET.flags,
)
# What stands after these words, quoted or to the end of the line: heads of a request, fields of a form.
_NAMED = re.compile(
    r"(?<![a-z])((?:proxy-)?authorization|x[-_]auth[-_]token|x[-_]security[-_]code|(?:set-)?cookie)(['\"]?\s*[:=,]\s*)"
    r"(?:b?'[^'\n]*'|b?\"[^\"\n]*\"|[^\n'\"][^\n]*)"
    r"|\b(password|passwd|token|secret|pin|security_code|otp)(['\"]?\s*[:=]\s*)(?:'[^'\n]*'|\"[^\"\n]*\"|[^\s&,;'\")}]+)",
    re.IGNORECASE,
)


def hide(text: str) -> str:
    """The text with everything cut out that only its owner may know."""
    return _SECRET.sub(HIDDEN, _NAMED.sub(_kept_name, text))


def _kept_name(found: re.Match[str]) -> str:
    head, sign, field, equals = found.groups()
    return f"{head or field}{sign or equals}{HIDDEN}"


class HideSecrets(logging.Filter):
    """Renders the message, then cuts; also what came in through arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = hide(record.getMessage()), ()
        return True


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def formatException(self, ei: object) -> str:
        return hide(super().formatException(ei))  # type: ignore[arg-type]


def formatter() -> logging.Formatter:
    """One JSON line per record, times in UTC."""
    return _Formatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _hide_traceback,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _hide_traceback(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if "exception" in event:
        event["exception"] = hide(str(event["exception"]))
    return event
