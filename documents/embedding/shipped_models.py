"""The models that the portal comes with, as facts: read on the models' own pages, empty where those do not say.

Whether a row can be used here depends on what an admin copies to this machine or signs a contract for.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

READ_ON = date(2026, 11, 21)
MULTILINGUAL = ("ko", "en", "ja", "zh")
INSTRUCTION = "Instruct: Given a web search query, retrieve relevant passages that answer the query"


@dataclass(frozen=True, slots=True)
class ShippedModel:
    """Fields as in documents.models.EmbeddingModel."""

    name: str
    dimensions: int
    max_tokens: int
    languages: tuple[str, ...]
    licence: str
    licence_name: str
    source_url: str
    provider: str = "sentence-transformers"
    query_name: str = ""
    base_url: str = ""
    key_name: str = ""
    shorter_dimensions: tuple[int, ...] = ()
    query_prefix: str = ""
    passage_prefix: str = ""
    architecture: str = ""
    pooling: str = ""
    size_mb: int | None = None
    minimum_version: str = ""
    price_per_million_tokens: Decimal = Decimal(0)
    checked_on: date = READ_ON


_E5 = ShippedModel(
    name="multilingual-e5-base",
    dimensions=768,
    max_tokens=512,
    languages=MULTILINGUAL,
    licence="open-source",
    licence_name="MIT",
    source_url="https://huggingface.co/intfloat/multilingual-e5-base",
    query_prefix="query: ",
    passage_prefix="passage: ",
    architecture="encoder",
    pooling="mean",
    size_mb=1112,
)
_BGE_M3 = ShippedModel(
    name="bge-m3",
    dimensions=1024,
    max_tokens=8192,
    languages=MULTILINGUAL,
    licence="open-source",
    licence_name="MIT",
    source_url="https://huggingface.co/BAAI/bge-m3",
    architecture="encoder",
    pooling="first",
    size_mb=2271,
)
_OPENAI = ShippedModel(
    name="text-embedding-3-small",
    dimensions=1536,
    max_tokens=8192,
    languages=("ko", "en"),
    licence="proprietary",
    licence_name="OpenAI services agreement",
    source_url="https://developers.openai.com/api/docs/models/text-embedding-3-small",
    provider="openai",
    base_url="https://api.openai.com/v1",
    key_name="OPENAI_API_KEY",
    shorter_dimensions=(1024, 512, 256),
    price_per_million_tokens=Decimal("0.02"),
)

ON_DISK = (
    ShippedModel(
        name="all-MiniLM-L6-v2",
        dimensions=384,
        max_tokens=256,
        languages=("en",),
        licence="open-source",
        licence_name="Apache-2.0",
        source_url="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
        architecture="encoder",
        pooling="mean",
        size_mb=91,
    ),
    replace(
        _E5,
        name="multilingual-e5-small",
        dimensions=384,
        source_url="https://huggingface.co/intfloat/multilingual-e5-small",
        size_mb=471,
    ),
    _E5,
    replace(
        _E5,
        name="multilingual-e5-large",
        dimensions=1024,
        source_url="https://huggingface.co/intfloat/multilingual-e5-large",
        size_mb=2240,
    ),
    replace(
        _E5,
        name="multilingual-e5-large-instruct",
        dimensions=1024,
        source_url="https://huggingface.co/intfloat/multilingual-e5-large-instruct",
        size_mb=1120,
        query_prefix=f"{INSTRUCTION}\nQuery: ",
        passage_prefix="",
    ),
    _BGE_M3,
    replace(
        _BGE_M3,
        name="KURE-v1",
        languages=("ko", "en"),
        source_url="https://huggingface.co/nlpai-lab/KURE-v1",
    ),
    ShippedModel(
        name="Qwen3-Embedding-0.6B",
        dimensions=1024,
        max_tokens=32_768,
        languages=MULTILINGUAL,
        licence="open-source",
        licence_name="Apache-2.0",
        source_url="https://huggingface.co/Qwen/Qwen3-Embedding-0.6B",
        shorter_dimensions=(768, 512, 256, 128, 64, 32),
        query_prefix=f"{INSTRUCTION}\nQuery:",
        architecture="decoder",
        pooling="last",
        size_mb=1192,
        minimum_version="2.7.0",
    ),
    ShippedModel(
        name="nomic-embed-text-v1.5",
        dimensions=768,
        max_tokens=8192,
        languages=("en",),
        licence="open-source",
        licence_name="Apache-2.0",
        source_url="https://huggingface.co/nomic-ai/nomic-embed-text-v1.5",
        shorter_dimensions=(512, 256, 128, 64),
        query_prefix="search_query: ",
        passage_prefix="search_document: ",
        architecture="encoder",
        pooling="mean",
        size_mb=547,
    ),
)
BEHIND_ENDPOINTS = (
    _OPENAI,
    replace(
        _OPENAI,
        name="text-embedding-3-large",
        dimensions=3072,
        source_url="https://developers.openai.com/api/docs/models/text-embedding-3-large",
        shorter_dimensions=(1536, 1024, 512, 256),
        price_per_million_tokens=Decimal("0.13"),
    ),
    replace(
        _OPENAI,
        name="text-embedding-ada-002",
        languages=("en",),
        source_url="https://developers.openai.com/api/docs/models/text-embedding-ada-002",
        shorter_dimensions=(),
        price_per_million_tokens=Decimal("0.10"),
    ),
    ShippedModel(
        name="solar-embedding-1-large-passage",
        query_name="solar-embedding-1-large-query",
        dimensions=4096,
        max_tokens=4000,
        languages=("ko", "en"),
        licence="proprietary",
        licence_name="Upstage terms of service",
        source_url="https://developers.upstage.ai/docs/apis/embeddings",
        provider="openai",
        base_url="https://api.upstage.ai/v1/solar",
        key_name="UPSTAGE_API_KEY",
    ),
    ShippedModel(
        name="embed-v4.0",
        dimensions=1536,
        max_tokens=128_000,
        languages=MULTILINGUAL,
        licence="proprietary",
        licence_name="Cohere terms of use",
        source_url="https://docs.cohere.com/docs/compatibility-api",
        provider="openai",
        base_url="https://api.cohere.ai/compatibility/v1",
        key_name="COHERE_API_KEY",
        shorter_dimensions=(1024, 512, 256),
        price_per_million_tokens=Decimal("0.12"),
    ),
)
SHIPPED = ON_DISK + BEHIND_ENDPOINTS
