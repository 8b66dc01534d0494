"""What a file is, by its bytes and never by its name."""

from __future__ import annotations

import io
import zipfile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PARQUET = "application/vnd.apache.parquet"
EXTENSIONS = {
    "image/png": "png", "image/jpeg": "jpg", "image/heic": "heic", "image/webp": "webp",
    "application/pdf": "pdf", XLSX: "xlsx", DOCX: "docx", "application/zip": "zip", "text/csv": "csv",
    PARQUET: "parquet",
}  # fmt: skip
_STARTS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"%PDF-": "application/pdf",
           b"PAR1": PARQUET}  # fmt: skip
_HEIC = (b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis", b"hevc")
_CONTROL = frozenset(range(32)) - {9, 10, 13}


def sniff_media_type(content: bytes) -> str | None:
    """One of `EXTENSIONS`, or None for anything else (programs, web pages, old Office files)."""
    for start, media_type in _STARTS.items():
        if content.startswith(start):
            return media_type
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "image/heic"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"PK\x03\x04"):
        return _which_archive(content)
    return "text/csv" if _is_plain_text(content) else None


def _which_archive(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    if any("vbaproject" in name.lower() for name in names):
        return None
    if "xl/workbook.xml" in names:
        return XLSX
    return DOCX if "word/document.xml" in names else "application/zip"


def _is_plain_text(content: bytes) -> bool:
    if not content or content.lstrip()[:1] == b"<" or content.startswith((b"#!", b"MZ", b"{\\rtf")):
        return False
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decodes(content, "utf-16")
    if not _CONTROL.isdisjoint(content):
        return False
    return _decodes(content, "utf-8") or _decodes(content, "gb18030")


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
