"""The embedding model that ships: whoever asks, one thread works."""

from concurrent.futures import ThreadPoolExecutor
from threading import get_ident

import numpy as np

from rag.embedding import SentenceEmbedder


def test_one_thread_embeds_for_all_as_pytorch_keeps_memory_for_each(
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
    assert len(worked) == 1
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_allclose(vector, model.encode(text), atol=1e-6)
    assert [len(each) for each in counted] == [1] * len(texts)


def test_no_texts_have_no_vectors(model: SentenceEmbedder) -> None:
    assert model.encode([]).shape == (0, model.dimension)
    assert model.count_tokens([]) == []
