"""A worker that misbehaves once: what it does, and the file that remembers it, stand in PORTAL_TEST_SABOTAGE."""

import os
import time
from pathlib import Path

from django.apps import AppConfig

SLOW_S = 3.0


class SabotageConfig(AppConfig):
    name = "tests.faults"

    def ready(self):
        name, _colon, path = os.environ["PORTAL_TEST_SABOTAGE"].partition(":")
        strike, struck = STRIKES[name], Path(path)

        from documents.embedding.local import SentenceTransformersEmbedder

        embed = SentenceTransformersEmbedder.embed_passages

        def embed_passages(self, texts):
            # The fingerprint of the model is asked for first.
            if len(texts) == 1 and not struck.exists() and "Rule" in texts[0]:
                struck.touch()
                strike()
            return embed(self, texts)

        SentenceTransformersEmbedder.embed_passages = embed_passages


def _kill():
    os.kill(os.getpid(), 9)


def _run_out_of_memory():
    raise MemoryError


STRIKES = {"kill": _kill, "memory": _run_out_of_memory, "slow": lambda: time.sleep(SLOW_S)}
