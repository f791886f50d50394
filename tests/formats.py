"""One small file of every format, made by hand; each tells the same invented story."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

LEFT = "The ferry Halcyon left Sarn harbour at dawn on Monday."
SMOKE = "A fisherman saw smoke above the stern an hour later."
SAFE = "The coastguard said that nobody was hurt."
STORY = (LEFT, SMOKE, SAFE)
TEXT = "\n\n".join(STORY) + "\n"
HTML = "".join(f"<p>{sentence}</p>" for sentence in STORY)

RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Coast Post &amp; Mail</title><language>en-gb</language>
<item><media:title>A picture</media:title><title>Smoke above the &lt;i&gt;Halcyon&lt;/i&gt;</title>
<link>https://post.example/smoke</link><guid isPermaLink="false">post-1</guid>
<pubDate>Mon, 02 Mar 2020 09:30:00 +0000</pubDate><dc:creator>Ann Reay</dc:creator>
<description>A summary.</description>
<content:encoded><![CDATA[<h2>Smoke</h2>{HTML}<p>Share</p><script>track()</script>
<p>The post <a href="/smoke">Smoke</a> appeared first on <a href="/">Coast Post</a>.</p>]]>
</content:encoded></item>
<item><title>Second</title><link>https://post.example/second</link>
<author>news@post.example (Bo Lund)</author>
<description>{LEFT} It was 5 &amp;amp; 6 o&#8217;clock.</description></item>
<item><title>Only a title</title></item>
</channel></rss>"""

ATOM = f"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Coast Post</title>
<author><name>The desk</name></author>
<entry><title type="html">Smoke &amp;amp; fire</title><id>tag:post.example,2020:1</id>
<link rel="edit" href="https://post.example/edit"/><link href="https://post.example/smoke"/>
<published>2020-03-02T09:30:00Z</published><updated>2020-03-05T09:30:00Z</updated>
<author><name>Ann Reay</name></author><author><name>Bo Lund</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{HTML}</div></content></entry>
<entry xml:lang="de"><title>Rauch</title><id>tag:post.example,2020:2</id>
<updated>2020-03-03T09:30:00Z</updated>
<source><title>Küstenpost</title></source>
<summary>Die Fähre Halcyon verließ den Hafen am Montag.</summary></entry>
</feed>"""

RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Coast Post</title></channel>
<item><title>Smoke</title><link>https://post.example/smoke</link><dc:date>2020-03-02</dc:date>
<description>{LEFT}</description></item></rdf:RDF>"""

_ITEM = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"
 guid="urn:newsml:wire.example:{number}" version="1" standard="NewsML-G2" xml:lang="en">
<itemMeta><provider qcode="nprov:WIRE"><name>Coast Wire</name></provider>
<versionCreated>2020-03-04T00:00:00Z</versionCreated>
<pubStatus qcode="stat:{status}"/></itemMeta>
<contentMeta><contentCreated>2020-03-02T10:00:00Z</contentCreated><by>By Ann Reay</by>
<language tag="en-GB"/><headline>Smoke above the Halcyon</headline></contentMeta>
<contentSet>{content}</contentSet></newsItem>"""
INLINE_XML = (
    '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">'
    f"<head><title>Smoke</title></head><body><h1>Smoke</h1>{HTML}</body></html></inlineXML>"
)
INLINE_NITF = (
    '<inlineXML contenttype="application/nitf+xml"><nitf xmlns=""><body><body.head><hedline>'
    f"<hl1>Smoke</hl1></hedline></body.head><body.content>{HTML}</body.content></body></nitf>"
    "</inlineXML>"
)
INLINE_DATA = f'<inlineData contenttype="text/plain">{TEXT}</inlineData>'
PICTURE = '<remoteContent href="smoke.jpg" contenttype="image/jpeg"/>'

CSV = (
    "ID,Headline,Publication,Author,Date,URL,Lang,Full Text\n"
    '7,"Smoke, above the Halcyon",Coast Post,Ann Reay,2020-03-02,https://post.example/smoke,en,'
    f'"{LEFT}\n\n{SMOKE} ""{SAFE}"""\n'
)

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def newsml(*contents: str, status: str = "usable") -> str:
    """Make one item, or a message of several."""
    items = [
        _ITEM.format(number=number, status=status, content=content)
        for number, content in enumerate(contents, start=1)
    ]
    if len(items) == 1:
        return items[0]
    return (
        '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header/><itemSet>'
        f'{"".join(items)}<packageItem guid="urn:x"/></itemSet></newsMessage>'
    )


def mail(text: str = TEXT, *, html: str = "") -> bytes:
    """Make a mail with a text, or with HTML, or with both."""
    message = EmailMessage()
    message["From"] = "Coast Post – Küste <news@post.example>"
    message["Subject"] = "Smoke above the Halcyon – live"
    message["Date"] = format_datetime(datetime(2020, 3, 2, 9, 30, tzinfo=UTC))
    message["Archived-At"] = "<https://post.example/smoke>"
    if text:
        message.set_content(text)
    if html and text:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    message["Content-Language"] = "en-GB"
    return message.as_bytes()


def pack(members: Mapping[str, str | bytes]) -> bytes:
    """Make a zip."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return stream.getvalue()


def word(body: str, *, core: str = "", styles: str = "") -> bytes:
    """Make a Word document of the XML of its body."""
    return pack(
        {
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
            f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/><Relationship Id="b" '
            f'Type="{_PACKAGE}/relationships/metadata/core-properties" '
            'Target="/docProps/core.xml"/></Relationships>',
            "word/document.xml": f'<w:document xmlns:w="{_WORD}" xmlns:mc="urn:mc" '
            f'xmlns:m="urn:math"><w:body>{body}</w:body></w:document>',
            "word/styles.xml": f'<w:styles xmlns:w="{_WORD}">{styles}</w:styles>',
            "docProps/core.xml": '<coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" '
            f'xmlns:dcterms="http://purl.org/dc/terms/">{core}</coreProperties>',
        }
    )


def paragraph(text: str, *, style: str = "") -> str:
    """Make the XML of a paragraph of Word."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


WORD_STYLES = (
    '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Fett"><w:name w:val="Strong"/></w:style>'
)
WORD_CORE = (
    "<dc:title>Smoke above the Halcyon</dc:title><dc:creator>Ann Reay</dc:creator>"
    "<dc:language>en-GB</dc:language><dcterms:created>2020-03-02T08:00:00Z</dcterms:created>"
)


def docx() -> bytes:
    """Make a Word document with a heading and the story."""
    body = paragraph("Smoke above the Halcyon", style="berschrift1")
    body += "".join(paragraph(sentence) for sentence in STORY)
    return word(body, core=WORD_CORE, styles=WORD_STYLES)


def epub(documents: Mapping[str, str], *, extra: Mapping[str, str] | None = None) -> bytes:
    """Make an e-book of the bodies of its documents; `nav.xhtml` is its contents."""
    contents = {"nav.xhtml": ' properties="nav"'}
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="text/html"{contents.get(name, "")}/>'
        for n, name in enumerate(documents)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(documents)))
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'
    )
    package = f"""<package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Coast Post, 2 March</dc:title>
<dc:creator>The desk</dc:creator><dc:publisher>Coast Post</dc:publisher>
<dc:date>2020-03-02</dc:date><dc:language>en</dc:language></metadata>
<manifest>{items}</manifest><spine>{spine}</spine></package>"""
    pages = {
        f"OEBPS/{name.replace('%20', ' ')}": '<?xml version="1.0" encoding="utf-8"?>'
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://dtd.example/xhtml11.dtd">'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>{body}</html>'
        for name, body in documents.items()
    }
    return pack(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/content.opf": package,
            **pages,
            **(extra or {}),
        }
    )


def issue() -> bytes:
    """Make a newspaper's issue with a cover, contents, and one article."""
    return epub(
        {
            "cover.xhtml": '<body><img src="cover.jpg"/></body>',
            "nav.xhtml": "<body><nav><p>All that is in here, in one line.</p></nav></body>",
            "the%20smoke.xhtml": f"<body><h1>Smoke&nbsp;above</h1>{HTML}</body>",
        }
    )


def pdf(pages: Sequence[Sequence[str]], *, info: str = "", catalog: str = "") -> bytes:
    """Make a PDF of pages of lines, in one font without hyphens of its own."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        shown = "".join(f"({_escape(line)}) Tj T*\n" for line in lines)
        content = zlib.compress(f"BT /F1 11 Tf 14 TL 72 760 Td\n{shown}ET".encode("cp1252"))
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode(),
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream"
            % (len(content), content),
        ]
    objects.append(f"<< {info} >>".encode("cp1252"))
    out = BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, each))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(
        b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, len(objects), start)
    )
    return out.getvalue()


def _escape(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


PRINTED = [["Smoke above the Halcyon", "By Ann Reay", "2 March 2020", LEFT, SMOKE, SAFE]]

# A file of each format that ends in articles, by its name.
SAMPLES: dict[str, bytes] = {
    "a.txt": f"Smoke above the Halcyon\n\n{TEXT}".encode(),
    "a.md": f"---\ntitle: Smoke\n---\n\n{TEXT}".encode(),
    "a.html": f"<html lang='en'><article><h1>Smoke</h1>{HTML * 2}</article></html>".encode(),
    "a.jsonl": json.dumps({"text": TEXT}).encode(),
    "a.ndjson": json.dumps({"text": TEXT}).encode(),
    "a.csv": CSV.encode(),
    "a.tsv": f"title\ttext\nSmoke\t{' '.join(STORY)}\n".encode(),
    "rss.xml": RSS.encode(),
    "atom.xml": ATOM.encode(),
    "newsml.xml": newsml(INLINE_XML).encode(),
    "a.eml": mail(html=f"<html>{HTML}</html>"),
    "a.docx": docx(),
    "a.epub": issue(),
    "a.pdf": pdf(PRINTED),
    "a.zip": pack({"in/b.txt": TEXT, "a.md": TEXT}),
}
