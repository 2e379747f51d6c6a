"""Embedding models of two layers that tests build and save in less than a second, as folders that the portal reads.

Their weights are random but always the same. A text's vector is next to the mean of its pieces' vectors (pairs of
letters, syllables of Hangul), so that texts with the same words are near each other, in any language.
"""

from itertools import product
from pathlib import Path
from string import ascii_lowercase, digits, punctuation
from tempfile import TemporaryDirectory

SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
HANGUL = [chr(code) for code in range(0xAC00, 0xD7A4)]


def tiny_model(folder, *, dimensions=32, max_tokens=64, seed=0, pooling="mean", prompts=None):
    """Save a sentence-transformers model of so many dimensions in the folder and return it."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    with TemporaryDirectory() as temporary, torch.device("cpu"):
        _transformer(dimensions, max_tokens, seed).save_pretrained(temporary)
        _tokenizer(max_tokens).save_pretrained(temporary)
        parts = [
            Transformer(temporary, max_seq_length=max_tokens),
            Pooling(dimensions, pooling_mode=pooling),
            Normalize(),
        ]
        SentenceTransformer(modules=parts, device="cpu", prompts=prompts).save(str(folder), create_model_card=False)
    return Path(folder)


def tiny_row(folder, **facts):
    """The catalogue's row of a model that `tiny_model` saved, stored."""
    from documents.models import EmbeddingModel

    known = {"provider": "sentence-transformers", "dimensions": 32, "max_tokens": 64, "licence": "open-source"}
    return EmbeddingModel.objects.create(name=str(folder), **(known | facts))


def _transformer(dimensions, max_tokens, seed):
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=len(_pieces()),
        hidden_size=dimensions,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=2 * dimensions,
        max_position_embeddings=max_tokens,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = BertModel(config)
        # Where a piece stands says nothing; what it is says much.
        model.embeddings.position_embeddings.weight.data.zero_()
        model.embeddings.word_embeddings.weight.data.normal_()
    return model.eval()


def _tokenizer(max_tokens):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {piece: number for number, piece in enumerate(_pieces())}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"]))
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=max_tokens, **names)


def _pieces():
    """All that the tokenizer knows: at the beginning of a word, and (##) within it."""
    pairs = ["".join(letters) for letters in product(ascii_lowercase + digits, repeat=2)]
    beginnings = [*ascii_lowercase, *digits, *punctuation, *pairs, *HANGUL]
    return [*SPECIALS, *beginnings, *(f"##{piece}" for piece in beginnings)]
