"""Is this xlsx one that may be opened: no bomb, no macro, no password, and no sheet wider than people write.

The fast reader allocates a sheet's whole rectangle, so a cell at XFD1048576 must be found before it looks.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.kernel.errors import Fault, Invalid

MAX_BYTES = 256 * 2**20  # all parts unpacked; 60,000 rows of 20 columns take 55 MiB
MAX_PARTS = 2000
MAX_COLUMNS = 200
MAX_RECTANGLE = 12_000_000
MAX_TEXT_BYTES = 512 * 2**20

_ROW_END = b"</row>"
_PIECE = 2 * 2**20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# no pattern looks past its own tag, nor further than a cell's attributes reach: a hostile sheet would take hours
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PLACED_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]{0,100}?\br\s?=\s?["']([A-Za-z]+)(\d+)["']""")
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\s([^<>]{0,100}\st=["']e["'][^<>]{0,100}|t=["']e["'][^<>]{0,100})>"""
)
_FORMULA_CELL = re.compile(
    rb"<(?:\w+:)?c\s([^<>]{0,100}[^/<>])>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"\s*(<(?:\w+:)?v>[^<])?"
)
_REFERENCE = re.compile(rb"""\br=["']([A-Za-z]+)(\d+)["']""")
_SHARED_USE = re.compile(rb"""\st=["']s["'][^<>]{0,100}>\s*<(?:\w+:)?v>(\d+)""")


@dataclass
class SheetFacts:
    """What the fast reader would not tell: cells with errors, with formulas, with formulas never computed."""

    errors: set[tuple[int, int]] = field(default_factory=set)  # row, column, both from 1
    formulas: set[tuple[int, int]] = field(default_factory=set)
    empty_formulas: set[tuple[int, int]] = field(default_factory=set)


def refuse(code: str, message: str, filename: str = "") -> Invalid:
    """A fault of the whole file."""
    return Invalid([Fault(filename, code, message)])


def inspect_workbook(content: bytes) -> dict[str, SheetFacts]:
    """{part name: facts} of every sheet part; raises Invalid for what must not be opened."""
    if content.startswith(_OLE):
        raise _why_ole(content)
    facts: dict[str, SheetFacts] = {}
    shared, uses = b"", Counter[int]()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_names(archive)
            for name, part in _parts(archive):
                _check_part(name, part)
                if b"sheetData" in part:
                    facts[name] = _inspect_sheet(part)
                    uses.update(int(n) for n in _SHARED_USE.findall(part))
                elif b"<sst" in part or b":sst" in part:
                    shared = part
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise refuse("file_damaged", "文件已损坏，打不开：请在Excel或WPS中打开并另存为xlsx") from error
    _check_texts(shared, uses)
    return facts


def _why_ole(content: bytes) -> Invalid:
    if _ENCRYPTED in content:
        return refuse("file_encrypted", "文件有密码，请取消密码后另存再上传")
    return refuse("old_excel", "这是旧版xls文件，请在Excel或WPS中另存为xlsx再上传")


def _check_names(archive: zipfile.ZipFile) -> None:
    names = [info.filename for info in archive.infolist()]
    if len(names) > MAX_PARTS or len(names) != len(set(names)):
        raise refuse("file_suspicious", "文件结构异常，请在Excel或WPS中打开并另存为xlsx")
    if any("vbaproject" in name.lower() or "macrosheet" in name.lower() for name in names):
        raise refuse("file_has_macros", "文件含有宏，请另存为不含宏的xlsx")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise refuse("not_a_workbook", "这不是xlsx工作簿，请在Excel或WPS中另存为xlsx")
    if sum(info.file_size for info in archive.infolist()) > MAX_BYTES:
        raise _too_big()


def _too_big() -> Invalid:
    return refuse("file_unpacks_too_large", "文件解压后过大，请拆分后分次上传")


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Every part unpacked, whatever the directory claims about its size."""
    left = MAX_BYTES
    for info in archive.infolist():
        if info.flag_bits & 1:
            raise refuse("file_encrypted", "文件有密码，请取消密码后另存再上传")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refuse("file_suspicious", "文件结构异常，请在Excel或WPS中打开并另存为xlsx")
        with archive.open(info) as stream:
            part = stream.read(left + 1)
        left -= len(part)
        if left < 0:
            raise _too_big()
        yield info.filename, part


def _check_part(name: str, part: bytes) -> None:
    if not name.lower().endswith((".xml", ".rels")) and b"sheetData" not in part:
        return
    if part.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in part[:200]:
        raise refuse("file_suspicious", "文件编码异常，请在Excel或WPS中打开并另存为xlsx")
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise refuse("file_suspicious", "文件含有不允许的内容（DTD），请在Excel或WPS中打开并另存为xlsx")


def _inspect_sheet(part: bytes) -> SheetFacts:
    facts = SheetFacts()
    columns: set[bytes] = set()
    lines: set[bytes] = set()
    for piece in _pieces(part):
        places = _PLACED_CELL.findall(piece)
        if len(places) < len(_CELL.findall(piece)):
            raise refuse("file_suspicious", "单元格缺少位置，请在Excel或WPS中打开并另存为xlsx")
        columns.update(column for column, _ in places)
        lines.update(line for _, line in places)
        _note_odd_cells(piece, facts)
    width = max((_column_number(column) for column in columns), default=0)
    height = max((int(line[:9]) for line in lines), default=0)
    if width > MAX_COLUMNS:
        raise refuse("too_many_columns", f"表格有{width}列，最多{MAX_COLUMNS}列：请删除多余的列")
    if width * height > MAX_RECTANGLE:
        raise refuse("too_many_cells", "表格范围过大（可能有远处的空行空列），请删除多余的行列")
    return facts


def _pieces(part: bytes) -> Iterator[bytes]:
    """A sheet cut behind rows, so that the places of a million cells are never in memory at once."""
    start = 0
    while start < len(part):
        end = part.find(_ROW_END, start + _PIECE)
        end = len(part) if end < 0 else end + len(_ROW_END)
        yield part[start:end]
        start = end


def _note_odd_cells(piece: bytes, facts: SheetFacts) -> None:
    if b'="e"' in piece or b"='e'" in piece:
        facts.errors.update(place for found in _ERROR_CELL.findall(piece) if (place := _place(b" " + found)))
    for attributes, value in _FORMULA_CELL.findall(piece) if b"<f" in piece or b":f" in piece else ():
        place = _place(b" " + attributes)
        if place:
            (facts.formulas if value else facts.empty_formulas).add(place)


def _place(attributes: bytes) -> tuple[int, int] | None:
    found = _REFERENCE.search(attributes)
    return (int(found[2]), _column_number(found[1])) if found else None


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number


def _check_texts(shared: bytes, uses: Counter[int]) -> None:
    """A long text that stands in a million cells is unpacked a million times."""
    texts = [len(piece) for piece in re.split(rb"<(?:\w+:)?si[\s/>]", shared)[1:]]
    weight = sum(count * texts[n] for n, count in uses.items() if n < len(texts))
    if weight > MAX_TEXT_BYTES:
        raise refuse("file_unpacks_too_large", "文件中的文字展开后过大，请拆分后分次上传")
