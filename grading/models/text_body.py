import hmac
from secrets import token_bytes

from django.db import models


def text_mac(text: str, salt: bytes) -> str:
    return hmac.new(salt, text.encode(), "sha256").hexdigest()


class TextBody(models.Model):
    """The free text of an append-only row. Erasing a person blanks it, salt included; the row keeps its HMAC."""

    text = models.TextField(blank=True)
    salt = models.BinaryField(max_length=16)
    mac = models.CharField(max_length=64)

    @classmethod
    def of(cls, text: str) -> "TextBody":
        """Return the unsaved body of a text."""
        salt = token_bytes(16)
        return cls(text=text, salt=salt, mac=text_mac(text, salt))
