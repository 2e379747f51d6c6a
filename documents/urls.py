"""Addresses of the library."""

from django.urls import path

from documents.views import collections, files, ingestion, library, models, passages, poor_pages, reading, versions

app_name = "documents"

urlpatterns = [
    path("", collections.collection_list, name="collection_list"),
    path("poor-pages/", poor_pages.poor_page_list, name="poor_pages"),
    path("ingestion/", ingestion.ingestion, name="ingestion"),
    path("ingestion/retry/<slug:error_code>", ingestion.ingestion_retry, name="ingestion_retry"),
    path("models/", models.model_list, name="model_list"),
    path("models/new/endpoint", models.model_add_endpoint, name="model_add_endpoint"),
    path("models/new/folder", models.model_add_folder, name="model_add_folder"),
    path("models/<int:model_id>/edit", models.model_edit, name="model_edit"),
    path("models/<int:model_id>/delete", models.model_delete, name="model_delete"),
    path("models/<int:model_id>/try", models.model_try, name="model_try"),
    path("collections/new", collections.collection_create, name="collection_create"),
    path("collections/<int:collection_id>", library.collection_detail, name="collection_detail"),
    path("collections/<int:collection_id>/edit", collections.collection_edit, name="collection_edit"),
    path("collections/<int:collection_id>/delete", collections.collection_delete, name="collection_delete"),
    path("collections/<int:collection_id>/upload", library.document_upload, name="document_upload"),
    path("<int:document_id>", reading.document_detail, name="document_detail"),
    path("<int:document_id>/retry", library.document_retry, name="document_retry"),
    path("<int:document_id>/delete", library.document_delete, name="document_delete"),
    path("<int:document_id>/replace", versions.document_replace, name="document_replace"),
    path("<int:document_id>/days", versions.document_days, name="document_days"),
    path("<int:document_id>/restore", versions.document_restore, name="document_restore"),
    path("<int:document_id>/newer-than/<int:older_id>", versions.document_make_version, name="document_make_version"),
    path("<int:document_id>/keep-both", versions.document_keep_both, name="document_keep_both"),
    path("<int:document_id>/file", files.document_file, name="document_file"),
    path("<int:document_id>/pages/<int:number>.png", files.page_picture, name="page_picture"),
    path("<int:document_id>/highlight", passages.page_highlight, name="page_highlight"),
    path("<int:document_id>/passage", passages.passage, name="passage"),
]
