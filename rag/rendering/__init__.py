"""An answer, or a check, as JSON, plain text, Markdown or HTML.

Article text is hostile until shown otherwise: it may hold markup, terminal commands, or marks that
turn the direction of writing. It is escaped here, and in `citations`, and nowhere else. Escaped
text shows, and unescapes to, exactly what was stored.
"""

from rag.rendering.checks import check_as_text, compare_as_html, name_difference, summarise
from rag.rendering.citing import (
    ALSO,
    BEFORE,
    cite,
    cite_parts,
    name_copies,
    name_differing,
    show_day,
)
from rag.rendering.markup import as_markdown, as_words, escape, link, mark_article
from rag.rendering.records import (
    added_as_json,
    as_json,
    check_as_json,
    dates_as_json,
    quote_as_json,
    report_as_json,
    source_as_json,
)
from rag.rendering.terminal import as_text, report_as_text, visible

__all__ = [
    "ALSO",
    "BEFORE",
    "added_as_json",
    "as_json",
    "as_markdown",
    "as_text",
    "as_words",
    "check_as_json",
    "check_as_text",
    "cite",
    "cite_parts",
    "compare_as_html",
    "dates_as_json",
    "escape",
    "link",
    "mark_article",
    "name_copies",
    "name_difference",
    "name_differing",
    "quote_as_json",
    "report_as_json",
    "report_as_text",
    "show_day",
    "source_as_json",
    "summarise",
    "visible",
]
