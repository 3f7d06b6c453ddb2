import pickle

import pytest

from integrations.kaspi import errors, fields

EVERY = [
    errors.KaspiError("x"),
    errors.Transient("x", 3.0),
    errors.Unsent("x"),
    errors.RateLimited("x", 30.0),
    errors.Congested("x"),
    errors.NoInformation("x"),
    errors.CircuitOpen("x", 12.5),
    errors.UnknownOutcome("x"),
    errors.Rejected(400, "Other"),
    errors.Rejected(400, "Security code is not valid. And the order cannot be completed without it"),
    errors.Rejected(405),
    errors.NotFound(404, "gone"),
    errors.TokenRefused(401),
    fields.Flaw("totalPrice", fields.Expected.MONEY),
]


@pytest.mark.parametrize("error", EVERY, ids=lambda error: type(error).__name__)
def test_every_error_speaks_russian_to_the_seller_and_english_to_the_log(error: errors.KaspiError) -> None:
    assert any("а" <= letter <= "я" for letter in error.for_user)
    assert error.for_log.isascii() and str(error) == error.for_log


@pytest.mark.parametrize("error", EVERY, ids=lambda error: type(error).__name__)
def test_every_error_travels_between_processes(error: errors.KaspiError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.for_user, copy.__dict__) == (type(error), error.for_user, error.__dict__)


def test_a_refusal_keeps_the_words_of_kaspi() -> None:
    refused = errors.Rejected(400, "Order already has been completed, so it can't be completed again.")
    assert refused.for_user.startswith("Заказ уже выдан.")
    assert refused.title in refused.for_user
