"""Reads PostgreSQL's own catalogue and says what is wrong with the walls between companies (reliability.md §5.1).

Each check answers sentences; none means sound. The reviewed lists below are the only exceptions, each with its reason.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

APP: Final = "kaspi_app"
OWN_ROWS: Final = "(company_id = ( SELECT app_company() AS app_company))"

# Tables of companies whose rule is another than OWN_ROWS: (what is seen, what may be written).
RULES: Final = {
    "staff_company": ("(id = ( SELECT app_company() AS app_company))",) * 2,
    # A person sees his own memberships in every company, to be let in; he writes none of them there.
    "staff_member": (
        "((company_id = ( SELECT app_company() AS app_company)) OR (user_id = ( SELECT app_user() AS app_user)))",
        OWN_ROWS,
    ),
}
# Tables without data of a company.
NOBODYS: Final = {
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "catalog_kaspiattribute",
    "catalog_kaspicategory",
    "django_session",
    "integrations_duty",
    "mfa_authenticator",
    "staff_letter",
    "staff_user",
    "usersessions_usersession",
}
# Functions that see across companies, and what they may tell of them.
DEFINERS: Final = {
    "office_alerts_due(integer)": "ids of orders whose deadline is to be looked at",
    "office_api_key(text)": "id, company and digest of the key of a prefix",
    "office_changed_shops(integer)": "ids of shops whose quality counts are stale",
    "office_buyers_behind(integer)": "ids of companies with orders that nobody has gathered by buyer",
    "office_claim_cabinet_imports(integer,interval)": "ids of files of the cabinet to be read",
    "office_claim_competitor_files(integer,interval)": "ids of files of others' prices to be read",
    "office_claim_repricing(integer,interval,interval)": "ids of shops whose price rules are due",
    "office_claim_actions(integer,interval,integer)": "ids of due actions",
    "office_claim_card_lookups(integer,interval)": "ids of questions about Kaspi's dictionaries",
    "office_claim_card_uploads(integer,interval)": "ids of due uploads of cards",
    "office_claim_supplier_lists(integer,interval)": "ids of lists of goods to be read",
    "office_claim_duty(text,interval)": "whether a duty is ours now",
    "office_claim_exports(integer,interval)": "ids of files to be made",
    "office_claim_price_plans(integer,interval)": "ids of offers whose planned price is due",
    "office_claim_price_loads(integer,interval)": "ids of price lists to be read or written",
    "office_claim_slots(integer,interval)": "ids of due slots",
    "office_claim_token_checks(integer,interval)": "ids of due checks of tokens",
    "office_companies()": "ids of all companies, for duties that go round them",
    "office_offers_coming_back(integer)": "ids of offers whose day to be on sale again has come",
    "office_company(text)": "the id of a company's slug",
    "office_claim_feeds(integer,interval)": "ids of price lists to be made",
    "office_counter_desk(text)": "id and company of the shared desk of a cookie's digest",
    "office_deadlines_unwatched(integer)": "ids of orders with a deadline that nobody has looked at",
    "office_due_acceptances(integer)": "ids of orders past their deadline",
    "office_due_auto_accepts(integer)": "ids of new orders that a rule is to decide about",
    "office_due_returns(integer)": "ids of returns past their deadline",
    "office_due_waybills(integer)": "ids of orders whose waybill is to be fetched",
    "office_feed(text)": "id and company of the price list of an address's digest",
    "office_feed_figures()": "counts for the operator",
    "office_figures()": "counts for the operator",
    "office_forget_alerts(interval)": "a number; removes alerts past their age and what was noted of past deadlines",
    "office_forget_competitor_prices(interval)": "nothing; removes others' prices past their age",
    "office_forget_exports()": "ids of files past their hour, whose content it removes",
    "office_forget_feed(interval)": "a number; removes events of the feed past their age",
    "office_forget_idempotent(interval)": "nothing; removes answers past their age",
    "office_forget_price_loads(interval)": "a number; removes price lists past their age that nobody applied",
    "office_forget_words(bigint[])": "nothing; takes words out of the history of the scope's own forgotten orders",
    "office_invitation(text)": "id and company of the invitation of a link's digest",
    "office_own_companies()": "ids and names of the companies of the person of the request",
    "office_shops_to_forget(integer)": "ids of shops with buyers past their time",
    "office_search(text,text,text,text,bigint,boolean,integer,bigint[],bigint[],bigint)": "ids of orders of its own company",
    "office_unsealed()": "ids of companies whose journal has entries not yet sealed, and of the newest of these",
}
# Whole numbers that name a row without a foreign key: (table, column) → why.
LOOSE: Final = {
    ("catalog_comeback", "order_id"): "catalog stands below orders",
    ("catalog_movement", "document_id"): "the ledger outlives the paper that it tells of",
    ("catalog_movement", "order_id"): "catalog stands below orders; the ledger outlives what it tells of",
    ("catalog_pricedecision", "rule_id"): "a decision outlives its rule",
    ("catalog_waitingprice", "rule_id"): "a price that waits outlives the rule that wants it",
    ("catalog_plannedprice", "change_id"): "a plan and the history of prices are kept each by itself",
    ("catalog_pricechange", "offer_id"): "the history of a price outlives its offer",
    ("catalog_priceline", "offer_id"): "what a list has changed outlives its offer",
    ("catalog_reservation", "order_id"): "catalog stands below orders",
    ("integrations_kaspiaction", "actor_id"): "a member, a key or a rule",
    ("integrations_tokencheck", "actor_id"): "a member or a rule",
    ("integrations_kaspiaction", "subject_id"): "integrations stand below orders",
    ("orders_evidence", "actor_id"): "a member, a key or a rule",
    ("orders_handedover", "actor_id"): "a member, a key or a rule",
    ("orders_wordversion", "actor_id"): "a member or a rule",
    ("orders_datemove", "actor_id"): "a member, a key or a rule",
    ("orders_printedpaper", "actor_id"): "a member, a key or a rule",
    ("orders_shelfcount", "point_id"): "0 means no point",
    ("quality_qualityday", "point_id"): "0 means no point",
    ("quality_ruling", "actor_id"): "a member, a key or a rule",
    ("staff_auditseal", "entry_id"): "a seal outlives what it tells of: that the entry is gone",
    ("staff_disclosure", "actor_id"): "a member, a key or a rule, which the row outlives",
    ("staff_auditentry", "actor_id"): "a member, a key or a rule, which the entry outlives",
    ("staff_member", "user_id"): "a person may work for several companies",
}
# Unique beyond a company: random, so that nothing can be learned by trying (reliability.md §1.3, M 11).
GLOBAL_UNIQUES: Final = {
    "public_id",
    "prefix",
    "slug of staff_company",
    "digest of catalog_feed",
    "digest of staff_counterdesk",
    "digest of staff_invitation",
}
APPEND_ONLY: Final = (
    "catalog_competitorprice",
    "catalog_cardversion",
    "catalog_movement",
    "catalog_pricechange",
    "catalog_stockdocument",
    "integrations_feedevent",
    "orders_autoacceptrules",
    "catalog_costlayer",
    "catalog_costload",
    "catalog_movement",
    "catalog_pricechange",
    "catalog_tariff",
    "integrations_feedevent",
    "orders_expense",
    "orders_orderevent",
    "orders_payoperation",
    "quality_factchange",
    "quality_kaspinumber",
    "quality_profileassignment",
    "quality_qualityalert",
    "quality_qualitysnapshot",
    "staff_auditentry",
    "staff_auditseal",
    "staff_disclosure",
)

Rows = list[tuple[Any, ...]]


def problems(connection: BaseDatabaseWrapper) -> list[str]:
    """Everything that is wrong, in sentences."""
    return [sentence for check in CHECKS for sentence in check(lambda sql: _rows(connection, sql))]


Ask = Callable[[str], Rows]


def company_tables(ask: Ask) -> set[str]:
    """Tables with a `company_id`, and the companies themselves."""
    found = ask(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'company_id'"
    )
    return {name for (name,) in found} | {"staff_company"}


def unknown_tables(ask: Ask) -> Iterator[str]:
    known = company_tables(ask) | NOBODYS
    for (name,) in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        if name not in known:
            yield f"{name} holds no company_id and is not on the reviewed list"


def open_tables(ask: Ask) -> Iterator[str]:
    flags = ask("SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind IN ('r', 'p')")
    walled = {name for name, enabled, forced in flags if enabled and forced}
    for name in sorted(company_tables(ask) - walled):
        yield f"{name}: row security is not both enabled and forced"


def wrong_policies(ask: Ask) -> Iterator[str]:
    asked = (
        "SELECT tablename, policyname, permissive, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public'"
    )
    found = {(row[0], row[1]): row[2:] for row in ask(asked)}
    for name in sorted(company_tables(ask)):
        seen, written = RULES.get(name, (OWN_ROWS, OWN_ROWS))
        policy = found.pop((name, "company_wall"), None)
        if policy != ("PERMISSIVE", "ALL", seen, written):
            yield f"{name}: the policy is {policy}"
    for table, policy_name in found:
        yield f"{table}: the policy {policy_name} stands beside the wall"


def loose_keys(ask: Ask) -> Iterator[str]:
    """Columns that name a row of a company must be checked together with it."""
    held = {(table, column) for table, column in ask(COMPOSITE_KEYS)}
    tables = company_tables(ask)
    for table, column in ask(NUMBERED_COLUMNS):
        if table in tables and (table, column) not in held and (table, column) not in LOOSE:
            yield f"{table}.{column} can point at another company's row"


def plain_keys(ask: Ask) -> Iterator[str]:
    tables = company_tables(ask) - {"staff_company"}
    for table, target, columns in ask(SINGLE_KEYS):
        if target in tables:
            yield f"{table}.{columns} points at {target} without its company"


def global_uniques(ask: Ask) -> Iterator[str]:
    tables = company_tables(ask)
    for table, columns in ask(UNIQUES):
        reviewed = {columns[0], f"{columns[0]} of {table}"} & GLOBAL_UNIQUES
        if table in tables and columns[0] not in ("company_id", "id") and not reviewed:
            yield f"{table}: unique {columns} tells one company what another has"


def readable_views(ask: Ask) -> Iterator[str]:
    asked = f"""SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind IN ('v', 'm') AND nspname = 'public' AND has_table_privilege('{APP}', c.oid, 'SELECT')"""
    for (name,) in ask(asked):
        yield f"the view {name} is read past the walls"


def unreviewed_definers(ask: Ask) -> Iterator[str]:
    found = {signature: (config, public) for signature, config, public in ask(SECURITY_DEFINERS)}
    for signature in sorted(found.keys() ^ DEFINERS.keys()):
        yield f"{signature} is {'not reviewed' if signature in found else 'reviewed and gone'}"
    for signature, (config, public) in found.items():
        if public or not any(str(part).startswith("search_path=") for part in config or ()):
            yield f"{signature}: open to PUBLIC, or without a search_path of its own"


def powers(ask: Ask) -> Iterator[str]:
    for (power,) in ask(POWERS):
        yield f"{APP} {power}"
    for table in APPEND_ONLY:
        for right in ("UPDATE", "DELETE"):
            if ask(f"SELECT has_table_privilege('{APP}', '{table}', '{right}')") == [(True,)]:
                yield f"{APP} may {right} {table}"


CHECKS: Final = (
    unknown_tables,
    open_tables,
    wrong_policies,
    loose_keys,
    plain_keys,
    global_uniques,
    readable_views,
    unreviewed_definers,
    powers,
)

COMPOSITE_KEYS: Final = """
SELECT k.conrelid::regclass::text, a.attname FROM pg_constraint k
JOIN pg_attribute c ON c.attrelid = k.conrelid AND c.attnum = k.conkey[1] AND c.attname = 'company_id'
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[2]
WHERE k.contype = 'f' AND cardinality(k.conkey) = 2
"""
NUMBERED_COLUMNS: Final = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND data_type = 'bigint' AND column_name LIKE '%\\_id' AND column_name <> 'company_id'
"""
SINGLE_KEYS: Final = """
SELECT k.conrelid::regclass::text, k.confrelid::regclass::text, a.attname FROM pg_constraint k
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND cardinality(k.conkey) = 1
"""
UNIQUES: Final = """
SELECT t.relname, array_agg(a.attname::text ORDER BY place.number) FROM pg_index i
JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY place (attnum, number)
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = place.attnum
WHERE i.indisunique GROUP BY t.relname, i.indexrelid
"""
# What extensions bring is theirs.
SECURITY_DEFINERS: Final = """
SELECT p.oid::regprocedure::text, p.proconfig,
  p.proacl IS NULL OR EXISTS (SELECT 1 FROM aclexplode(p.proacl) WHERE grantee = 0)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
POWERS: Final = f"""
SELECT 'is superuser, or passes row security' FROM pg_roles WHERE rolname = '{APP}' AND (rolsuper OR rolbypassrls)
UNION ALL SELECT 'may make roles or databases' FROM pg_roles WHERE rolname = '{APP}' AND (rolcreaterole OR rolcreatedb)
UNION ALL SELECT 'owns ' || relname FROM pg_class WHERE relowner = '{APP}'::regrole AND relpersistence <> 't'
UNION ALL SELECT 'owns ' || proname FROM pg_proc WHERE proowner = '{APP}'::regrole
UNION ALL SELECT 'owns the schema ' || nspname FROM pg_namespace WHERE nspowner = '{APP}'::regrole
UNION ALL SELECT 'may create in public' WHERE has_schema_privilege('{APP}', 'public', 'CREATE')
UNION ALL SELECT 'may become ' || rolname FROM pg_roles
  WHERE rolname <> '{APP}' AND pg_has_role('{APP}', oid, 'MEMBER')
"""


def _rows(connection: BaseDatabaseWrapper, sql: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]
