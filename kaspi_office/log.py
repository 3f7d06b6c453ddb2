"""Log lines without secrets: tokens, keys and phones are cut out of whatever is logged (reliability.md §5.8)."""

import logging
import re

import structlog

_SECRET = re.compile(
    r"kz_live_\w+"  # our API keys
    r"|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}="  # Kaspi's tokens: base64 of 32 bytes
    r"|(?:\+7|\b8)[\s(-]*7\d\d[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}\b"
)


def hide(text: str) -> str:
    return _SECRET.sub("[hidden]", text)


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
