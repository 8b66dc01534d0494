"""What `make run` says when it is up: the address, who may log in, and what to try first."""

from __future__ import annotations

from app.demo.accounts import ACCOUNTS, PASSWORD, clerk_login, grid_login, liaison_login
from app.demo.town import Say
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
    say(f"  {grid_login(1):<14}上坪村一网格网格员  {ROLES['grid_worker']}")
    say("先试试：另开一个终端运行  .venv/bin/nuanxin demo play  ，看一轮补助从开启到结束")
    say("")
