"""Two companies full of life, and the words by which one is known in an answer to the other."""

import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import models, transaction
from django.test import Client

from catalog.feed import opening
from catalog.feed.making import packed_of
from catalog.models import (
    Card,
    CardLink,
    CardUpload,
    CityPrice,
    CompetitorFile,
    CompetitorPrice,
    CostLayer,
    CostLoad,
    DocumentKind,
    FeedFetch,
    FeedMark,
    FeedVersion,
    LoadState,
    Offer,
    OfferPoint,
    Oversell,
    PlannedPrice,
    PriceColumns,
    PriceDecision,
    PriceLine,
    PriceLoad,
    PriceProblem,
    PriceRule,
    RepricingState,
    StockDocument,
    SupplierList,
    SupplySetting,
    Tariff,
    VersionState,
    WaitingPrice,
)
from catalog.offers.changing import set_price
from catalog.papers.posting import Posting, post
from integrations.kaspi.facts import Faulty
from integrations.kaspi.simulator.people import TOWNS
from integrations.models import KaspiAction, TokenCheck
from kaspi_office.provisioning import provision
from orders import actions
from orders.auto_accept import switching
from orders.auto_accept.keeping import keep
from orders.auto_accept.rules import Decision, Reason, Rules, Verdict
from orders.buyers import parting, texts
from orders.buyers.contacting import note_buyer
from orders.buyers.gathering import card_of
from orders.documents.word.starter import starter
from orders.evidence import keeping
from orders.evidence.keeping import Proof
from orders.facts import sync
from orders.lifecycle import Stage
from orders.models import (
    BuyerCard,
    BuyerOrder,
    BuyerParting,
    CabinetFacts,
    CabinetImport,
    CabinetLine,
    ChangedDay,
    Claim,
    DateMove,
    DeadlineAlert,
    DeadlineWatch,
    DropPoint,
    Evidence,
    EvidenceKind,
    Expense,
    HandedOver,
    ImportState,
    LearnedLesson,
    LineDevices,
    MessageTemplate,
    Notice,
    Order,
    OrderCell,
    OrderChange,
    PaperNumber,
    PayOperation,
    PrintedPaper,
    Purpose,
    ReturnCase,
    Waybill,
    WordTemplate,
    WordVersion,
)
from orders.returns.claim_states import ClaimKind
from orders.returns.claims import open_claim
from orders.returns.goods import inspect
from orders.waves.handing import hand_over
from quality.models import (
    Dispute,
    FactChange,
    KaspiNumber,
    OwnProfile,
    ProfileAssignment,
    QualityAlert,
    QualityDay,
    QualitySetting,
    QualitySnapshot,
    Ruling,
    Sanction,
)
from quality.profiles.written import to_row
from quality.thresholds import DEFAULT
from staff.clock import database_now
from staff.models import (
    ApiKey,
    ApiKeyShop,
    AuditSeal,
    CompanyRole,
    CounterDesk,
    Disclosure,
    Door,
    ExportFile,
    ExportState,
    IdempotentRequest,
    Invitation,
    Member,
    MemberShop,
    Reach,
    Shift,
    Shop,
)
from staff.models import (
    Company as CompanyRow,
)
from staff.scoping import CompanyModel
from tests.cast import Cast, Company, Person, document
from tests.walls import cards

STAGES = (
    Stage.NEW,
    Stage.NEW,
    Stage.SIGNING,
    Stage.PICKUP,
    Stage.DELIVERY,
    Stage.KD_PREORDER,
    Stage.KD_PACKING,
    Stage.KD_HANDOVER,
    Stage.COMPLETED,
    Stage.CANCELLED,
    Stage.RETURN_ACCEPTED,
)
SHORTEST_WORD = 6
# The code of a role that opens nothing.
IDLE = "watchman"
# The code of a role that only «Алма» has.
OWN_ROLE = "cashier-of-alma"


@dataclass(frozen=True)
class Estate:
    """What one company has, and how it is called from outside."""

    company: Company
    orders: tuple[Order, ...]
    action: KaspiAction
    words: frozenset[str]

    @property
    def desk(self) -> CounterDesk:
        with self.company.scope():
            found: CounterDesk = CounterDesk.objects.select_related("point").get(company_id=self.company.id)
            return found

    @property
    def file(self) -> ExportFile:
        with self.company.scope():
            found: ExportFile = ExportFile.objects.get(company_id=self.company.id)
            return found

    @property
    def printed(self) -> PrintedPaper:
        with self.company.scope():
            found: PrintedPaper = PrintedPaper.objects.get(company_id=self.company.id)
            return found

    @property
    def feed_version(self) -> FeedVersion:
        """A price list that was made."""
        with self.company.scope():
            found: FeedVersion = FeedVersion.objects.defer("content").get(company_id=self.company.id)
            return found

    @property
    def key(self) -> ApiKey:
        """A key of a program's."""
        with self.company.scope():
            found: ApiKey = ApiKey.objects.filter(company_id=self.company.id, revoked_at=None).order_by("pk")[0]
            return found

    @property
    def template(self) -> WordTemplate:
        """A Word template that its orders are given."""
        with self.company.scope():
            found: WordTemplate = WordTemplate.objects.get(company_id=self.company.id)
            return found

    @property
    def cabinet_import(self) -> CabinetImport:
        with self.company.scope():
            found: CabinetImport = CabinetImport.objects.get(company_id=self.company.id)
            return found

    @property
    def price_load(self) -> PriceLoad:
        with self.company.scope():
            found: PriceLoad = PriceLoad.objects.get(company_id=self.company.id)
            return found

    @property
    def card(self) -> Card:
        with self.company.scope():
            found: Card = Card.objects.get(company_id=self.company.id)
            return found

    @property
    def card_upload(self) -> CardUpload:
        with self.company.scope():
            found: CardUpload = CardUpload.objects.get(company_id=self.company.id)
            return found

    @property
    def supplier_list(self) -> SupplierList:
        with self.company.scope():
            found: SupplierList = SupplierList.objects.get(company_id=self.company.id)
            return found

    @property
    def invitation(self) -> Invitation:
        with self.company.scope():
            found: Invitation = Invitation.objects.get(company_id=self.company.id)
            return found

    @property
    def buyer(self) -> BuyerCard:
        """The buyer of the first order."""
        with self.company.scope():
            found: BuyerCard = BuyerOrder.objects.select_related("card").get(order_id=self.new.pk).card
            return found

    @property
    def text(self) -> MessageTemplate:
        with self.company.scope():
            found: MessageTemplate = MessageTemplate.objects.get(company_id=self.company.id)
            return found

    @property
    def member(self) -> Member:
        """Somebody whom the owner may change."""
        with self.company.scope():
            found: Member = Member.objects.filter(role="order_manager").order_by("pk")[0]
            return found

    @property
    def wave(self) -> UUID:
        """Parcels told to be handed over."""
        with self.company.scope():
            found: HandedOver = HandedOver.objects.get(company_id=self.company.id)
            return found.batch

    @property
    def stock_paper(self) -> UUID:
        with self.company.scope():
            found: StockDocument = StockDocument.objects.get(company_id=self.company.id)
            return found.key

    @property
    def case(self) -> ReturnCase:
        with self.company.scope():
            found: ReturnCase = ReturnCase.objects.get(company_id=self.company.id)
            return found

    @property
    def claim(self) -> Claim:
        with self.company.scope():
            found: Claim = Claim.objects.get(company_id=self.company.id)
            return found

    @property
    def proof(self) -> Evidence:
        """Kept with its first order."""
        with self.company.scope():
            found: Evidence = Evidence.objects.filter(order_id=self.new.pk).order_by("pk")[0]
            return found

    @property
    def new(self) -> Order:
        return self.orders[0]


@dataclass(frozen=True)
class House:
    """«Алма» and «Береке», each with orders at every shelf, and those who ask."""

    cast: Cast
    alma: Estate
    bereke: Estate
    # Words of PP1 of «Алма Техника» alone, which the manager of PP2 must not read.
    of_the_point: frozenset[str]
    idle: Person
    blind_key: str
    # How many rows each table of «Алма» has, and their digest: read once by `matrix`.
    rows: dict[str, tuple[int, int]] = field(default_factory=dict, compare=False)

    def blind_program(self) -> Client:
        """A program of «Алма» whose key opens nothing."""
        return self.cast.alma.program(self.blind_key)


def build(cast: Cast) -> House:
    """Fill both companies. What is a word of both tells nobody anything."""
    idle, blind_key = _without_rights(cast)
    alma = [_order(cast, stage, number, "alma-tech", "Алмина", "701555") for number, stage in enumerate(STAGES)]
    # Of goods of our own: those of the simulator stand on the pictures of the sign-in page.
    line = {"sku": "ALMA-TECH-PP2", "name": "Птица из alma-tech №77", "quantity": 1, "price": 900}
    other = cast.place(Stage.NEW, shop="alma-tech", point="PP2", entries=[line])
    bereke = [_order(cast, stage, number, "bereke-tools", "Берекова", "702888") for number, stage in enumerate(STAGES)]
    estates = {}
    for person, orders in ((cast.aigerim, alma), (cast.chingiz, bereke)):
        with person.company.scope():
            estates[person.company.slug] = (orders, _furnish(person, orders))
    words = {slug: frozenset(harvest(cast, slug)) for slug in estates}
    return House(
        cast=cast,
        alma=Estate(cast.alma, tuple(alma), estates["alma"][1], words["alma"] - words["bereke"]),
        bereke=Estate(cast.bereke, tuple(bereke), estates["bereke"][1], words["bereke"] - words["alma"]),
        of_the_point=frozenset(_words_of_orders(cast.alma, alma) - _words_of_orders(cast.alma, [other])),
        idle=idle,
        blind_key=blind_key,
    )


def _without_rights(cast: Cast) -> tuple[Person, str]:
    wanted = document()
    alma = wanted["companies"][0]
    alma["members"].append(
        {"email": "idle@alma.example", "password": "unused in tests", "name": "Ерлан", "role": "courier"}
    )
    alma["api_keys"].append({"name": "blind", "scopes": ["webhooks:write"]})
    made = provision(wanted)["companies"][0]
    idle = Person(cast.alma, "idle@alma.example", "Ерлан")
    with cast.alma.scope():
        # Who may nothing is limited as well, for whoever may all must see all: the filters are to be the only ones there.
        member, key, shop = idle.member, ApiKey.objects.get(name="blind"), cast.alma.shop("alma-tech")
        Member.objects.filter(pk=member.pk).update(role=IDLE)
        CompanyRole.objects.create(code=OWN_ROLE, name="Кассир Алмы", rights=[], reach=Reach.POINTS)
        MemberShop.objects.create(member_id=member.pk, shop_id=shop.pk)
        ApiKeyShop.objects.create(api_key_id=key.pk, shop_id=shop.pk)
    return idle, made["api_keys"][1]["secret"]


def _order(cast: Cast, stage: Stage, number: int, shop: str, surname: str, phone: str) -> Order:
    buyer = {
        "firstName": f"Канарейка{number}",
        "lastName": f"{surname}{number}",
        "cellPhone": f"{phone}0{number:03d}",
    }
    line = {
        "sku": f"{shop.upper()}-{number}",
        "name": f"Птица из {shop} №{number}",
        "quantity": 1,
        "price": 1000 + number,
    }
    return cast.place(stage, shop=shop, customer=buyer, entries=[line])


def _furnish_auto_accept(person: Person, order: Order, now: datetime) -> None:
    shop = Shop.objects.get(pk=order.shop_id)
    switching.write(shop, Rules(never_words=(f"Аул {person.name}",)), by=person.actor, now=now)
    switching.switch_on(shop, by=person.actor, now=now)
    keep(order, Decision(Verdict.HOLD, Reason.SHORT), version=2, seen={}, now=now)
    switching.stop_all(by=person.actor, now=now)


def _furnish_goods(person: Person, order: Order, now: datetime) -> None:
    """Prices, a paper, and fewer pieces than orders hold."""
    assert order.point is not None
    offer = Offer.objects.get(shop_id=order.shop_id, sku=order.first_sku)
    set_price(offer, Decimal(2990), by=person.actor, now=now)
    CityPrice.objects.create(offer=offer, city_code="750000000", price=1990)
    OfferPoint.objects.create(offer=offer, point_id=order.point_id)
    paper = Posting(DocumentKind.COUNT, order.point, {order.first_sku: 0}, uuid4(), f"Count of {person.email}")
    post(paper, by=person.actor, now=now)
    assert Oversell.objects.get().sku == order.first_sku


def _furnish_feed(person: Person, shop: Shop, now: datetime) -> None:
    feeds = {one.pk: opening.open_feed(one, by=person.actor, now=now) for one in Shop.objects.all()}
    feed = feeds[shop.pk]
    said = packed_of(feed)._asdict() | {"left_out": 0}
    FeedVersion.objects.create(feed=feed, state=VersionState.PUBLISHED, made_at=now, published_at=now, **said)
    FeedFetch.objects.create(feed=feed, at=now, status=200, agent="KaspiBot", address="127.0.0.1")
    FeedMark.objects.create(shop=shop)


def _furnish_price_list(person: Person, order: Order, now: datetime) -> None:
    """A list that somebody looked at and did not apply yet."""
    digest = hashlib.sha256(person.email.encode()).hexdigest()
    said = {
        "name": f"prices of {person.email}",
        "digest": digest,
        "asked_at": now,
        "read_at": now,
        "changed": 1,
        "wrong": 1,
    }
    load = PriceLoad.objects.create(shop_id=order.shop_id, state=LoadState.READY, actor_label=person.name, **said)
    offer = Offer.objects.get(shop_id=order.shop_id, sku=order.first_sku)
    change = {"kind": "change", "before": {"price": 2990}, "after": {"price": 2995}, "seen": offer.version}
    PriceLine.objects.create(load=load, row=2, sku=offer.sku, offer_id=offer.pk, **change)
    PriceProblem.objects.create(load=load, row=3, code="bad_price", value=f"price of {person.email}")
    PriceColumns.objects.create(shop_id=order.shop_id, digest=digest, columns=["sku", "price"], changed_at=now)


def _furnish_money(person: Person, order: Order, now: datetime) -> None:
    """What its goods cost, what it pays beside its orders, how it orders anew."""
    said, today = {"at": now, "by": person.name}, now.date()
    batch = CostLoad.objects.create(name=f"costs of {person.email}", digest="0" * 64, receipts=1, **said)
    layer = {"sku": order.first_sku, "day": today, "pieces": 3, "unit_cost": 700}
    CostLayer.objects.create(load_id=batch.pk, note=f"bought by {person.email}", **layer, **said)
    Tariff.objects.create(kind="tax", since=today, value="0.04", note=f"told by {person.email}", **said)
    terms = {"lead_days": 3, "review_days": 7, "level": "0.9", "changed_at": now, "changed_by": person.name}
    SupplySetting.objects.create(shop_id=order.shop_id, **terms)
    paid = {"kind": "ads", "first": today, "last": today, "amount": 500}
    Expense.objects.create(shop_id=order.shop_id, note=f"paid by {person.email}", **paid, **said)
    fees = {"amount": 1000, "commission": -100, "kaspi_pay": -10, "delivery": 0}
    PayOperation.objects.create(shop_id=order.shop_id, code=order.code, at=now, told_at=now, **fees)


def _furnish(person: Person, orders: list[Order]) -> KaspiAction:
    """A row in every table of a company, so that no wall stands before an empty room."""
    now, shop, order = database_now(), orders[0].shop_id, orders[0]
    action = actions.accept(orders[1], by=person.actor, now=now)
    sync.park(shop, [Faulty(f"parked-{person.email}", "701000", "Не читается", f"raw of {person.email}")], now=now)
    _furnish_goods(person, order, now)
    _furnish_feed(person, order.shop, now)
    cards.furnish(person, order, now)
    _furnish_money(person, order, now)
    Waybill.objects.create(order_id=order.pk, url=f"https://kaspi.kz/{person.email}", pdf=b"%PDF-", try_at=now)
    LearnedLesson.objects.create(member_id=person.member.pk, lesson="how_to_rest", learned_at=now)
    pickup = next(one for one in orders if one.stage == Stage.PICKUP)
    OrderCell.objects.create(order_id=pickup.pk, place=f"{shop} of {person.name}"[:20], put_at=now)
    DropPoint.objects.create(point_id=order.point_id, name=f"Dostyk {person.email}")
    _furnish_auto_accept(person, order, now)
    hand_over([one.code for one in orders if one.stage == Stage.KD_HANDOVER], by=person.actor, now=now)
    _furnish_papers(person, order, now)
    _furnish_cabinet(person, order, now)
    _furnish_price_list(person, order, now)
    png, note = b"\x89PNG\r\n\x1a\n", f"note of {person.email}"
    proof = Proof(purpose=Purpose.CANCEL, kind=EvidenceKind.PICTURE, text=note, file=png)
    consent = keeping.attach(order, proof, by=person.actor, now=now)
    LineDevices.objects.create(order_id=order.pk, entry_number=0, imeis=[["490154203237518"]], read_at=now)
    moved = {"promised_at": now, "planned_at": now, "moved_to": now, "told_at": now, "asked_by": "buyer"}
    DateMove.objects.create(shop_id=shop, order_id=order.pk, consent=consent, actor_label=person.name, **moved)
    papers = {"paper": "label", "layout": "order", "stage": order.stage, "at": now, "actor_kind": "member"}
    by = {"actor_id": person.member.pk, "actor_label": person.name}
    PrintedPaper.objects.create(shop_id=shop, order_id=order.pk, batch=uuid4(), **papers, **by)
    ChangedDay.objects.get_or_create(shop_id=shop, day=date(2026, 1, 1))
    day = {"metric": "cancelled", "numerator": 1, "denominator": 2, "formula": "1"}
    QualityDay.objects.create(shop_id=shop, day=(now - timedelta(days=2)).date(), **day)
    alarmed = {"order_id": order.pk, "due_kind": order.due_kind, "due_at": order.due_at, "point_id": order.point_id}
    alert = DeadlineAlert.objects.create(shop_id=shop, rung=90, left_seconds=5400, raised_at=now, **alarmed)
    DeadlineWatch.objects.create(next_at=now + timedelta(hours=1), **alarmed)
    Notice.objects.create(member_id=person.member.pk, alert=alert, at=now)
    # Used a moment ago, so that a call to be refused has no use to write down.
    ApiKey.objects.update(last_used_at=now + timedelta(hours=1))
    key_id = person.company.key_actor.id
    IdempotentRequest.objects.create(api_key_id=key_id, key=f"key of {person.email}", digest="0" * 64, status=200)
    _furnish_people(person, orders[0], now)
    _furnish_returns(person, orders[-1], now)
    _furnish_buyers(person, orders, now)
    _furnish_quality(person, order, now)
    _furnish_repricing(person, order.shop_id, now)
    return action


def _furnish_repricing(person: Person, shop_id: int, now: datetime) -> None:
    """Others on a card, a rule that follows them, what it decided, and what waits for a person."""
    offer, email = Offer.objects.filter(shop_id=shop_id).order_by("id").first(), person.email
    good: dict[str, Any] = {"shop_id": shop_id, "offer": offer}
    seen = {"seen_at": now, "told_at": now, "source": "api", "price": Decimal(900)}
    CompetitorPrice.objects.create(seller=f"Rival of {email}", **seen, **good)
    CardLink.objects.create(
        offer=offer, url=f"https://kaspi.kz/shop/p/{email}", added_at=now, added_by=person.name, state="broken"
    )
    CompetitorFile.objects.create(
        shop_id=shop_id, state="done", name=f"prices of {email}", asked_at=now, actor_label=person.name
    )
    written = {"changed_at": now, "changed_by": person.name, "most_move": Decimal("0.1")}
    rule = PriceRule.objects.create(shop_id=shop_id, category=f"Goods of {email}", strategy="first", **written)
    RepricingState.objects.create(shop_id=shop_id, due_at=now + timedelta(days=1))
    decided = {"rule_id": rule.pk, "before": Decimal(1000), "wanted": Decimal(899), "reason": "too_far"}
    PriceDecision.objects.create(at=now, last_at=now, outcome="changed", **decided, **good)
    WaitingPrice.objects.create(asked_at=now, **decided, **good)
    # In the week that the page opens with, and not due before all is judged.
    planned = {"planned_at": now, "planned_by": person.name, "batch": uuid4(), "note": f"Plan of {email}"}
    begins = {"begins_at": now, "due_at": now + timedelta(days=1), "price": Decimal(900)}
    PlannedPrice.objects.create(**planned, **begins, **good)


def _furnish_quality(person: Person, order: Order, now: datetime) -> None:
    """Own rules, words of people about an order in a number, what was shown and warned of."""
    shop, said, today = order.shop_id, {"actor_label": person.name}, now.date()
    OwnProfile.objects.create(
        code="own-1",
        title=f"Rules of {person.email}",
        confidence="low",
        formula="event-days-1",
        rules=to_row(DEFAULT)["rules"],
        created_at=now,
        **said,
    )
    ProfileAssignment.objects.create(shop_id=shop, profile="v2-2026", from_day=today, made_at=now, **said)
    QualitySetting.objects.create(shop_id=shop, changed_at=now)
    number: dict[str, Any] = {"shop_id": shop, "metric": "cancelled"}
    case = {**number, "order_id": order.pk, **said}
    FactChange.objects.create(shop_id=shop, order_id=order.pk, known_at=now, before={"stage": "new"})
    Ruling.objects.create(counts=False, note=f"ruled by {person.email}", made_at=now, **case)
    Dispute.objects.create(note=f"disputed by {person.email}", opened_at=now, **case)
    KaspiNumber.objects.create(
        day=today, value=Decimal("0.02"), note=f"read by {person.email}", entered_at=now, **number, **said
    )
    shown = {
        "first": today,
        "last": today,
        "formula": "event-days-1",
        "status": "ok",
        "digest": "0" * 64,
        "known_at": now,
    }
    QualitySnapshot.objects.create(
        day=today, profile="v2-2026", numerator=1, denominator=2, sample=2, **number, **shown
    )
    QualityAlert.objects.create(kind="near", about=today, profile="v2-2026", raised_at=now, **number)
    Sanction.objects.create(step=1, began_on=today, note=f"told by {person.email}", told_at=now, **number, **said)


def _furnish_papers(person: Person, order: Order, now: datetime) -> None:
    template = WordTemplate.objects.create(name=f"Paper of {person.email}", in_service=1, created_at=now)
    kept = {"file": starter(), "digest": "0" * 64, "uploaded_at": now, "previewed_at": now}
    WordVersion.objects.create(template=template, number=1, actor_label=person.name, **kept)
    PaperNumber.objects.create(shop_id=order.shop_id, order=order, template=template, number=1, given_at=now)


def _furnish_returns(person: Person, order: Order, now: datetime) -> None:
    """What came back lies in quarantine, and the courier service is to pay."""
    inspect(ReturnCase.objects.get(order_id=order.pk), {0: {"quarantined": 1}}, by=person.actor, now=now)
    open_claim(order, ClaimKind.DAMAGED, amount=Decimal(1000), since=now, far=False, by=person.actor, now=now)


def _furnish_buyers(person: Person, orders: list[Order], now: datetime) -> None:
    """Cards of all buyers, with two that were parted, a note, a text of the company's, and a phone of its own."""
    cards = [BuyerCard.objects.get(pk=card_of(order)) for order in orders]
    pair = {"one_id": cards[-2].pk, "other_id": cards[-1].pk, "at": now, "actor_label": person.name}
    BuyerParting.objects.create(**pair)
    note_buyer(cards[0], f"Note of {person.email}", by=person.actor, now=now)
    texts.save("", f"Приветствие {person.email}", "Здравствуйте, {имя}.", by=person.actor, now=now)
    parting.declare_own("+77010001133", by=person.actor, now=now)


def _furnish_cabinet(person: Person, order: Order, now: datetime) -> None:
    """What its cabinet told of an order, and what changed in it."""
    digest = hashlib.sha256(person.email.encode()).hexdigest()
    told = {"name": f"export of {person.email}", "digest": digest, "asked_at": now, "read_at": now, "changed": 1}
    batch = CabinetImport.objects.create(
        shop_id=order.shop_id, state=ImportState.READY, actor_label=person.name, **told
    )
    CabinetLine.objects.create(
        batch_id=batch.pk, kind="unknown", row=2, code="700100", sentence=f"told by {person.email}"
    )
    review = f"review of {person.email}"
    CabinetFacts.objects.create(order_id=order.pk, batch_id=batch.pk, review=review, told_at=now)
    OrderChange.objects.create(order_id=order.pk, learned_at=now, facts={"total_price": ["1", "2"]})


def _furnish_people(person: Person, order: Order, now: datetime) -> None:
    """What a company has beside its goods: people, their places and shifts, what was seen and taken out."""
    member, point, email = person.member.pk, order.point_id, person.email
    digest = hashlib.sha256(email.encode()).hexdigest()
    CompanyRole.objects.create(code=IDLE, name=f"Вахтёр {email}", rights=[], reach=Reach.COMPANY)
    link = {"role": IDLE, "created_at": now, "expires_at": now + timedelta(days=3)}
    Invitation.objects.create(digest=digest, name=f"Гость {email}", invited_by_id=member, **link)
    Shift.objects.create(member_id=member, point_id=point, began_at=now)
    asked = {"turn": uuid4(), "tail": "TAIL", "asked_at": now, "try_at": now, "actor_label": person.name}
    TokenCheck.objects.create(shop_id=order.shop_id, state="proven", ended_at=now, **asked)
    desk = {"name": f"Касса {email}", "digest": digest, "opened_by_id": member}
    CounterDesk.objects.create(point_id=point, created_at=now, **desk)
    AuditSeal.objects.create(seq=1, entry_id=1, digest=digest, mac=digest, key_id="test", sealed_at=now)
    seen = {"actor_kind": "member", "actor_id": member, "actor_label": person.name}
    Disclosure.objects.create(at=now, door=Door.PAGE, subjects=[order.code], **seen)
    made = {"state": ExportState.DONE, "content": b"PK", "made_at": now, "expires_at": now + timedelta(hours=1)}
    ExportFile.objects.create(kind="orders", member_id=member, asked_at=now, problem=f"Беда {email}", **made)


def harvest(cast: Cast, slug: str) -> Iterator[str]:
    """Every name, number and id that stands in the rows of a company."""
    people = {"alma": (cast.aigerim, cast.bolat, cast.daniyar), "bereke": (cast.chingiz,)}[slug]
    yield from (person.email for person in people)
    company = people[0].company
    with company.scope():
        yield from _words_of(CompanyRow.objects.filter(pk=company.id))
        for model in tenant_models():
            yield from _words_of(model._default_manager.all())


def tenant_models() -> list[type[CompanyModel]]:
    """All models whose rows belong to a company."""
    return [model for model in CompanyModel.__subclasses__() if not model._meta.abstract]


def _words_of_orders(company: Company, orders: Iterable[Order]) -> set[str]:
    """Goods are left out: they are the shop's, whatever point sells them."""
    with company.scope():
        found = set(_words_of(Order.objects.filter(pk__in=[order.pk for order in orders])))
    return found - {word for order in orders for word in (order.first_item, order.first_sku)}


def _words_of(rows: "models.QuerySet[Any]") -> Iterator[str]:
    columns = [column.attname for column in rows.model._meta.concrete_fields if _tells(column)]
    for values in rows.values_list(*columns):
        for value in values:
            text = str(value) if isinstance(value, UUID) else value
            if isinstance(text, str) and len(text) >= SHORTEST_WORD and text not in TOWNS:
                yield text


# Words of Kaspi's or ours, which stand in everybody's rows, and what no answer could tell.
VOCABULARY = frozenset(
    {
        *(
            "state",
            "status",
            "stage",
            "stage_before",
            "stage_after",
            "due_kind",
            "delivery_mode",
            "payment_mode",
            "town",
        ),
        *("cancellation_reason", "unit_type", "category", "reason", "metric", "action", "subject_kind", "actor_kind"),
        *("zone", "phone_state", "lease_token", "digest", "mac", "role"),
    }
)


def _tells(field: Any) -> bool:
    """Texts and public ids. What has choices is a word of ours, not of the company."""
    if field.name in VOCABULARY:
        return False
    return isinstance(field, models.CharField | models.TextField | models.UUIDField) and not field.choices


FRACTION = re.compile(r"(?<=\d)\.\d{4,}(?:[eE][+-]?\d+)?")


def seen_in(text: str, words: Iterable[str]) -> list[str]:
    """The words that stand in an answer, also when they were dressed for the eye: escaped, or in groups of digits."""
    plain = html.unescape(text)
    # The fraction of a measured time is any digits: «0.0130000001» once told of the shop 30000001.
    whole = FRACTION.sub("", plain)
    bare = re.sub(r"[\s\u00a0\u2009\u202f()+-]", "", whole)
    return sorted(word for word in words if (word in whole or word in bare if word.isdigit() else word in plain))


class Undone(Exception):
    """Ends a block whose writes are to be forgotten."""


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is rolled back."""
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        return
