"""Damaged and hostile files of every format, made from a seed, and what reading them takes.

`python -m benchmarks.fuzzing` makes and reads 1,000 and prints what they did. `write` makes the
same files for the same seed; `measure` reads them in a process of its own, which may crash.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZipFile, ZipInfo

from rag.articles import read
from rag.types import Article, Failure
from tests import formats
from tests.formats import SAMPLES, TEXT, pack

# What the default settings allow a file.
MAX_BYTES = 20_000_000
# The line that is too long: 200 MB in the full form.
LINE = 200_000_000
# Seconds that all may take together before they count as hanging.
PATIENCE = 3_600
# Of an unusual depth, beyond every recursion limit.
DEEP = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading one file did.

    Attributes:
        name: The file's name: its number, its kind, its suffix.
        articles: How many were read.
        reasons: Why what was not read was not.
        seconds: Processor time, with that of processes begun for it.
    """

    name: str
    articles: int
    reasons: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What reading all files did.

    Attributes:
        outcomes: What each did, as far as it came.
        exit_code: Of the process that read them; not 0 is a crash, or that it hung.
        memory: The most bytes that it held, or a process begun for a file.
    """

    outcomes: tuple[Outcome, ...]
    exit_code: int
    memory: int

    @property
    def silent(self) -> tuple[str, ...]:
        """The files of which nothing was reported, or without a reason."""
        return tuple(
            each.name
            for each in self.outcomes
            if not all(each.reasons) or each.articles + len(each.reasons) == 0
        )


def write(folder: Path, count: int, *, seed: int, line: int = LINE) -> Sequence[Path]:
    """Write files that are damaged or hostile, the same for the same seed.

    Args:
        folder: Where to; made if it is not there.
        count: How many; every kind is there from a hundred on.
        seed: What the choices follow from.
        line: The bytes of the longest line, which is in the last file of every format.
    """
    folder.mkdir(parents=True, exist_ok=True)
    traps, samples = list(TRAPS.items()), list(SAMPLES.items())
    paths = []
    for number in range(count):
        random = Random(f"{seed} {number}")
        if number % 3 == 0:
            name, trap = traps[number // 3 % len(traps)]
            content = trap(random)
        else:
            name, sample = samples[number % len(samples)]
            damage = random.choice(DAMAGES)
            name, content = f"{damage.__name__}{Path(name).suffix}", damage(random, sample)
        paths.append(folder / f"{number:04}-{name}")
        paths[-1].write_bytes(content)
    for suffix in sorted({Path(name).suffix for name in SAMPLES}):
        paths.append(folder / f"{count:04}-line{suffix}")
        _write_line(paths[-1], line)
    return paths


def measure(folder: Path, *, patience: float = PATIENCE) -> Figures:
    """Read every file of a folder in a process of its own.

    Args:
        folder: The folder that `write` has filled.
        patience: Seconds after which the process is ended.
    """
    command = [sys.executable, "-m", "benchmarks.fuzzing", "--read", str(folder)]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=patience, check=False)
        out, code = ran.stdout, ran.returncode
    except subprocess.TimeoutExpired as error:
        out, code = error.stdout or b"", -1
    rows = [json.loads(line) for line in out.splitlines(keepends=True) if line.endswith(b"\n")]
    outcomes = [
        Outcome(row["name"], row["articles"], tuple(row["reasons"]), row["seconds"]) for row in rows
    ]
    return Figures(tuple(outcomes), code, max((row["memory"] for row in rows), default=0))


def _read_all(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        began = _take_time()
        items = list(read([path], max_bytes=MAX_BYTES))
        row = {
            "name": path.name,
            "articles": sum(isinstance(item, Article) for item in items),
            "reasons": [item.reason for item in items if isinstance(item, Failure)],
            "seconds": _take_time() - began,
            "memory": _take_memory(),
        }
        print(json.dumps(row), flush=True)


def _take_time() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _take_memory() -> int:
    # In kilobytes on Linux, in bytes on a Mac.
    unit = 1 if sys.platform == "darwin" else 1_024
    children = unit * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(_take_own_memory(unit), children)


def _take_own_memory(unit: int) -> int:
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux hands the figure of getrusage on from whoever began this process.
    return 1_024 * next(
        int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")
    )


def _write_line(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(b"text\n")
        for _ in range(size // 1_000_000):
            file.write(b"x" * 1_000_000)


# Damage: of a sound file


def cut(random: Random, raw: bytes) -> bytes:
    """Take the end away."""
    return raw[: random.randrange(len(raw))]


def flip(random: Random, raw: bytes) -> bytes:
    """Turn some bits over."""
    changed = bytearray(raw)
    for _ in range(random.randint(1, 12)):
        changed[random.randrange(len(raw))] ^= 1 << random.randrange(8)
    return bytes(changed)


def drop(random: Random, raw: bytes) -> bytes:
    """Take a part out."""
    start, end = sorted(random.randrange(len(raw)) for _ in range(2))
    return raw[:start] + raw[end:]


def repeat(random: Random, raw: bytes) -> bytes:
    """Put a part in again, many times."""
    start, end = sorted(random.randrange(len(raw)) for _ in range(2))
    return raw[:end] + raw[start:end] * random.randint(1, 300) + raw[end:]


def blot(random: Random, raw: bytes) -> bytes:
    """Write one byte over a part."""
    start, end = sorted(random.randrange(len(raw)) for _ in range(2))
    return raw[:start] + random.choice((b"\0", b"\xff", b"<", b'"')) * (end - start) + raw[end:]


def splice(random: Random, raw: bytes) -> bytes:
    """Go on as a file of another format."""
    other = random.choice(list(SAMPLES.values()))
    return raw[: random.randrange(len(raw))] + other[random.randrange(len(other)) :]


def repack(random: Random, raw: bytes) -> bytes:
    """Damage a member of a zip and pack it again; of another file, some bits."""
    if not raw.startswith(b"PK"):
        return flip(random, raw)
    with ZipFile(BytesIO(raw)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    chosen = random.choice([name for name, content in members.items() if content])
    members[chosen] = random.choice(DAMAGES[:-1])(random, members[chosen])
    return pack(members)


DAMAGES: Sequence[Callable[[Random, bytes], bytes]] = (
    cut,
    flip,
    drop,
    repeat,
    blot,
    splice,
    repack,
)


# Traps: files that somebody made to do harm


def _nest(before: str, after: str) -> Callable[[Random], bytes]:
    def make(random: Random) -> bytes:
        depth = random.randint(DEEP // 2, DEEP)
        return (before * depth + TEXT + after * depth).encode()

    return make


def _name_members(random: Random) -> bytes:
    stream = BytesIO()
    names = ("../../a.txt", "/etc/a.txt", "C:\\a.txt", "a\\..\\a.txt", "a/../../a.txt", "a\n.txt")
    with ZipFile(stream, "w") as packed:
        for name in random.sample(names, 3):
            packed.writestr(ZipInfo(name), TEXT)
        link = ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
    return stream.getvalue()


def _bomb(random: Random) -> bytes:
    return pack({"a.txt": bytes(random.randint(1, 15) * 10_000_000)})


def _bomb_in_bombs(random: Random) -> bytes:
    inner = _bomb(random)
    for _ in range(random.randint(1, 5)):
        inner = pack({f"{number}.zip": inner for number in range(10)})
    return inner


def _overlap(random: Random) -> bytes:
    """Let every entry of a zip's list name the same packed bytes."""
    raw = bytearray(pack({f"{number}.txt": TEXT * 9_999 for number in range(50)}))
    first = raw.index(b"PK\x01\x02")
    place = first
    while (place := raw.find(b"PK\x01\x02", place)) != -1:
        raw[place + 42 : place + 46] = struct.pack("<I", random.choice((0, 0, 1)))
        place += 4
    return bytes(raw)


def _nest_word(random: Random) -> bytes:
    return formats.word("<w:tbl>" * random.randint(DEEP // 2, DEEP))


def _laugh(random: Random) -> bytes:
    names = [f"a{number}" for number in range(random.randint(8, 20))]
    declared = '<!ENTITY a "aaaaaaaaaa">'
    for before, name in zip(["a", *names], names, strict=False):
        declared += f'<!ENTITY {name} "{f"&{before};" * 10}">'
    doctype = f"<!DOCTYPE rss [{declared}]>"
    return (
        f"{doctype}<rss><channel><item><title>&{names[-1]};</title></item></channel></rss>".encode()
    )


def _part_mail(random: Random) -> bytes:
    depth = random.randint(500, 5_000)
    parts = "".join(
        f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n"
        for number in range(depth)
    )
    return f"From: a@b.example\nSubject: x\n{parts}\n{TEXT}".encode()


def _quote(random: Random) -> bytes:
    return b"title,text\n" + b'"' * random.randint(1, 99_999) + b"\n" + b"a," * 99_999


def _reference_pdf(random: Random) -> bytes:
    """Make a PDF whose pages are its own parents, or of which a stream grows without end."""
    raw = formats.pdf(formats.PRINTED)
    if random.random() < 1 / 2:
        return raw.replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")
    return raw.replace(b"/FlateDecode", b"/" + b"A" * random.randint(1, 99) + b"Decode")


def _noise(random: Random) -> bytes:
    return random.randbytes(random.randint(1, 99_999))


def _spaces(random: Random) -> bytes:
    return random.choice((b" ", b"\n", b"\r", b"\xc2\xa0", b"(")) * random.randint(1, 2_000_000)


TRAPS: dict[str, Callable[[Random], bytes]] = {
    "nested.html": _nest("<div>", "</div>"),
    "nested.xml": _nest("<rss>", "</rss>"),
    "nested.jsonl": _nest('{"text":', "}"),
    "brackets.jsonl": _nest("[", "]"),
    "nested.md": _nest("> ", ""),
    "brackets.md": _nest("---\na: [", "]\n---\n"),
    "aliases.md": lambda random: (
        "---\na: &a [x, x]\n"
        + "".join(
            f"b{n}: &b{n} [{'*a, *a' if not n else f'*b{n - 1}, *b{n - 1}'}]\n" for n in range(99)
        )
        + f"title: *b{random.randint(50, 98)}\n---\n\n{TEXT}"
    ).encode(),
    "nested.eml": _part_mail,
    "nested.docx": _nest_word,
    "entities.xml": _laugh,
    "paths.zip": _name_members,
    "bomb.zip": _bomb,
    "bombs.zip": _bomb_in_bombs,
    "overlap.zip": _overlap,
    "bomb.docx": lambda _: formats.word(formats.paragraph("x " * 30_000_000)),
    "bomb.epub": lambda _: formats.epub({"a.xhtml": f"<body>{'<p>' * 5_000_000}</body>"}),
    "quotes.csv": _quote,
    "references.pdf": _reference_pdf,
    **{f"noise{suffix}": _noise for suffix in (".txt", ".html", ".csv", ".eml", ".zip", ".pdf")},
    **{f"spaces{suffix}": _spaces for suffix in (".txt", ".md", ".html", ".eml", ".csv", ".xml")},
}


def main() -> None:
    """Make and read the files, and print what they did."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--read", type=Path, help="only read a folder, and print a line a file")
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.read:
        _read_all(options.read)
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = write(Path(folder), options.count, seed=options.seed)
        figures = measure(Path(folder))
    slowest = sorted(figures.outcomes, key=lambda each: -each.seconds)
    print(f"files {len(paths)}, of these read through {len(figures.outcomes)}")
    print(f"exit code {figures.exit_code}, not reported {len(figures.silent)}")
    print(f"with a failure {sum(bool(each.reasons) for each in figures.outcomes)}")
    print(f"memory {figures.memory / 1e6:,.0f} MB")
    for each in slowest[:5]:
        print(f"{each.seconds:8.2f} s {each.name}")


if __name__ == "__main__":
    main()
