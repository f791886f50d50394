"""Front matter: fields above a text, in YAML between `---` lines or in TOML between `+++` lines.

`---` is a rule, too: what stands below it and is no list of fields is the story's own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import date

from rag.articles.columns import choose_columns, choose_keys, has_value
from rag.articles.inline import drop_links
from rag.articles.sources import keep_web

# A page of fields; beyond this it is no front matter, and YAML is slow.
_MAX_FRONT = 64 * 1024
# Front matter follows its mark at once; a blank line is below a rule.
_OPENING = re.compile(r"(?:[ \t]*\n)*(?:(?P<rule>-{3,})[ \t]*\n(?![ \t]*\n)|\+{3}[ \t]*\n)")
_YAML_END = re.compile(r"^(?:-{3,}|\.{3})[ \t]*$", re.MULTILINE)
_TOML_END = re.compile(r"^\+{3}[ \t]*$", re.MULTILINE)
# No field's name is nearly as long as 60 characters.
_NAME = re.compile(r"(?P<name>\w[\w -]{0,60})[:=]")
_COMMENT = re.compile(r"^#.*\n?", re.MULTILINE)
_NEXT_FIELD = re.compile(r"\n(?=[^\s-])")
# A field with words on its line, which may go on in indented lines.
_WORDS = re.compile(r"(?P<name>\w[\w -]{0,60}):[ \t]+(?P<value>\S.*(?:\n(?:[ \t].*)?)*)")


def cut_front(text: str) -> tuple[dict[str, object], str]:
    r"""Cut the front matter off; what follows is an exact slice of the text.

    Raises:
        ValueError: There are fields that cannot be read; the message says why.

    >>> fields, rest = cut_front("---\nHeadline: Smoke\n---\nIt rose.")
    >>> fields["title"], rest
    ('Smoke', '\nIt rose.')
    """
    opening = _OPENING.match(text)
    if opening is None:
        return {}, text
    end, load = (_YAML_END, _load_yaml) if opening["rule"] else (_TOML_END, _load_toml)
    closing = end.search(text, opening.end())
    front = text[opening.end() : closing.start() if closing else len(text)]
    try:
        if closing is None:
            mark = "---" if opening["rule"] else "+++"
            raise ValueError(f"has front matter that no `{mark}` line ends; add one")
        if len(front) > _MAX_FRONT:
            raise ValueError(f"has front matter of more than {_MAX_FRONT:,} characters; shorten it")
        return _name_fields(load(front)), text[closing.end() :]
    except ValueError:
        if _begins_with_field(front):
            raise
        return {}, text


def _load_yaml(front: str) -> dict[str, object]:
    if not front.strip():
        return {}
    try:
        said = _read_yaml(front)
    except ValueError:
        said = _mend(front)
    names = list(said)
    # LONDON: is where a story begins; known or not, fields are mostly written small.
    if not _know(names) and not all(name[:1].islower() for name in names):
        raise ValueError("has front matter without a known field; add one")
    return said


def _read_yaml(part: str) -> dict[str, object]:
    # Here, not above: YAML takes long to import, and most runs read no Markdown.
    import yaml

    try:
        # The base loader makes strings, lists and dicts only: an id 007 stays 007, and neither
        # tags nor merge keys can do anything.
        said = yaml.BaseLoader(part).get_single_data()
    except (yaml.YAMLError, RecursionError) as error:
        raise _malformed(error) from error
    if not isinstance(said, dict):
        raise ValueError("has front matter that is not a list of `field: value` lines; correct it")
    return said


def _mend(front: str) -> dict[str, object]:
    """Read front matter that is no YAML field by field, headlines with a colon as words."""
    said: dict[str, object] = {}
    for part in _NEXT_FIELD.split(_COMMENT.sub("", front).expandtabs().strip("\n")):
        try:
            said |= _read_yaml(part)
        except ValueError:
            words = _WORDS.fullmatch(part)
            # A bracket that is never closed is a list that was cut off.
            if not words or any(part.count(a) != part.count(b) for a, b in ("[]", "{}")):
                raise
            said[words["name"]] = words["value"]
    return said


def _load_toml(front: str) -> dict[str, object]:
    try:
        said = tomllib.loads(front)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _malformed(error) from error
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in said.items()
    }


def _malformed(error: Exception) -> ValueError:
    cause = " ".join(str(error).split())
    return ValueError(f"has malformed front matter ({cause}); correct it")


def _begins_with_field(front: str) -> bool:
    """Tell whether a known field is among the lines that name fields, before any other line."""
    for line in front[:_MAX_FRONT].split("\n"):
        name = _NAME.match(line)
        if name and _know([name["name"]]):
            return True
        if not name and line[:1] not in {" ", "\t", "-", "#"}:
            return False
    return False


def _know(names: Sequence[str]) -> bool:
    return bool(choose_columns(names, {}).keys() - {"text"})


def _name_fields(given: dict[str, object]) -> dict[str, object]:
    said = {
        name.casefold(): value for name, value in given.items() if has_value(name.casefold(), value)
    }
    # Links and guids are mostly those of the program that wrote the file, not the article's own.
    fields = choose_keys(said, {}) | {name: said.get(name) for name in ("url", "id")}
    address = said.get("source")
    # A page clipped in a browser has its address as the source.
    if isinstance(address, str) and keep_web(address):
        fields |= {"url": said.get("url", address), "publisher": said.get("publisher")}
    publisher = fields.get("publisher")
    if isinstance(publisher, str):
        fields["publisher"] = drop_links(publisher)
    return fields
