"""Nuanxin: the rooms, from kernel to oversight."""
