"""Loads what the first question would otherwise wait for: the models, the Korean analyser, the client of a model."""

import logging
import threading

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)


def start() -> None:
    """Load in the background; the web server answers meanwhile."""
    threading.Thread(target=_warm, name="warming", daemon=True).start()


def _warm() -> None:
    from chat import llm
    from documents.embedders import embedder_for
    from documents.failures import IndexingFailure
    from documents.models import Generation
    from documents.terms import query_terms

    try:
        model = Generation.objects.active().model
        connection.close()
        embedder_for(model).embed_queries(["warm"])
        query_terms("준비")
        if llm.configured_model():
            llm.prepare()
    except (DatabaseError, IndexingFailure, Generation.DoesNotExist):
        logger.warning("could not load the models ahead; the first question does it", exc_info=True)
    finally:
        connection.close()
