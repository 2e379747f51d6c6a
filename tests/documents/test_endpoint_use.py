"""What endpoints are asked for is counted, whichever thread asks."""

import threading

from documents.embedding.embedders import embedder_for
from documents.models import EmbeddingModel, EmbeddingUse


def test_questions_of_several_threads_are_counted(transactional_db, make_model):
    embedder = embedder_for(make_model())
    threads = [threading.Thread(target=embedder.embed_queries, args=([f"question {i}"],)) for i in range(6)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert EmbeddingUse.objects.get().requests == 6


def test_vectors_come_though_nothing_can_be_noted(transactional_db, make_model):
    embedder = embedder_for(make_model(pk=987_654))
    EmbeddingModel.objects.filter(pk=987_654).delete()

    assert embedder.embed_passages(["annual leave"]).shape == (1, 32)
