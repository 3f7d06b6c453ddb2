"""The log of every write that reached the simulator: the only judge of what was sent."""

from dataclasses import dataclass, field
from typing import Any

from .clock import iso


@dataclass(slots=True)
class Write:
    """One write. `applied`: whether the stored order changed; `answer`: HTTP status, None when nothing was answered.

    `step` tells the two requests of a completion apart: ``send_code`` changes nothing by design, ``complete`` does.
    """

    n: int
    at: int
    merchant: str
    code: str | None
    status: str
    reason: str | None = None
    step: str | None = None
    applied: bool = False
    answer: int | None = None
    title: str | None = None
    fault: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "n": self.n, "at": iso(self.at), "merchant": self.merchant, "code": self.code, "status": self.status,
            "reason": self.reason, "step": self.step, "applied": self.applied, "answer": self.answer,
            "title": self.title, "fault": self.fault,
        }  # fmt: skip


@dataclass(slots=True)
class WriteLog:
    writes: list[Write] = field(default_factory=list)

    def open(
        self, *, at: int, merchant: str, code: str | None, status: str, reason: str | None, step: str | None
    ) -> Write:
        write = Write(len(self.writes) + 1, at, merchant, code, status, reason, step)
        self.writes.append(write)
        return write

    def select(self, *, code: str | None = None, status: str | None = None, merchant: str | None = None) -> list[Write]:
        return [
            write
            for write in self.writes
            if (code is None or write.code == code)
            and (status is None or write.status == status)
            and (merchant is None or write.merchant == merchant)
        ]
