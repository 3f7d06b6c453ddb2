"""What the address of the quality page asks for."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from quality.attribution.behind import BehindFilter
from quality.attribution.tables import Split
from quality.formulas import Metric
from quality.reading import today_of
from staff.models import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A shop (None: all that are seen), a number, a reason of orders behind it, the first of them, and now.

    `of` narrows the orders to a line of the breakdown, which `split` chooses.
    """

    shop: Shop | None
    metric: Metric
    why: str
    start: int
    now: datetime
    of: BehindFilter
    split: Split

    def url(self, **changed: str) -> str:
        """The page with something changed; what is empty is left out."""
        kept = {
            "shop": self.shop.slug if self.shop else "",
            "metric": self.metric.value,
            "why": self.why,
            "by": self.split.by.value if self.split.by else "",
            "days": str(self.split.days or ""),
            **self.of.params,
        }
        return "/quality/?" + urlencode({name: value for name, value in (kept | changed).items() if value})

    def other(self, metric: Metric) -> str:
        """The page of another number: lines and reasons of this one mean nothing there."""
        return self.url(metric=metric.value, why="", by="", **dict.fromkeys(self.of.params, ""))

    @property
    def today(self) -> date:
        return today_of(self.now)
