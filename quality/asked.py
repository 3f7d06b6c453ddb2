"""What the address of the quality page asks for."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from quality.formulas import Metric
from quality.reading import today_of
from staff.models import Shop


@dataclass(frozen=True, slots=True)
class Asked:
    """A shop (None: all that are seen), a number, a reason of orders behind it, the first of them, and now."""

    shop: Shop | None
    metric: Metric
    why: str
    start: int
    now: datetime

    def url(self, **changed: str) -> str:
        """The page with something changed; what is empty is left out."""
        kept = {"shop": self.shop.slug if self.shop else "", "metric": self.metric.value, "why": self.why}
        return "/quality/?" + urlencode({name: value for name, value in (kept | changed).items() if value})

    @property
    def today(self) -> date:
        return today_of(self.now)
