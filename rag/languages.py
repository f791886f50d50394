"""The language of a question, as far as its letters and its function words give it away."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_WORD = re.compile(r"[^\W\d_]+")

# Function words of the languages that most news is written in beside English. Those that two of
# them share count for both, and decide nothing by themselves.
_FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "English": """a an the of in on at to for from by with and or not is are was were be been
            has have had do does did will would can could who whom whose what which when where why
            how many much there this that these those it its he she they his her their about after
            before said than as into over under i you me tell""",
        "German": """der die das den dem des ein eine einen einem einer und oder nicht ist sind war
            waren wird werden hat haben hatte wer wen wem was wann wo warum wie viele viel in im am
            an auf aus bei mit nach von vom zu zum zur für über unter durch sich es er sie ihr""",
        "French": """le la les un une des du de au aux et ou ne pas est sont était été a ont avait
            qui que quoi quand où pourquoi comment combien quel quelle quels quelles dans en sur
            sous par pour avec sans il elle ils elles ce cette ces son sa ses leur l d c s qu""",
        "Spanish": """el la los las un una unos unas y o no es son era fue fueron ha han había quién
            quien qué que cuándo cuando dónde donde por para cómo como cuánto cuántos cuántas cuál
            en de del al con sin sobre se su sus este esta lo""",
        "Italian": """il lo la i gli le un uno una di del della dei degli delle e o non è sono era
            ha hanno aveva chi che cosa quando dove perché come quanto quanti quante quale in nel
            nella su sul da dal con per tra si suo sua loro""",
        "Portuguese": """o a os as um uma uns umas e ou não é são era foi foram tem têm tinha quem
            que quando onde por para como quanto quantos quantas qual em no na nos nas de do da dos
            das com sem sobre se seu sua""",
        "Dutch": """de het een en of niet is zijn was waren heeft hebben had wie wat wanneer waar
            waarom hoe veel hoeveel in op aan uit bij met naar van voor over onder door zich hij zij
            ze hun dit dat deze die er""",
        "Turkish": """bir ve veya ile için değil mi mı mu mü kim ne nerede zaman neden niçin nasıl
            kaç hangi bu şu o da de ki çok daha sonra önce göre olan oldu""",
        "Polish": """i w na z do od po za przez nie jest są był była było były kto co kiedy gdzie
            dlaczego jak ile który która które się to ten ta te jego jej ich dla o""",
        "Swedish": """en ett och eller inte är var har hade vem vad när där var varför hur många
            mycket i på av från med till för om under över sig han hon de det den som""",
    }.items()
}
# Scripts by how Unicode names their letters; Latin is told by words.
_SCRIPTS = {
    "CYRILLIC": "Russian or another language in Cyrillic letters",
    "ARABIC": "Arabic or another language in Arabic letters",
    "GREEK": "Greek",
    "HEBREW": "Hebrew",
    "CJK": "Chinese or Japanese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
    "DEVANAGARI": "Hindi or another language in Devanagari letters",
    "THAI": "Thai",
    "GEORGIAN": "Georgian",
    "ARMENIAN": "Armenian",
}


def name_foreign(question: str) -> str:
    """Return the language of a question that is plainly not in English; else nothing.

    A question of names and nouns alone has no language of its own and counts as English.

    >>> name_foreign("Wer führt die Armee von Aleppo?")
    'German'
    >>> name_foreign("Кто руководит армией Алеппо?")
    'Russian or another language in Cyrillic letters'
    >>> name_foreign("Who leads the Jabha Shamiya?"), name_foreign("Aleppo Army leader")
    ('', '')
    """
    letters = [each for each in question if each.isalpha()]
    scripts = Counter(unicodedata.name(each, "").partition(" ")[0] for each in letters)
    script, count = max(scripts.items(), key=lambda each: each[1], default=("", 0))
    if script in _SCRIPTS and 2 * count > len(letters):
        return _SCRIPTS[script]
    words = _WORD.findall(question.casefold())
    hits = {
        language: sum(word in known for word in words)
        for language, known in _FUNCTION_WORDS.items()
    }
    best = max(hits, key=lambda language: hits[language])
    # Two words beyond what English explains: one may stand in a name ("La Paz", "Der Spiegel").
    return best if hits[best] >= hits["English"] + 2 else ""
