"""One small company, as it is: what each business system's tables are made of, so that all bindings have the same facts.

The rows are dirty where real ones are: owners and amounts missing, deleted and merged records, two currencies, days at the ends of
months, deals that were closed on the day they were made.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

START, DAYS = datetime.fromisoformat("2025-09-01T08:00:00"), 300
TODAY = date(2026, 6, 30)
MONTH_ENDS = tuple(
    map(datetime.fromisoformat, ("2025-10-31T23:59:59", "2026-02-28T00:00:00", "2026-03-31T18:30:00"))
)
STAGES = ("Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost")
PRIORITIES = ("low", "normal", "high", "urgent")


@dataclass(frozen=True)
class Rep:
    number: int
    name: str
    manager: int | None
    hired: datetime


@dataclass(frozen=True)
class Account:
    number: int
    name: str
    industry: str | None
    country: str
    kind: str
    employees: int | None
    owner: int | None
    parent: int | None
    created: datetime
    deleted: bool = False
    merged_into: int | None = None


@dataclass(frozen=True)
class Contact:
    number: int
    account: int | None
    name: str
    email: str | None
    opted_in: bool
    owner: int | None
    created: datetime
    deleted: bool = False


@dataclass(frozen=True)
class Deal:
    number: int
    account: int | None
    contact: int | None
    owner: int | None
    created: datetime
    close: date  # expected while it is open, the day it was closed on afterwards
    status: str
    stage: str
    amount: Decimal | None
    currency: str
    percent: Decimal
    kind: str | None
    reason: str | None
    deleted: bool = False


@dataclass(frozen=True)
class Lead:
    number: int
    owner: int | None
    source: str | None
    created: datetime
    converted: datetime | None
    account: int | None
    deal: int | None
    deleted: bool = False


@dataclass(frozen=True)
class Line:
    order: int
    number: int
    product: int | None
    quantity: int
    price: Decimal
    discount: Decimal  # of the line, in money


@dataclass(frozen=True)
class Order:
    number: int
    account: int | None
    contact: int | None
    at: datetime
    status: str
    currency: str
    test: bool = False
    deleted: bool = False
    lines: tuple[Line, ...] = field(default=())


@dataclass(frozen=True)
class Ticket:
    number: int
    account: int | None
    contact: int | None
    assignee: int | None
    created: datetime
    solved: datetime | None
    kind: str | None
    priority: str | None
    channel: str
    deleted: bool = False


@dataclass(frozen=True)
class World:
    reps: tuple[Rep, ...]
    accounts: tuple[Account, ...]
    contacts: tuple[Contact, ...]
    deals: tuple[Deal, ...]
    leads: tuple[Lead, ...]
    orders: tuple[Order, ...]
    tickets: tuple[Ticket, ...]


def midnight(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time())


def world(seed: int = 7, size: int = 30, currencies: tuple[str, ...] = ("EUR", "EUR", "USD")) -> World:
    """The company of a seed: `size` deals, and of all else in proportion; each row in one of the currencies."""
    chance = random.Random(seed)

    def moment() -> datetime:
        if chance.random() < 0.15:
            return chance.choice(MONTH_ENDS)
        return START + timedelta(days=chance.randrange(DAYS), seconds=chance.randrange(36_000))

    def some(numbers: int, missing: float = 0.1) -> int | None:
        return None if chance.random() < missing else 1 + chance.randrange(numbers)

    def maybe(share: float) -> bool:
        return chance.random() < share

    reps = tuple(
        Rep(n, f"Rep {n}", 1 if n > 1 else None, START - timedelta(days=100 * n)) for n in range(1, 6)
    )
    accounts = tuple(
        Account(
            number=n,
            name=f"Account {n}",
            industry=chance.choice(("Banking", "Retail", None)),
            country=chance.choice(("DE", "FR", "US")),
            kind=chance.choice(("prospect", "customer", "partner")),
            employees=chance.choice((12, 250, None)),
            owner=some(len(reps)),
            parent=1 if n > 9 else None,
            created=moment(),
            deleted=maybe(0.1),
        )
        for n in range(1, 13)
    )
    accounts = (*accounts[:-1], replace(accounts[-1], merged_into=1, deleted=False))
    contacts = tuple(
        Contact(
            number=n,
            account=some(len(accounts)),
            name=f"Contact {n}",
            email=None if maybe(0.1) else f"person{n % 15}@example.com",
            opted_in=maybe(0.7),
            owner=some(len(reps)),
            created=moment(),
            deleted=maybe(0.1),
        )
        for n in range(1, 19)
    )
    return World(
        reps=reps,
        accounts=accounts,
        contacts=contacts,
        deals=tuple(_deal(n, chance, moment(), some, maybe, currencies) for n in range(1, size + 1)),
        leads=tuple(_lead(n, chance, moment(), some, maybe, size) for n in range(1, size + 6)),
        orders=tuple(_order(n, chance, moment(), some, maybe, currencies) for n in range(1, size + 1)),
        tickets=tuple(_ticket(n, chance, moment(), some, maybe) for n in range(1, size + 1)),
    )


def _deal(number, chance, created, some, maybe, currencies) -> Deal:
    status = chance.choice(("open", "won", "won", "lost"))
    length = chance.choice((0, 1, 30, 31, 90))
    close = created.date() + timedelta(days=length)
    if status == "open":
        close = max(close, TODAY + timedelta(days=length))
    stage = {"won": "Closed Won", "lost": "Closed Lost"}.get(status) or chance.choice(STAGES[:3])
    return Deal(
        number=number,
        account=some(12),
        contact=some(18, 0.3),
        owner=some(5),
        created=created,
        close=close,
        status=status,
        stage=stage,
        amount=None if maybe(0.1) else Decimal(chance.randrange(100, 1_000_000)) / 100,
        currency=chance.choice(currencies),
        percent=Decimal({"won": 100, "lost": 0}.get(status, 10 + 20 * STAGES.index(stage))),
        kind=chance.choice(("new", "expansion", "renewal", None)),
        reason=chance.choice(("Price", "Competitor", None)) if status == "lost" else None,
        deleted=maybe(0.08),
    )


def _lead(number, chance, created, some, maybe, deals) -> Lead:
    converted = created + timedelta(days=chance.choice((0, 2, 40))) if maybe(0.4) else None
    return Lead(
        number=number,
        owner=some(5),
        source=chance.choice(("Web", "Event", None)),
        created=created,
        converted=converted,
        account=some(12) if converted else None,
        deal=some(deals, 0.3) if converted else None,
        deleted=maybe(0.08),
    )


def _order(number, chance, at, some, maybe, currencies) -> Order:
    lines = tuple(
        Line(
            order=number,
            number=n,
            product=some(4),
            quantity=chance.randrange(1, 6),
            price=Decimal(chance.randrange(100, 50_000)) / 100,
            discount=Decimal(chance.choice((0, 0, 1, 2))),
        )
        for n in range(1, chance.randrange(2, 5))
    )
    return Order(
        number=number,
        account=some(12),
        contact=some(18),
        at=at,
        status=chance.choice(("placed", "completed", "completed", "cancelled", "draft")),
        currency=chance.choice(currencies),
        test=maybe(0.06),
        deleted=maybe(0.06),
        lines=lines,
    )


def _ticket(number, chance, created, some, maybe) -> Ticket:
    return Ticket(
        number=number,
        account=some(12),
        contact=some(18),
        assignee=some(5),
        created=created,
        solved=created + timedelta(minutes=chance.choice((3, 600, 5_000))) if maybe(0.8) else None,
        kind=chance.choice(("question", "incident", "problem", None)),
        priority=chance.choice((*PRIORITIES, None)),
        channel=chance.choice(("email", "web", "phone")),
        deleted=maybe(0.08),
    )
