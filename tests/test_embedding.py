"""The embedding model that ships: whoever asks, as many threads work as were allowed."""

from concurrent.futures import ThreadPoolExecutor
from threading import get_ident

import numpy as np

from rag.embedding import BATCH, SentenceEmbedder
from rag.settings import Settings


def test_few_threads_embed_for_all_as_pytorch_keeps_memory_for_each(
    model: SentenceEmbedder,
) -> None:
    worked = set[int]()
    hook = model._model[0].register_forward_pre_hook(lambda *_: worked.add(get_ident()))
    try:
        with ThreadPoolExecutor(8) as threads:
            texts = [[f"The warden counted {number} herons."] for number in range(40)]
            vectors = list(threads.map(model.encode, texts))
            counted = list(threads.map(model.count_tokens, texts))
    finally:
        hook.remove()
    assert len(worked) <= Settings().threads
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_allclose(vector, model.encode(text), atol=1e-6)
    assert [len(each) for each in counted] == [1] * len(texts)


def test_every_text_gets_its_own_vector_in_its_place(model: SentenceEmbedder) -> None:
    texts = [
        f"{'The warden counted herons. ' * (number % 5)}{number}" for number in range(3 * BATCH)
    ]
    together = model.encode(texts)
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(vector, model.encode([text])[0], atol=1e-6)


def test_no_texts_have_no_vectors(model: SentenceEmbedder) -> None:
    assert model.encode([]).shape == (0, model.dimension)
    assert model.count_tokens([]) == []
