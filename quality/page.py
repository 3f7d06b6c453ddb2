"""The quality page in words: four numbers, where they come from, where they go, and the orders behind one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from quality import reading
from quality.asked import Asked
from quality.attribution.behind import narrow
from quality.attribution.panel import breakdown_panel
from quality.attribution.reading import Number
from quality.audit.panel import corrections_panel
from quality.behind import listed
from quality.behind_page import OUTSIDE, ROWS, UNNAMED, behind_list
from quality.budget_card import budget, source, thresholds
from quality.cards import card, first_sentence, sentence_of_shops
from quality.formulas import Metric
from quality.history.panel import alerts_panel, sparks_of
from quality.metrics import Window
from quality.outlook.panel import forecast_panel
from quality.page_models import BehindList, Links, QualityPage
from quality.profiles.assigned import profiles_of
from quality.reading import Live, Verdict
from quality.standing.ladder_panel import ladder_panel
from quality.standing.panels import blocked_notice, excellent_panel, friday_panel
from quality.standing.rating_panels import calendar_panel, recovery_panel
from quality.standing.reading import Standing, standing_of
from quality.thresholds import Profile
from staff.access import Actor
from staff.formats import calendar_day, plural
from staff.models import Shop
from staff.permissions import Permission
from staff.places import Places

# Corrections of the past that are told on the page.
CORRECTED: Final = timedelta(days=30)


@dataclass(frozen=True)
class Seen:
    """What the page is made from: read once, for the shops that were asked for, as far as the member sees them."""

    asked: Asked
    by: Actor
    places: Places

    @cached_property
    def shops(self) -> Sequence[Shop]:
        return [self.asked.shop] if self.asked.shop else self.places.shops

    @cached_property
    def ids(self) -> list[int]:
        return [shop.pk for shop in self.shops]

    @cached_property
    def whole(self) -> Shop | None:
        """The one shop that is meant, if the member sees all of it: what Kaspi judges."""
        one = self.shops[0] if len(self.shops) == 1 else None
        return one if one is not None and self.by.sees_whole(one.pk) else None

    @cached_property
    def counted(self) -> tuple[Profile, Mapping[int, Live]]:
        return reading.standing_by_point(self.ids, now=self.asked.now, seen_by=self.by)

    @property
    def profile(self) -> Profile:
        return self.counted[0]

    @property
    def by_point(self) -> Mapping[int, Live]:
        return self.counted[1]

    @cached_property
    def live(self) -> Live:
        return reading.together(self.by_point.values())

    @property
    def number(self) -> Number:
        """The one that was asked for, of the days that the breakdown is of."""
        asked = self.asked
        return Number(
            metric=asked.metric, shop_ids=self.ids, profile=self.profile, now=asked.now, days=asked.split.days
        )

    @cached_property
    def verdicts(self) -> Mapping[Metric, Verdict]:
        found = reading.readings_of(self.live, self.profile, today=self.asked.today)
        return {metric: reading.verdict(found[metric], self.profile) for metric in Metric}

    @cached_property
    def crossed(self) -> Mapping[str, Sequence[Metric]]:
        """By name, the shops that are beyond a line today or will be tomorrow, each by its own profile."""
        whole = [shop for shop in self.shops if self.by.sees_whole(shop.pk)]
        profiles = profiles_of([shop.pk for shop in whole], self.asked.today)
        found = reading.numbers_by_shop([shop.pk for shop in whole], now=self.asked.now, profiles=profiles)
        judged = {
            shop.name: [reading.verdict(one, profiles[shop.pk]) for one in found[shop.pk].values()] for shop in whole
        }
        return {name: lost for name, ones in judged.items() if (lost := [v.rule.metric for v in ones if v.crossed])}

    @cached_property
    def standing(self) -> Standing | None:
        if self.whole is None:
            return None
        now, overdue = self.asked.now, self.live.overdue
        return standing_of(self.whole, now=now, by=self.by, profile=self.profile, overdue=overdue)


def quality_page(asked: Asked, *, by: Actor, places: Places) -> QualityPage:
    """Everything that `templates/quality/quality.html` prints."""
    seen = Seen(asked, by, places)
    chosen = seen.verdicts[asked.metric]
    sparks = sparks_of(seen.ids, now=asked.now, seen_by=by, profile=seen.profile)
    lead, advice = first_sentence(seen.verdicts) if len(seen.shops) == 1 else sentence_of_shops(seen.crossed)
    return QualityPage(
        note=_note(seen, chosen.reading.official.window),
        verdict=lead,
        advice=advice,
        cards=tuple(card(one, asked, sparks.get(metric)) for metric, one in seen.verdicts.items()),
        metric=asked.metric.value,
        thresholds=thresholds(chosen.rule),
        thresholds_note=source(seen.profile),
        behind=_behind(seen),
        links=_links(seen),
        budget=budget(chosen, seen.live, asked),
        alerts=alerts_panel(seen.shops, now=asked.now, by=by),
        corrections=corrections_panel(seen.shops, since=asked.now - CORRECTED, now=asked.now, by=by),
        **_ahead(seen),
        **_standing(seen),
    )


def _ahead(seen: Seen) -> dict[str, Any]:
    """What comes, and whom the number comes from."""
    asked, profile = seen.asked, seen.profile
    rule = profile.rules[asked.metric]
    return {
        "forecast": forecast_panel(
            asked.metric,
            seen.live,
            rule,
            shop_ids=seen.ids,
            today=asked.today,
            seen_by=seen.by,
            shop=seen.whole,
            formula=profile.formula,
        ),
        "calendar": calendar_panel(asked.metric, seen.live.days, rule, today=asked.today),
        "breakdown": breakdown_panel(
            seen.number,
            places=seen.places,
            actor=seen.by,
            by_point=seen.by_point,
            by=asked.split.by,
            url=asked.url,
        ),
    }


def _standing(seen: Seen) -> dict[str, Any]:
    """Where the shop stands with Kaspi: of one whole shop only."""
    standing = seen.standing
    if standing is None:
        return {}
    return {
        "blocked": blocked_notice(standing, by=seen.by),
        "excellent": excellent_panel(standing),
        "ladder": ladder_panel(standing, by=seen.by),
        "friday": friday_panel(standing),
        "recovery": recovery_panel(standing) if seen.asked.metric is Metric.RATING else None,
    }


def _behind(seen: Seen) -> BehindList:
    asked, measured = seen.asked, seen.verdicts[seen.asked.metric].reading.official
    found = listed(
        asked.metric,
        seen.ids,
        seen.profile,
        reason={"": None, OUTSIDE: None, UNNAMED: ""}.get(asked.why, asked.why),
        outside=asked.why == OUTSIDE,
        start=asked.start,
        limit=ROWS,
        known=measured.numerator,
        among=narrow(seen.number, asked.of, seen_by=seen.by, places=seen.places) if asked.of else None,
        now=asked.now,
        seen_by=seen.by,
    )
    return behind_list(found, measured, asked, places=seen.places)


def _links(seen: Seen) -> Links:
    """Files, proofs and imports are of one shop that is seen whole."""
    asked, whole = seen.asked, seen.whole
    shop = {"shop": whole.slug} if whole else {}
    number = {**shop, "metric": asked.metric.value}

    def to(page: str, given: Mapping[str, str], *, may: bool = True) -> str:
        return f"/quality/{page}?{urlencode(given)}" if may else ""

    return Links(
        rules=to("rules/", shop),
        history=to("history/", number),
        disputes=to("disputes/", shop),
        terms=to("terms/", shop),
        audit=to("audit/", number, may=whole is not None),
        export=to("history/export/", shop, may=whole is not None),
        export_orders=to("history/orders/", number, may=whole is not None),
        import_file=to("import/", shop, may=whole is not None and seen.by.may(Permission.QUALITY_IMPORT)),
    )


def _note(seen: Seen, window: Window) -> str:
    of = seen.asked.shop.name if seen.asked.shop else plural(len(seen.places.shops), "магазин", "магазинов")
    if not all(seen.by.sees_whole(shop.pk) for shop in seen.shops):
        # Kaspi judges a shop; a part of it is told as a part.
        of = gettext("%(of)s, только ваши точки") % {"of": of}
    return gettext("%(of)s · по %(day)s включительно, сегодняшний день – в прогнозе") % {
        "of": of,
        "day": calendar_day(window.last),
    }
