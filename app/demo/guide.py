"""What `make run` says when it is up: the address, who may log in, and what to try first."""

from __future__ import annotations

from sqlalchemy import func, select

from app.access.models import User, UserMembership
from app.demo.accounts import ACCOUNTS, PASSWORD, clerk_login, grid_login, liaison_login
from app.demo.town import Say
from app.engine.models import Task
from app.kernel.crypto import Cipher
from app.kernel.db import Database
from app.kernel.roles import ROLES
from app.kernel.settings import Settings


def print_guide(settings: Settings, say: Say) -> None:
    """Lines for a terminal."""
    base = f"http://{settings.host}:{settings.port}"
    say("")
    say(f"暖心  {base}")
    say(f"接口说明  {base}/api/v1/openapi.json")
    say(f"示范账号（密码均为 {PASSWORD}）：")
    for account in ACCOUNTS:
        if account.shown:
            roles = "、".join(dict.fromkeys(ROLES[role] for _, role in account.places))
            say(f"  {account.login:<14}{account.name}  {roles}")
    say(f"  {liaison_login('cszh'):<14}慈善总会联络员  {ROLES['department_liaison']}")
    say(f"  {clerk_login(1):<14}清溪镇经办  {ROLES['township_clerk']}")
    login, name = _busiest_grid_worker(settings)
    say(f"  {login:<14}{name}  {ROLES['grid_worker']}（手机页面 {base}/m/）")
    say("先试试：另开一个终端运行  .venv/bin/nuanxin demo play  ，看一轮补助从开启到结束")
    say("")


def _busiest_grid_worker(settings: Settings) -> tuple[str, str]:
    """Login and name of whoever has most open visits, so that the phone has something to show."""
    database = Database(settings.database_url, Cipher(settings.secret_key))
    with database.reading() as session:
        query = (
            select(User.login, User.name)
            .join(UserMembership, UserMembership.user_id == User.id)
            .join(Task, (Task.holder_unit_id == UserMembership.unit_id) & (Task.role == UserMembership.role))
            .where(Task.state == "open", Task.role == "grid_worker")
            .group_by(User.id, User.login, User.name)
            .order_by(func.count().desc(), User.id)
        )
        found = session.execute(query.limit(1)).first()
    database.dispose()
    return (grid_login(1), "网格员") if found is None else (found.login, found.name)
