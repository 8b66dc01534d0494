"""Tiny real pictures in place of photos, signatures and stamped papers."""

from __future__ import annotations

import struct
import zlib


def tiny_png(seed: int) -> bytes:
    """A real picture of 8 by 8 grey dots, another one for each seed."""
    rows = b"".join(b"\x00" + bytes((seed * 31 + x * y * 7) % 256 for x in range(8)) for y in range(8))
    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"tEXt", b"Comment\x00%d" % seed), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + chunks
