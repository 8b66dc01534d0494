"""Shared HTTP furniture: one error shape, one way to say who may call, replay, cursors, fields, downloads."""
