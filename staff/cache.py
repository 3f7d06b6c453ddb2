"""The shared cache, with one of the process's own for the time when Redis is away.

What is counted (tries at passwords, codes, PINs) goes on being counted, by each process for itself: not open, not shut.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError


def _or_local(name: str) -> Callable[..., Any]:
    asked = getattr(RedisCache, name)

    @wraps(asked)
    def call(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return asked(self, *args, **kwargs)
        except RedisError:
            return getattr(caches["local"], name)(*args, **kwargs)

    return call


class CacheWithSpare(RedisCache):
    """Redis; what it does not answer is answered by the cache «local»."""

    add = _or_local("add")
    get = _or_local("get")
    set = _or_local("set")
    touch = _or_local("touch")
    delete = _or_local("delete")
    get_many = _or_local("get_many")
    has_key = _or_local("has_key")
    incr = _or_local("incr")
    set_many = _or_local("set_many")
    delete_many = _or_local("delete_many")
    clear = _or_local("clear")
