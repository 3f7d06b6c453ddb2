"""Who is calling: the token, and which of its merchants (kaspi-api §1.1)."""

from . import tokens
from .http import Request
from .titles import invented
from .world import Merchant, World

_FIRST_GUEST = 39_000_001


def merchant_of(world: World, request: Request) -> Merchant:
    """The merchant a request speaks for. Raises Rejected: 401 for a bad token, 403 for a merchant of somebody else."""
    token = request.headers.get("x-auth-token", "")
    wanted = request.headers.get("x-merchant-uid", "").strip()
    if token in world.revoked or not tokens.well_formed(token):
        raise invented("unauthorized", status=401)
    if token not in world.tokens:
        _enrol(world, token, wanted)
    held = world.tokens[token]
    uid = wanted or held[0]
    if uid not in held:
        raise invented("forbidden", status=403)
    return world.merchant(uid)


def _enrol(world: World, token: str, wanted: str) -> None:
    """A well-formed token that nobody gave out opens an empty shop: a harness brings its own tokens.

    A merchant that has a token already is not given to a stranger.
    """
    if any(wanted in held for held in world.tokens.values()):
        raise invented("unauthorized", status=401)
    guests = sum(1 for uid in world.merchants if uid.startswith("39"))
    world.give_token(token, world.merchant(wanted or str(_FIRST_GUEST + guests)).uid)
