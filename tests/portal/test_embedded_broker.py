"""The embedded broker, with the real program in a temporary directory."""

import time
from contextlib import contextmanager

import pytest
import redis
from kombu import Connection

from portal import embedded, processes
from portal.supervisor import kill_group, spawn
from tests.running_portal import wait_for

pytestmark = pytest.mark.slow


@contextmanager
def running_redis(data_dir):
    process = spawn(processes.broker(data_dir))
    client = redis.Redis.from_url(embedded.redis_url(data_dir))
    try:
        wait_for(lambda: answers(client))
        yield client
    finally:
        client.close()
        kill_group(process.pid)
        process.wait()


def answers(client):
    try:
        return client.ping()
    except redis.RedisError:
        return False


def test_broker_listens_on_its_socket_only_and_evicts_nothing(data_dir):
    with running_redis(data_dir) as client:
        kept = {name: client.config_get(name)[name] for name in ("port", "appendonly", "maxmemory-policy")}

    assert kept == {"port": "0", "appendonly": "yes", "maxmemory-policy": "noeviction"}


def test_broker_url_is_understood_by_celery(data_dir):
    with running_redis(data_dir), Connection(embedded.broker_url(data_dir)) as connection:
        queue = connection.SimpleQueue("greetings")
        queue.put("hello")

        assert queue.get(timeout=5).payload == "hello"
        queue.close()


def test_messages_survive_kill_of_the_broker(data_dir):
    with running_redis(data_dir) as client:
        client.rpush("letters", "hello")
        time.sleep(1.2)

    with running_redis(data_dir) as client:
        assert client.lrange("letters", 0, -1) == [b"hello"]
