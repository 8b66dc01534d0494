"""Alembic runs on the connection that app.schema hands over: one transaction, on both databases."""

from alembic import context

from app.schema import whole_schema

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=whole_schema(),
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    user_module_prefix="db.",
)
with context.begin_transaction():
    context.run_migrations()
