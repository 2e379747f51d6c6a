"""Loads what the first question would otherwise wait for: the models, the Korean analyser, the client of a model."""

import gc
import logging
import threading

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)


def start() -> None:
    """Load in the background; the web server answers meanwhile."""
    threading.Thread(target=_warm, name="warming", daemon=True).start()


def _warm() -> None:
    from chat import llm
    from documents.embedding.embedders import embedder_of
    from documents.failures import IndexingFailure
    from documents.models import Generation
    from documents.terms import query_terms

    try:
        generation = Generation.objects.active()
        connection.close()
        embedder_of(generation).embed_queries(["warm"])
        query_terms("준비")
        if llm.configured_model():
            llm.prepare()
    except (DatabaseError, IndexingFailure, Generation.DoesNotExist):
        logger.warning("could not load the models ahead; the first question does it", exc_info=True)
    finally:
        connection.close()
        _leave_alone_what_stays()


def _leave_alone_what_stays() -> None:
    """To look through half a million objects of models and libraries for garbage halts everything for half a second."""
    gc.collect()
    gc.freeze()
