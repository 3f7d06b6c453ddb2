"""Whatever is done to the journal past the walls is found and named (reliability.md §5.14)."""

import json

import pytest
from django.db import connections

from staff.journal import sealing
from staff.journal.chain import Head
from staff.journal.sealing import head_of, seal_due
from staff.models import AuditSeal
from tests.cast import Cast
from tests.journal.tampering import as_owner, faults, findings, ids, sealed, verify, write

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def head(cast: Cast) -> Head:
    with cast.alma.scope():
        found = head_of()
    assert found is not None
    return found


def test_an_untouched_journal_is_sound(cast: Cast) -> None:
    written = sealed(cast)
    write(cast, 2)
    code, said = verify("--company", "alma")
    assert code == 0
    assert f"{len(ids(cast.alma))} entries, {len(ids(cast.alma)) - 2} sealed, 2 not yet" in said
    assert written[-1] == ids(cast.alma)[-3]


def test_seals_are_numbered_without_a_gap_in_the_order_of_the_entries(cast: Cast) -> None:
    sealed(cast)
    sealed(cast)
    with cast.alma.scope():
        places = list(AuditSeal.objects.order_by("seq").values_list("seq", "entry_id"))
    assert [seq for seq, _ in places] == list(range(1, len(places) + 1))
    assert [entry for _, entry in places] == ids(cast.alma)


def test_pieces_make_one_chain(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    sealed(cast, 7)
    assert faults(cast.alma) == []
    assert head(cast).seq == len(ids(cast.alma))


@pytest.mark.parametrize(
    "change",
    [
        "actor_label = 'Кто-то другой'",
        "actor_id = 1000000",
        "at = at - interval '1 microsecond'",
        "action = 'shop.exchange_resumed'",
        "subject_id = 'x'",
        "details = '{\"n\": 1}'",
        "before = '{\"n\": 1}'",
        "after = '{\"n\": 1}'",
        "acting_for = 'x'",
        "address = '10.0.0.1'",
        "request_id = 'x'",
    ],
)
def test_a_changed_entry_is_named(cast: Cast, change: str) -> None:
    written = sealed(cast)
    as_owner(f"UPDATE staff_auditentry SET {change} WHERE id = %s", written[2])
    assert faults(cast.alma) == [("changed", written[2])]


def test_the_command_says_who_and_what_stands_in_a_changed_entry(cast: Cast) -> None:
    written = sealed(cast)
    as_owner("UPDATE staff_auditentry SET actor_label = 'Подмена' WHERE id = %s", written[2])
    code, said = verify("--company", "alma", "--json")
    report = json.loads(said)["companies"][0]
    assert (code, report["broken"]) == (1, 1)
    assert report["findings"][0]["who"] == "Подмена"
    assert report["findings"][0]["entry_id"] == written[2]
    assert verify("--company", "bereke")[0] == 0


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_removed_entry_is_named(cast: Cast, place: int) -> None:
    written = sealed(cast)
    as_owner("DELETE FROM staff_auditentry WHERE id = %s", written[place])
    assert faults(cast.alma) == [("removed", written[place])]


def test_several_faults_are_all_named_the_first_one_first(cast: Cast) -> None:
    written = sealed(cast, 8)
    as_owner("DELETE FROM staff_auditentry WHERE id = %s", written[5])
    as_owner("UPDATE staff_auditentry SET action = 'x' WHERE id = ANY(%s)", [written[1], written[7]])
    assert faults(cast.alma) == [("changed", written[1]), ("removed", written[5]), ("changed", written[7])]


def test_an_entry_put_in_afterwards_is_named(cast: Cast) -> None:
    between = sealed(cast, 1)[0]
    with connections["owner"].cursor() as owner:
        owner.execute("SELECT nextval('staff_auditentry_id_seq')")
        free = owner.fetchone()[0]
    sealed(cast, 2)
    as_owner(
        "INSERT INTO staff_auditentry OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(e, %s)).*"
        " FROM staff_auditentry e WHERE id = %s",
        json.dumps({"id": free, "actor_label": "Никто"}),
        between,
    )
    seal_due()
    assert faults(cast.alma) == [("inserted", free)]


def test_two_entries_that_changed_places_are_both_named(cast: Cast) -> None:
    first, *_, last = sealed(cast)
    as_owner(
        "UPDATE staff_auditentry a SET subject_id = b.subject_id FROM staff_auditentry b"
        " WHERE (a.id, b.id) IN ((%s, %s), (%s, %s))",
        *(first, last, last, first),
    )
    assert faults(cast.alma) == [("changed", first), ("changed", last)]


@pytest.mark.parametrize("change", ["digest = repeat('0', 64)", "mac = repeat('0', 64)", "sealed_at = now()"])
def test_an_edited_seal_is_named_and_those_after_it_are_not(cast: Cast, change: str) -> None:
    written = sealed(cast)
    as_owner(f"UPDATE staff_auditseal SET {change} WHERE entry_id = %s", written[2])
    assert faults(cast.alma) == [("seal_forged", written[2])]


def test_an_entry_changed_together_with_its_digest_is_found_by_the_link(cast: Cast) -> None:
    written = sealed(cast)
    as_owner("UPDATE staff_auditentry SET action = 'x' WHERE id = %s", written[2])
    as_owner("UPDATE staff_auditseal SET digest = md5('x') || md5('y') WHERE entry_id = %s", written[2])
    assert faults(cast.alma) == [("seal_forged", written[2])]


def test_a_removed_seal_is_named_with_its_entry(cast: Cast) -> None:
    written = sealed(cast)
    as_owner("DELETE FROM staff_auditseal WHERE entry_id = %s", written[2])
    assert faults(cast.alma) == [("seal_removed", written[2])]


def test_an_entry_removed_with_its_seal_leaves_a_gap(cast: Cast) -> None:
    written = sealed(cast)
    as_owner("DELETE FROM staff_auditseal WHERE entry_id = %s", written[2])
    as_owner("DELETE FROM staff_auditentry WHERE id = %s", written[2])
    [finding] = findings(cast.alma)
    assert (finding.fault, finding.seq) == ("seal_removed", len(ids(cast.alma)) - 1)


def test_a_tail_cut_off_with_its_seals_is_known_by_the_head_told_outside(cast: Cast) -> None:
    written = sealed(cast)
    told = head(cast)
    as_owner("DELETE FROM staff_auditseal WHERE entry_id >= %s", written[3])
    as_owner("DELETE FROM staff_auditentry WHERE id >= %s", written[3])
    assert faults(cast.alma) == []
    code, said = verify("--company", "alma", "--head", str(told))
    assert code == 1
    assert "the chain ends before the head that was told" in said


def test_a_chain_made_anew_is_not_the_one_whose_head_was_told(cast: Cast) -> None:
    written = sealed(cast)
    told = head(cast)
    as_owner("DELETE FROM staff_auditseal WHERE entry_id >= %s", written[3])
    as_owner("UPDATE staff_auditentry SET action = 'x' WHERE id = %s", written[3])
    seal_due()
    assert faults(cast.alma) == []
    assert faults(cast.alma, told=told) == [("head_differs", written[4])]


def test_the_head_that_was_told_is_found_in_a_longer_chain(cast: Cast) -> None:
    sealed(cast)
    told = head(cast)
    sealed(cast)
    assert faults(cast.alma, told=told) == []


def test_the_database_itself_refuses_to_change_the_journal(cast: Cast) -> None:
    written = sealed(cast)
    for role in ("default", "owner"):
        with connections[role].cursor() as cursor, pytest.raises(Exception, match=r"only added to|permission denied"):
            cursor.execute("DELETE FROM staff_auditentry WHERE id = %s", [written[0]])
