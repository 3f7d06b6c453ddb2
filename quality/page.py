"""The quality page in words: four numbers, the room that is left, the orders behind one of them."""

from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import urlencode

from django.utils.translation import gettext

from quality import reading
from quality.asked import Asked
from quality.behind import listed
from quality.behind_page import ROWS, UNNAMED, behind_list
from quality.budget_card import budget, source, thresholds
from quality.cards import card, first_sentence
from quality.formulas import Metric
from quality.metrics import Window
from quality.page_models import BehindList, PointLine, QualityPage
from quality.profiles.assigned import for_shops
from quality.scales import value_text
from quality.thresholds import Profile, enough_data
from quality.words import HEADS, NOUNS
from staff.access import Actor
from staff.drawing import per_cent
from staff.formats import calendar_day, grouped, plural
from staff.permissions import Permission
from staff.places import Places


def quality_page(asked: Asked, *, by: Actor, places: Places) -> QualityPage:
    """Everything that `templates/quality/quality.html` prints."""
    shops = [asked.shop.pk] if asked.shop else [shop.pk for shop in places.shops]
    profile = for_shops(shops, asked.today)
    live = reading.together(reading.counted(shops, now=asked.now, seen_by=by, profile=profile).values())
    found = reading.readings_of(live, profile, today=asked.today)
    verdicts = {metric: reading.verdict(found[metric], profile) for metric in Metric}
    chosen = verdicts[asked.metric]
    lead, advice = first_sentence(verdicts)
    return QualityPage(
        note=_note(asked, places, chosen.reading.official.window, by=by),
        verdict=lead,
        advice=advice,
        cards=tuple(card(one, asked) for one in verdicts.values()),
        metric=asked.metric.value,
        budget=budget(chosen, live, asked),
        thresholds=thresholds(chosen.rule),
        thresholds_note=source(profile),
        points=_points(asked, shops, profile, places, by=by),
        points_head=HEADS[asked.metric],
        behind=_behind(asked, shops, chosen, profile, by=by),
        import_url=_import_url(asked, by),
    )


def _behind(asked: Asked, shops: Sequence[int], chosen: reading.Verdict, profile: Profile, *, by: Actor) -> BehindList:
    measured = chosen.reading.official
    found = listed(
        asked.metric,
        shops,
        profile,
        reason={"": None, UNNAMED: ""}.get(asked.why, asked.why),
        start=asked.start,
        limit=ROWS,
        known=measured.numerator,
        now=asked.now,
        seen_by=by,
    )
    return behind_list(found, measured, asked)


def _import_url(asked: Asked, by: Actor) -> str:
    """A file is of one shop, so the form stands only when one is chosen."""
    may = by.may(Permission.QUALITY_IMPORT) and asked.shop is not None and by.sees_whole(asked.shop.pk)
    return f"/quality/import/?{urlencode({'shop': asked.shop.slug})}" if may and asked.shop else ""


def _note(asked: Asked, places: Places, window: Window, *, by: Actor) -> str:
    of = asked.shop.name if asked.shop else plural(len(places.shops), "магазин", "магазинов")
    shops = [asked.shop] if asked.shop else places.shops
    if not all(by.sees_whole(shop.pk) for shop in shops):
        # Kaspi judges a shop; a part of it is told as a part.
        of = gettext("%(of)s, только ваши точки") % {"of": of}
    return gettext("%(of)s · по %(day)s включительно, сегодняшний день – в прогнозе") % {
        "of": of,
        "day": calendar_day(window.last),
    }


def _points(
    asked: Asked, shops: Sequence[int], profile: Profile, places: Places, *, by: Actor
) -> tuple[PointLine, ...]:
    rule = profile.rules[asked.metric]
    found = reading.numbers_by_point(shops, now=asked.now, seen_by=by, profile=profile)
    known = [(point, found[point.pk][asked.metric]) for point in places.points if point.pk in found]
    counted = [(point, one, one.value) for point, one in known if one.value is not None]
    widest = max((value for *_, value in counted), default=Fraction(0)) or Fraction(1)
    counted.sort(key=lambda line: (line[2], line[1].denominator), reverse=asked.metric is not Metric.RATING)
    return tuple(
        PointLine(
            name=point.name,
            note=plural(one.denominator, *NOUNS[asked.metric][1]),
            count=grouped(one.numerator),
            value=value_text(asked.metric, value),
            bar=per_cent(float(value / widest)),
            level="danger" if enough_data(one, rule) and rule.critical.met_by(value) else "",
        )
        for point, one, value in counted
    )
