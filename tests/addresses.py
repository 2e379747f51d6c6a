"""Every address of the portal: how it is asked for, and what each of the cast gets. A new address without a row fails.

`tests.world` makes what the arguments name.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace

from django.urls import URLResolver

from documents.models import Generation

# Statuses in the order of the cast; a visitor who is not signed in is sent to the sign-in page (302).
EVERYBODY = (200, 200, 200, 200, 200)
SIGNED_IN = (302, 200, 200, 200, 200)
DONE_BY_SIGNED_IN = (302, 302, 302, 302, 302)
READERS = (302, 404, 200, 200, 200)
EDITORS = (302, 404, 403, 200, 200)
STAFF = (302, 404, 403, 403, 200)
# Pages that only staff know of.
HIDDEN = (302, 404, 404, 404, 200)
NOTHING = (302, 404, 404, 404, 404)
# Editors of a collection, and nobody else knows of it.
DESK = (302, 404, 404, 200, 200)
# What is for programs, which show a token.
TOKENS = (401, 401, 401, 401, 401)
# A conversation is its owner's alone, whatever rights others have.
ALICE = (302, 404, 404, 200, 404)


@dataclass(frozen=True)
class Row:
    statuses: tuple[int, ...]
    method: str = "get"
    args: Callable[[SimpleNamespace], list[int | str]] = lambda world: []
    query: str = ""


def _collection(world):
    return [world.collection.pk]


def _document(world):
    return [world.document.pk]


def _bundled_model(world):
    return [Generation.objects.active().model_id]


def _person(world):
    return [world.people["bob"].pk]


def _group(world):
    return [world.group.pk]


def _generation(world):
    return [world.generation.pk]


def _run(world):
    return [world.run.pk]


def _conversation(world):
    return [world.conversation.pk]


def _answer(world):
    return [world.answer.pk]


def _post_redirects(row: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(302 if status == 200 else status for status in row)


ROWS = {
    "sign_in": Row((200, 302, 302, 302, 302)),
    "sign_out": Row((302, 302, 302, 302, 302), "post"),
    "change_password": Row(SIGNED_IN),
    "account_login": Row((200, 302, 302, 302, 302)),
    "account_logout": Row((302, 302, 302, 302, 302), "post"),
    "account_change_password": Row(SIGNED_IN),
    # Without a first step there is no second one.
    "mfa_authenticate": Row(DONE_BY_SIGNED_IN),
    "account_inactive": Row(EVERYBODY),
    # No provider is set.
    "oidc_begin": Row((404, 404, 404, 404, 404)),
    "oidc_callback": Row((404, 404, 404, 404, 404)),
    "account_reset_password": Row(EVERYBODY),
    "account_reset_password_done": Row(EVERYBODY),
    "account_reset_password_from_key": Row(EVERYBODY, args=lambda world: ["1", "no-such-key"]),
    "account_reset_password_from_key_done": Row(EVERYBODY),
    "account": Row(SIGNED_IN),
    # Leads back to the account: no mail server is set.
    "account_email": Row(DONE_BY_SIGNED_IN),
    "account_confirm_email": Row(EVERYBODY, args=lambda world: ["no-such-key"]),
    "account_reauthenticate": Row(SIGNED_IN),
    # Nobody of the cast has a second factor, and none of them has just shown a password.
    "mfa_reauthenticate": Row(DONE_BY_SIGNED_IN),
    "mfa_index": Row(SIGNED_IN),
    "mfa_activate_totp": Row(DONE_BY_SIGNED_IN),
    "mfa_deactivate_totp": Row(NOTHING),
    "mfa_view_recovery_codes": Row(NOTHING),
    "mfa_download_recovery_codes": Row(NOTHING),
    "mfa_generate_recovery_codes": Row(DONE_BY_SIGNED_IN),
    "account_sessions": Row(SIGNED_IN),
    "account_sessions_end": Row(DONE_BY_SIGNED_IN, "post"),
    "account_session_end": Row(DONE_BY_SIGNED_IN, "post", lambda world: [1]),
    "set_language": Row(DONE_BY_SIGNED_IN, "post"),
    "set_theme": Row(DONE_BY_SIGNED_IN, "post"),
    "audit": Row(HIDDEN),
    "audit_export": Row(HIDDEN),
    "dashboard": Row(HIDDEN),
    "dashboard_export": Row(HIDDEN),
    "metrics": Row((404, 404, 404, 404, 404)),
    "readyz": Row(EVERYBODY),
    "favicon": Row((302, 302, 302, 302, 302)),
    "healthz": Row(EVERYBODY),
    "tokens:token_list": Row(SIGNED_IN),
    "tokens:token_everybody": Row(HIDDEN),
    # Own ones, and for staff all.
    "tokens:token_revoke": Row(_post_redirects((302, 404, 404, 200, 200)), "post", lambda world: [world.token.pk]),
    # A session opens nothing here; tests/portal/test_api_rights.py asks with tokens.
    "api:docs": Row(SIGNED_IN),
    "api:openapi": Row(EVERYBODY),
    "api:unknown": Row(5 * (404,), args=lambda world: ["x"]),
    "api:read_me": Row(TOKENS),
    "api:list_collections": Row(TOKENS),
    "api:read_collection": Row(TOKENS, args=_collection),
    "api:list_documents": Row(TOKENS),
    "api:read_document": Row(TOKENS, args=_document),
    "api:delete_document": Row(TOKENS, "delete", _document),
    "api:read_document_state": Row(TOKENS, args=_document),
    "api:read_pages": Row(TOKENS, args=_document),
    "api:upload_document": Row(TOKENS, "post", _collection),
    "api:replace_document": Row(TOKENS, "post", _document),
    "api:search": Row(TOKENS, query="?q=leave"),
    "api:read_passage": Row(TOKENS, args=_document, query="?start=0&end=6"),
    "api:ask": Row(TOKENS, "post"),
    "api:list_conversations": Row(TOKENS),
    "api:read_conversation": Row(TOKENS, args=_conversation),
    "api:delete_conversation": Row(TOKENS, "delete", _conversation),
    "api:list_question_sets": Row(TOKENS),
    "api:list_runs": Row(TOKENS),
    "api:start_run": Row(TOKENS, "post"),
    "api:read_run": Row(TOKENS, args=_run),
    "completions:completions": Row(TOKENS, "post"),
    "completions:models": Row(TOKENS),
    "completions:model": Row(TOKENS, args=lambda world: ["portal"]),
    "people:person_list": Row(HIDDEN),
    "people:person_create": Row(HIDDEN),
    "people:person_edit": Row(HIDDEN, args=_person),
    "people:person_password": Row(HIDDEN, args=_person),
    "people:person_second_factor": Row(HIDDEN, args=_person),
    "people:group_list": Row(HIDDEN),
    "people:group_create": Row(HIDDEN),
    "people:group_edit": Row(HIDDEN, args=_group),
    "people:member_list": Row(HIDDEN, args=_group, query="?text=b"),
    "people:set_member": Row(_post_redirects(HIDDEN), "post", lambda world: _group(world) + _person(world)),
    "people:group_delete": Row(HIDDEN, args=_group),
    "rights:collection": Row(EDITORS, args=_collection),
    "rights:collection_people": Row(EDITORS, args=_collection, query="?who=b&text=a"),
    "rights:collection_export": Row(HIDDEN, args=_collection),
    "rights:set_right": Row(_post_redirects(HIDDEN), "post", _collection),
    "rights:person": Row(HIDDEN, args=_person),
    "rights:person_export": Row(HIDDEN, args=_person),
    "documents:collection_list": Row(SIGNED_IN),
    "documents:collection_create": Row((302, 403, 403, 403, 200)),
    "documents:collection_detail": Row(READERS, args=_collection),
    "documents:collection_edit": Row(STAFF, args=_collection),
    "documents:collection_delete": Row(STAFF, args=_collection),
    "documents:ingestion": Row(HIDDEN),
    "documents:ingestion_retry": Row(_post_redirects(HIDDEN), "post", lambda world: ["damaged"]),
    "documents:model_list": Row(HIDDEN),
    "documents:model_add_endpoint": Row(HIDDEN),
    "documents:model_add_folder": Row(HIDDEN),
    "documents:model_edit": Row(HIDDEN, args=_bundled_model),
    # Shipped models stay.
    "documents:model_delete": Row(NOTHING, args=_bundled_model),
    "documents:model_try": Row(HIDDEN, "post", _bundled_model),
    "documents:poor_pages": Row((302, 403, 403, 403, 200)),
    "documents:document_upload": Row(_post_redirects(EDITORS), "post", _collection),
    "documents:document_detail": Row(READERS, args=_document),
    "documents:document_retry": Row(_post_redirects(EDITORS), "post", _document),
    "documents:document_delete": Row(EDITORS, args=_document),
    "documents:document_replace": Row(EDITORS, args=_document),
    "documents:document_days": Row(EDITORS, args=_document),
    "documents:document_restore": Row(_post_redirects(EDITORS), "post", _document),
    "documents:document_make_version": Row(_post_redirects(EDITORS), "post", lambda world: 2 * _document(world)),
    "documents:document_keep_both": Row(_post_redirects(EDITORS), "post", _document),
    "documents:document_file": Row(READERS, args=_document),
    "documents:page_picture": Row(NOTHING, args=lambda world: [world.document.pk, 1]),
    "documents:page_highlight": Row(NOTHING, args=_document, query="?start=0&end=6"),
    "documents:passage": Row(READERS, args=_document, query="?start=0&end=6"),
    "search:results": Row(SIGNED_IN),
    "search:suggestions": Row(SIGNED_IN, query="?q=le"),
    "search:related": Row(READERS, args=_document),
    "search:map": Row(EDITORS, args=_collection),
    "search:trust": Row(HIDDEN),
    "search:trust_measure": Row(_post_redirects(HIDDEN), "post"),
    "search:bench": Row(HIDDEN),
    "search:bench_run": Row(HIDDEN, args=_run),
    "search:bench_cancel": Row(_post_redirects(HIDDEN), "post", _run),
    # Nothing was measured in it.
    "search:bench_questions": Row(NOTHING, args=_run),
    "search:bench_export": Row(HIDDEN, args=lambda world: [world.run.pk, "csv"]),
    "search:release_list": Row(HIDDEN),
    "search:release_new": Row(HIDDEN),
    "search:release_notice": Row(HIDDEN),
    "search:release_forecast": Row(HIDDEN, args=lambda world: [world.planned.pk]),
    "search:release_forecast_again": Row(_post_redirects(HIDDEN), "post", lambda world: [world.planned.pk]),
    "search:release_begin": Row(_post_redirects(HIDDEN), "post", lambda world: [world.planned.pk]),
    "search:release": Row(HIDDEN, args=_generation),
    # The one that answers already is shown instead.
    "search:release_activate": Row(_post_redirects(HIDDEN), args=_generation),
    "search:release_step": Row(_post_redirects(HIDDEN), "post", lambda world: [world.generation.pk, "pause"]),
    "chat:ask": Row(SIGNED_IN),
    "chat:conversation": Row(ALICE, args=_conversation),
    "chat:rename_conversation": Row(_post_redirects(ALICE), "post", _conversation),
    "chat:pin_conversation": Row(_post_redirects(ALICE), "post", _conversation),
    "chat:narrow_conversation": Row(_post_redirects(ALICE), "post", _conversation),
    "chat:share_conversation": Row(_post_redirects(ALICE), "post", _conversation),
    "chat:delete_conversation": Row(ALICE, args=_conversation),
    "chat:conversation_markdown": Row(ALICE, args=_conversation),
    "chat:conversation_print": Row(ALICE, args=_conversation),
    "chat:conversation_list": Row(SIGNED_IN),
    "chat:document_choice": Row(SIGNED_IN, query="?find=rules"),
    # Whoever has the address may read along; what each sees of it has tests of its own.
    "chat:shared": Row(SIGNED_IN, args=lambda world: [world.shared.share_key]),
    "chat:reword_question": Row(_post_redirects(ALICE), "post", lambda world: [world.answer.message_id]),
    "chat:answer_stream": Row(ALICE, args=_answer),
    "chat:answer_write": Row(_post_redirects(ALICE), "post", _answer),
    "chat:answer_stop": Row(_post_redirects(ALICE), "post", _answer),
    "chat:answer_again": Row(_post_redirects(ALICE), "post", _answer),
    "chat:answer_tools": Row(ALICE, args=_answer),
    "chat:answer_feedback": Row(_post_redirects(ALICE), "post", _answer),
    "chat:answer_copy": Row(ALICE, args=_answer),
    "chat:review_queue": Row(HIDDEN),
    "chat:review_next": Row(_post_redirects(HIDDEN), "post"),
    "chat:review_export": Row(HIDDEN),
    "chat:draft_questions": Row(_post_redirects(HIDDEN), "post"),
    "chat:quality": Row(HIDDEN),
    "chat:correction_list": Row(HIDDEN),
    "chat:correction_take_back": Row(_post_redirects(HIDDEN), "post", lambda world: [world.correction.pk]),
    "chat:review": Row(HIDDEN, args=_answer),
    # Staff renew only what they hold.
    "chat:review_renew": Row((302, 404, 404, 404, 409), "post", _answer),
    "chat:review_release": Row(_post_redirects(HIDDEN), "post", _answer),
    "chat:review_history": Row(HIDDEN, args=_answer),
    "chat:gap_list": Row(DESK),
    "chat:gap_close": Row(_post_redirects(DESK), "post", lambda world: [world.gap.pk]),
    "chat:gap_reopen": Row(_post_redirects(DESK), "post", lambda world: [world.gap.pk]),
    "search:models_explained": Row(HIDDEN),
    "search:question_list": Row(HIDDEN),
    "search:question_create": Row(HIDDEN),
    "search:question_edit": Row(HIDDEN, args=lambda world: [world.question.pk]),
    "search:question_changes": Row(HIDDEN, args=lambda world: [world.question.question_set_id]),
    "search:question_export": Row(HIDDEN, args=lambda world: [world.question.question_set_id, "csv"]),
    "search:question_import": Row(HIDDEN),
    # Of another person's file nobody knows.
    "search:question_import_check": Row(NOTHING, args=lambda world: [1]),
    "search:question_import_corpus": Row(NOTHING, "post", lambda world: [1]),
    "search:draft_list": Row(HIDDEN),
    "search:draft_propose": Row(HIDDEN, "post"),
    "search:draft_decide": Row(_post_redirects(HIDDEN), "post", lambda world: [world.question.pk]),
    "search:question_delete": Row(_post_redirects(HIDDEN), "post", lambda world: [world.question.pk]),
}


def names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}"
