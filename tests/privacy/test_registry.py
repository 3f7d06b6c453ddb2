"""Every column that could hold something of a person is told on the page «Что мы храним», or was looked at and is not his."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from staff.privacy import registry
from staff.privacy.registry import SECTIONS
from tests.privacy.reviewed import NOBODYS

TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.GenericIPAddressField)


def texts() -> Iterator[str]:
    """Columns without a fixed set of values that may hold words, numbers of people, or files. Of all apps, not only ours."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, (*TEXTS, ArrayField)) and not field.choices:
                yield f"{model._meta.label}.{field.name}"


def test_every_text_is_in_the_table_or_was_looked_at() -> None:
    assert sorted(set(texts()) - registry.fields() - NOBODYS) == []


def test_what_was_looked_at_is_not_in_the_table_too_and_still_exists() -> None:
    assert sorted(NOBODYS & registry.fields()) == []
    assert sorted(NOBODYS - set(texts())) == []


@pytest.mark.parametrize("name", sorted(registry.fields()))
def test_the_table_names_columns_that_exist(name: str) -> None:
    model, _, field = name.rpartition(".")
    assert apps.get_model(model)._meta.get_field(field)


def test_what_an_order_forgets_is_what_the_table_keeps_as_long_as_buyers() -> None:
    from orders.buyers.persons import NOBODY
    from staff.privacy.registry import Term

    kept = {name for _, rows in SECTIONS for one in rows if one.term is Term.BUYERS for name in one.fields}
    of_orders = {name.removeprefix("orders.Order.") for name in kept if name.startswith("orders.Order.")}
    assert of_orders == {*NOBODY, "digest"}


def test_each_row_says_who_sees_it() -> None:
    assert [one.what for _, rows in SECTIONS for one in rows if (one.right is None) is not bool(one.seen_by)] == []
