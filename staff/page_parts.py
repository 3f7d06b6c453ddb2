"""Parts that the read-models of several pages share: plain frozen data, already in words.

Levels are the design's: `""` calm, `"ok"`, `"accent"`, `"warn"`, `"danger"`, `"plum"`. Icons are names of the sprite
without `i-`. A text that is empty is left out of the page.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chip:
    text: str
    level: str = ""
    icon: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """`text` as read, `tel` as dialled (`+77775554021`); a masked number has text and no `tel`."""

    text: str
    tel: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    count: str = ""
    alert: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A state that lasts. `level` picks the colour and `icon` the picture."""

    title: str
    text: str = ""
    level: str = ""
    icon: str = "triangle-alert"
    action_label: str = ""
    action_url: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    text: str
    icon: str = ""
    total: bool = False
    phone: Phone | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """Why there is nothing: a cleared shelf is news, a search without a find offers a way on."""

    title: str
    text: str
    action_label: str = ""
    action_url: str = ""
    reset_url: str = ""
