"""Addresses for the workers."""

from celery import shared_task


@shared_task(ignore_result=True)
def draft_questions(collection_id: int, name: str, count: int, person_id: int, **_later: object) -> None:
    from django.contrib.auth import get_user_model

    from chat.llm import configured_model
    from chat.review import drafting
    from documents.models import Collection

    collection = Collection.objects.filter(pk=collection_id).first()
    person = get_user_model().objects.filter(pk=person_id, is_staff=True).first()
    model = configured_model()
    if collection is not None and person is not None and model is not None:
        drafting.write(collection, name, count, person, model)
