"""Fields that would be a crime to leak: encrypted at rest, found by a keyed hash."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Cipher:
    """AES-256-GCM for values, HMAC-SHA-256 for look-up; both keys derived from one secret."""

    def __init__(self, secret: bytes) -> None:
        self._aead = AESGCM(_derive(secret, b"field encryption"))
        self._hash_key = _derive(secret, b"keyed look-up")

    def encrypt(self, text: str) -> str:
        """Printable ciphertext, different at each call."""
        nonce = os.urandom(_NONCE)
        return base64.b64encode(nonce + self._aead.encrypt(nonce, text.encode(), None)).decode()

    def decrypt(self, stored: str) -> str:
        """The text back; raises `cryptography.exceptions.InvalidTag` when key or bytes are wrong."""
        raw = base64.b64decode(stored)
        return self._aead.decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()

    def encrypt_bytes(self, content: bytes) -> bytes:
        """For stored files."""
        nonce = os.urandom(_NONCE)
        return nonce + self._aead.encrypt(nonce, content, None)

    def decrypt_bytes(self, stored: bytes) -> bytes:
        """The reverse of `encrypt_bytes`."""
        return self._aead.decrypt(stored[:_NONCE], stored[_NONCE:], None)

    def lookup(self, text: str) -> str:
        """A keyed hash (hex, 64 places): equal texts give equal hashes under this secret only."""
        return hmac.new(self._hash_key, text.encode(), hashlib.sha256).hexdigest()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"nuanxin " + purpose).derive(secret)
