"""What the pages of repricing show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from staff.page_parts import Chip, Empty, Notice, Tab


@dataclass(frozen=True, slots=True)
class RuleLine:
    """`key` names the rule in forms. `warning`: why it would do nothing as it stands."""

    key: str
    scope: str
    strategy: str
    bounds: str
    state: Chip
    switched_on: bool
    changed: str
    edit_url: str
    try_url: str


@dataclass(frozen=True, slots=True)
class WaitingLine:
    key: str
    name: str
    sku: str
    before: str
    wanted: str
    why: str
    seen: str
    asked: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """«100 000 ₸ → 97 500 ₸, так велит правило». `after` is empty where the price was kept."""

    name: str
    sku: str
    before: str
    after: str
    why: str
    market: str
    seen: str
    effect: str
    when: str
    state: Chip


@dataclass(frozen=True, slots=True)
class SourceLine:
    name: str
    seen: str
    told: str
    goods: str
    state: Chip


@dataclass(frozen=True, slots=True)
class FileLine:
    """`problems`: «строка 7, Цена: не цена вида 16990»."""

    name: str
    when: str
    who: str
    state: Chip
    outcome: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkLine:
    name: str
    sku: str
    url: str
    told: str
    state: Chip


@dataclass(frozen=True, slots=True)
class RepricingPage:
    """`/catalog/repricing/?shop=…`. What he may not do has an empty address. `poll`: a file is being read."""

    shop: str
    shops: tuple[Tab, ...]
    note: str
    notices: tuple[Notice, ...]
    rules: tuple[RuleLine, ...]
    waiting: tuple[WaitingLine, ...]
    decisions: tuple[DecisionLine, ...]
    tabs: tuple[Tab, ...]
    sources: tuple[SourceLine, ...]
    files: tuple[FileLine, ...]
    links: tuple[LinkLine, ...]
    links_note: str
    may_rule: bool
    may_bring: bool
    shop_stopped: bool
    company_stopped: bool
    may_stop_company: bool
    effect_note: str
    error: str = ""
    link_error: str = ""
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class RuleField:
    """A field of the form. `kind`: number, text, long, select or check; `values` in the order shown."""

    name: str
    label: str
    value: str
    kind: str = "number"
    hint: str = ""
    suffix: str = ""
    options: tuple[Option, ...] = ()
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class FieldGroup:
    title: str
    fields: tuple[RuleField, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class RulePage:
    """`/catalog/repricing/rule/?shop=…&rule=…`. `error` is said above the form, and beside its field."""

    title: str
    post_url: str
    back_url: str
    groups: tuple[FieldGroup, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A text at a place of the drawing: per cent across, pixels down."""

    x: str
    y: float
    text: str
    anchor: str = "middle"
    minor: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """`key`: the class of the line and of its sign in the legend; each has another shape, not only another colour."""

    name: str
    path: str
    line: str
    key: str


@dataclass(frozen=True, slots=True)
class PriceChart:
    label: str
    curves: tuple[Curve, ...]
    grid: tuple[Mark, ...]
    days: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class CompareRow:
    """A number of the past as it was, and as the rule would have made it."""

    name: str
    was: str
    would: str


@dataclass(frozen=True, slots=True)
class GoodRow:
    name: str
    sku: str
    url: str
    current: bool
    changes: str
    first: str
    ends: str


@dataclass(frozen=True, slots=True)
class TryPage:
    """`/catalog/repricing/try/?shop=…&rule=…&days=…&sku=…`."""

    title: str
    note: str
    back_url: str
    edit_url: str
    days: tuple[Tab, ...]
    compare: tuple[CompareRow, ...] = ()
    chart: PriceChart | None = None
    chart_title: str = ""
    goods: tuple[GoodRow, ...] = ()
    caution: str = ""
    rule_key: str = ""
    shop: str = ""
    may_switch_on: bool = False
    empty: Empty | None = field(default=None)
