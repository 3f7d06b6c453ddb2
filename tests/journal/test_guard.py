"""No secret and no phone gets into the journal."""

import pytest

from staff import audit
from staff.audit import changes
from staff.clock import database_now
from staff.journal.guard import HIDDEN, SecretInJournal, checked
from staff.keys import make
from staff.models import AuditEntry
from tests.cast import Cast

SECRETS = (
    "+7 (777) 555-40-21",
    "87775554021",
    "7775554021",
    make()[0],
    "A" * 43 + "=",
    "otpauth://totp/x?secret=ABC",
)


@pytest.mark.parametrize("name", ["password", "new_password", "phone", "buyer_phone", "secret", "token_cipher"])
def test_a_field_that_could_only_hold_a_secret_is_refused(name: str) -> None:
    with pytest.raises(SecretInJournal):
        checked({"changed": [{name: "x"}]} if name == "phone" else {name: "x"})


@pytest.mark.parametrize("secret", SECRETS, ids=range(len(SECRETS)))
def test_a_secret_in_a_text_is_cut_out(cast: Cast, secret: str) -> None:
    with cast.alma.scope():
        audit.record(
            cast.aigerim.actor,
            "order.cancel",
            subject=("order", "284917420"),
            now=database_now(),
            details={"comment": f"звонить {secret} вечером", "more": [{"text": secret}]},
        )
        entry = AuditEntry.objects.latest("pk")
    assert entry.details == {"comment": f"звонить {HIDDEN} вечером", "more": [{"text": HIDDEN}]}
    assert secret not in str(vars(entry))


def test_numbers_of_orders_prices_and_tails_stay(cast: Cast) -> None:
    told = {"order": "284917420", "price": "22 990", "tail": "…4Qx=", "at": "2026-11-22T10:00:00+05:00"}
    assert checked(told) == told


def test_of_two_states_only_what_differs_is_told() -> None:
    assert changes({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == ({"b": 2, "c": None}, {"b": 3, "c": 4})
