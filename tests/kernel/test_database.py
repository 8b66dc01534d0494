"""The database fixture gives a working database of each kind."""

from sqlalchemy import text


def test_a_session_reads_and_writes(database):
    with database.writing() as session:
        assert session.execute(text("select 1")).scalar() == 1
