import pytest
from django.core.cache import caches

from tests.support.servers import free_port

FOR_A_SECOND = {"socket_connect_timeout": 1, "socket_timeout": 1}


@pytest.fixture
def cache_at(settings):
    def cache(url: str):
        backend = "edu_crowd.shared.cache.RedisOrLocalCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": url, "OPTIONS": FOR_A_SECOND}}
        return caches.create_connection("default")

    return cache


def use(cache):
    cache.set("tries", 1)
    cache.add("tries", 9)
    cache.incr("tries")
    found = cache.get("tries")
    cache.delete("tries")
    return found, cache.get("tries")


def test_counts_are_shared_through_redis(cache_at, redis_url):
    assert use(cache_at(redis_url)) == (2, None)
    cache_at(redis_url).set("tries", 5)
    assert cache_at(redis_url).get("tries") == 5
    cache_at(redis_url).delete("tries")


def test_without_redis_a_process_counts_alone(cache_at):
    assert use(cache_at(f"redis://127.0.0.1:{free_port()}")) == (2, None)
