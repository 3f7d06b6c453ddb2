"""A shop's account with Kaspi: its sealed token, and how the exchange with it goes.

What workers note here are single UPDATE statements by the database's clock inside the caller's company scope, so any
number of them may note at once (reliability.md §2.5, §3 rows 16–18, §5.5).
"""

import hmac
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db.models import Case, DateTimeField, Expression, ExpressionWrapper, F, Q, Value, When
from django.db.models.functions import Greatest, Least, Now
from django.utils.translation import gettext, gettext_noop

from integrations.kaspi.errors import CircuitOpen, Congested, KaspiError, RateLimited, TokenRefused, Transient
from integrations.models import AccountState, KaspiAccount, PollSlot, SlotKind
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import Refused
from staff.models import Shop
from staff.permissions import Permission
from staff.sealing import open_for_workers, seal_for_workers

TABLE, COLUMN = "integrations_kaspiaccount", "token_cipher"
LONGEST_TOKEN: Final = 200
# These two have no rhythm: somebody makes them due when there is something to ask.
ON_DEMAND: Final = frozenset({SlotKind.LOOKUP, SlotKind.ENTRIES})
SPREAD_MS: Final = 3_000

REFUSALS: Final = 3
PROBE_EVERY: Final = timedelta(minutes=5)
FORGOTTEN_WORDS: Final = gettext_noop(
    "Токен удалён. Обмен стоит: заказы не обновляются, решения ждут. Введите новый токен."
)
REFUSED_WORDS: Final = gettext_noop(
    "Kaspi не принимает токен магазина. Обмен приостановлен: заказы не обновляются, решения ждут. "
    "Проверьте токен в кабинете Kaspi: Настройки → API токен."
)
SEALED_WORDS: Final = gettext_noop(
    "Токен магазина не читается: он зашифрован другим ключом. Обмен приостановлен, решения ждут. Введите токен ещё раз."
)

FAILURES: Final = 5
# Seconds of rest after the fifth failure in a row, the sixth, and so on; the last one from then on.
RESTS: Final = (30, 60, 120, 240, 300)
LONGEST_REST: Final = 300.0


def connect(shop: Shop, token: str, *, by: Actor, now: datetime) -> KaspiAccount:
    """Give the shop this token and read everything of it at once. An earlier refusal or pause is forgotten.

    Raises Refused 403 without the right, 400 (field `token`) when the text cannot be a token.
    """
    require_whole(by, Permission.SHOPS_MANAGE, shop_id=shop.pk)
    token = checked(token)
    fresh = {
        "token_cipher": seal_for_workers(token, table=TABLE, column=COLUMN, company=shop.company_id, owner=shop.pk),
        "token_tail": token[-4:],
        "token_print": print_of(token),
        "state": AccountState.OK,
        "refused_in_row": 0,
        "failures_in_row": 0,
        "quiet_until": None,
        "last_problem": "",
        "last_problem_at": None,
    }
    former = KaspiAccount.objects.filter(shop_id=shop.pk).values_list("token_tail", flat=True).first()
    account: KaspiAccount
    account, _ = KaspiAccount.objects.update_or_create(shop_id=shop.pk, defaults=fresh)
    _make_slots(account, now=now)
    before, after = {"tail": former or ""}, {"tail": token[-4:]}
    audit.record(by, "shop.token_connected", subject=("shop", shop.public_id), now=now, before=before, after=after)
    return account


def forget(shop: Shop, *, by: Actor, now: datetime) -> bool:
    """Throw the token away: nothing is asked or sent any more. False when there was none."""
    require_whole(by, Permission.SHOPS_MANAGE, shop_id=shop.pk)
    nothing = {"token_cipher": b"", "token_tail": "", "token_print": "", "state": AccountState.FORGOTTEN}
    mine = KaspiAccount.objects.filter(shop_id=shop.pk).exclude(state=AccountState.FORGOTTEN)
    if not mine.update(**nothing, last_problem=FORGOTTEN_WORDS, last_problem_at=now):
        return False
    PollSlot.objects.filter(shop_id=shop.pk).update(due_at=None)
    audit.record(by, "shop.token_forgotten", subject=("shop", shop.public_id), now=now)
    return True


def print_of(token: str) -> str:
    """HMAC by which a token is known again; nobody can try tokens against a stolen table."""
    return hmac.new(settings.SECRET_KEY.encode(), b"kaspi-token:" + token.strip().encode(), sha256).hexdigest()


def is_in_force(shop_id: int, token: str) -> bool:
    """Whether this is the shop's token already, without opening what is stored."""
    mine = KaspiAccount.objects.filter(shop_id=shop_id, token_print=print_of(token))
    return bool(mine.exclude(state=AccountState.FORGOTTEN).exists())


def token_of(account: KaspiAccount) -> str:
    """The token in clear, for workers. Raises sealing.CannotOpen: sealed for another shop, an unknown key, a web process."""
    blob = bytes(account.token_cipher)
    return open_for_workers(blob, table=TABLE, column=COLUMN, company=account.company_id, owner=account.shop_id)


def resume(shop: Shop, *, by: Actor, now: datetime) -> bool:
    """Ask Kaspi again now, with the same token. False when the shop has none."""
    require_whole(by, Permission.SHOPS_MANAGE, shop_id=shop.pk)
    connected = KaspiAccount.objects.filter(shop_id=shop.pk).exclude(state=AccountState.FORGOTTEN)
    found = connected.update(state=AccountState.OK, refused_in_row=0, failures_in_row=0, quiet_until=None)
    if found:
        PollSlot.objects.filter(shop_id=shop.pk, kind=SlotKind.NEW).update(due_at=Now())
        audit.record(by, "shop.exchange_resumed", subject=("shop", shop.public_id), now=now)
    return bool(found)


def note_success(shop_id: int) -> None:
    """Kaspi answered with sense. A pause that another call was told to keep is left to end by itself."""
    stale = Q(last_ok_at__isnull=True) | Q(last_ok_at__lt=Now() - timedelta(seconds=5))
    troubled = ~Q(state=AccountState.OK) | Q(refused_in_row__gt=0) | Q(failures_in_row__gt=0)
    KaspiAccount.objects.filter(stale | troubled, shop_id=shop_id).update(
        state=AccountState.OK, refused_in_row=0, failures_in_row=0, last_ok_at=Now()
    )


def note_refused(shop_id: int) -> bool:
    """Kaspi refused the token. True from the third in a row on: the exchange is paused, NEW asks once in 5 minutes."""
    mine = KaspiAccount.objects.filter(shop_id=shop_id)
    mine.update(
        refused_in_row=Least(F("refused_in_row") + 1, 10_000),
        state=Case(When(refused_in_row__gte=REFUSALS - 1, then=Value(AccountState.REFUSED.value)), default=F("state")),
        last_problem=REFUSED_WORDS,
        last_problem_at=Now(),
    )
    if not mine.filter(state=AccountState.REFUSED).exists():
        return False
    slots = PollSlot.objects.filter(shop_id=shop_id, kind=SlotKind.NEW)
    slots.update(due_at=Greatest(F("due_at"), _later(PROBE_EVERY)))
    return True


def note_failure(shop_id: int, problem: str) -> None:
    """A call failed for a reason that may pass. The fifth in a row brings a rest of 30 s, each further one doubles it.

    A failure that arrives during the rest answers a call from before and changes nothing. `problem` is for the owner.
    """
    awake = Q(quiet_until__isnull=True) | Q(quiet_until__lte=Now())
    KaspiAccount.objects.filter(awake, shop_id=shop_id).update(
        failures_in_row=Least(F("failures_in_row") + 1, 10_000),
        quiet_until=Case(*_rests(), default=_later(timedelta(seconds=RESTS[-1]))),
        last_problem=problem[:300],
        last_problem_at=Now(),
    )


def note_limited(shop_id: int, problem: str, *, retry_after: float) -> None:
    """Kaspi asked for a pause of `retry_after` seconds (429); held within 1 s to 5 min. Only this shop slows down."""
    pause = timedelta(seconds=min(max(retry_after, 1.0), LONGEST_REST))
    KaspiAccount.objects.filter(shop_id=shop_id).update(
        quiet_until=Greatest(F("quiet_until"), _later(pause)), last_problem=problem[:300], last_problem_at=Now()
    )


def note_trouble(shop_id: int, problem: str) -> None:
    """Something of ours went wrong: said to the owner, and no news about Kaspi."""
    KaspiAccount.objects.filter(shop_id=shop_id).update(last_problem=problem[:300], last_problem_at=Now())


def note_sealed(shop_id: int) -> None:
    """The key ring does not open the token: nothing is asked or sent for 5 minutes, or until there is another one."""
    KaspiAccount.objects.filter(shop_id=shop_id).update(
        quiet_until=_later(timedelta(seconds=LONGEST_REST)), last_problem=SEALED_WORDS, last_problem_at=Now()
    )


def note_problem(shop_id: int, problem: KaspiError) -> None:
    """Write a failed call down by its family. Our own pauses (breaker, congestion) are no news about Kaspi."""
    if isinstance(problem, TokenRefused):
        note_refused(shop_id)
    elif isinstance(problem, RateLimited):
        note_limited(shop_id, problem.for_user, retry_after=problem.retry_after or RESTS[0])
    elif isinstance(problem, Transient) and not isinstance(problem, CircuitOpen | Congested):
        note_failure(shop_id, problem.for_user)


def checked(token: str) -> str:
    """The token without blanks around it. Raises Refused 400 when the text cannot be one."""
    token = token.strip()
    if not (0 < len(token) <= LONGEST_TOKEN and token.isascii() and token.isprintable() and " " not in token):
        raise Refused(
            "bad_token",
            gettext("Токен – строка латинских букв и цифр из кабинета Kaspi, без пробелов"),
            status=400,
            field="token",
        )
    return token


def _make_slots(account: KaspiAccount, *, now: datetime) -> None:
    idle = ON_DEMAND | ({SlotKind.IMPORT} if account.import_finished_at is not None else set())
    timed = [kind for kind in SlotKind if kind not in idle]
    PollSlot.objects.bulk_create(
        [_slot(account, kind, due_at=now + _spread(account.shop_id, kind)) for kind in timed],
        update_conflicts=True,
        unique_fields=["company", "shop", "kind"],
        update_fields=["due_at", "failures"],
    )
    PollSlot.objects.bulk_create([_slot(account, kind, due_at=None) for kind in idle], ignore_conflicts=True)


def _slot(account: KaspiAccount, kind: SlotKind, *, due_at: datetime | None) -> PollSlot:
    return PollSlot(company_id=account.company_id, shop_id=account.shop_id, kind=kind, due_at=due_at)


def _spread(shop_id: int, kind: SlotKind) -> timedelta:
    """A little apart, so that shops connected together do not knock all at once."""
    return timedelta(milliseconds=zlib.crc32(f"{shop_id}/{kind}".encode()) % SPREAD_MS)


def _rests() -> Iterator[When]:
    yield When(failures_in_row__lt=FAILURES - 1, then=F("quiet_until"))
    for step, seconds in enumerate(RESTS):
        yield When(failures_in_row=FAILURES - 1 + step, then=_later(timedelta(seconds=seconds)))


def _later(pause: timedelta) -> Expression:
    return ExpressionWrapper(Now() + pause, output_field=DateTimeField())
