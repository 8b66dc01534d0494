"""The shipped face of Nuanxin: in a wheel this package carries the diagrams, forms and migrations."""

from app import create_app

__all__ = ["create_app"]
