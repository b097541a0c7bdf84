"""The cache of several processes, which a lost Redis turns into the cache of one."""

import logging
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class RedisOrLocalCache(RedisCache):
    """Counts sign-ins across processes; while Redis is away each process counts its own, and people still sign in."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.local = LocMemCache(server, params)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._first_that_answers("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._first_that_answers("set", *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._first_that_answers("add", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._first_that_answers("delete", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._first_that_answers("incr", *args, **kwargs)

    def _first_that_answers(self, name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(RedisCache, name)(self, *args, **kwargs)
        except RedisError:
            log.warning("Redis does not answer: rate limits are counted by each process alone", exc_info=True)
            return getattr(self.local, name)(*args, **kwargs)
