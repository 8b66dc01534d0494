"""`python -m nuanxin` is the same command as `nuanxin`."""

from app.cli import main

main()
