"""Row 2: a completion over HTTP: `nuanxin serve` on PostgreSQL, eight clients that ask without pause."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.access.people import PASSWORD
from tests.bench.bare import BareProcess
from tests.bench.bare_web import fill_bare
from tests.bench.place import FIVE, SCHEME, Place, has_postgresql, open_place
from tests.bench.report import Line
from tests.bench.scale import Scale
from tests.bench.servers import Server, bare_server, product_server
from tests.bench.timing import Stopwatch

_CLIENTS = 8
_P50, _P99 = 10.0, 50.0


@dataclass
class Load:
    """What the clients met: durations of all requests and how many of each status."""

    watch: Stopwatch = field(default_factory=Stopwatch)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    server_cpu: float = 0.0  # seconds that the server's processes computed meanwhile

    @property
    def failures(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= 500)


@dataclass(frozen=True)
class Request:
    """One POST."""

    path: str
    body: bytes
    headers: dict[str, str]


def measure(scale: Scale) -> list[Line]:
    if not has_postgresql():
        return [Line(2, "completion over HTTP", "no PostgreSQL answers on 127.0.0.1:5432")]
    with open_place("PostgreSQL") as place:
        raw = _load_bare(place, scale.http_instances)
        ours = _load_product(place, scale.http_instances, pause=0.0)
        paced = _load_product(place, scale.http_instances, pause=0.1)
    return [_line(ours, raw, "8 clients without pause"), _line(paced, None, "8 clients, 0.1 s between requests")]


def _load_product(place: Place, count: int, pause: float) -> Load:
    """All first steps, then all second steps …: what is posted next is known before anybody is timed."""
    load = Load()
    with product_server(place) as server:
        tokens = {login: _log_in(server.port, login) for login in sorted({login for _, login in FIVE})}
        for subjects, counts in ((place.start("five_tasks", 2 * _CLIENTS), False),
                                 (place.start("five_tasks", count), True)):  # fmt: skip
            for step, login in FIVE:
                requests = [_completion(task, tokens[login]) for task in place.open_tasks(step, subjects)]
                run_clients(server, requests, load if counts else Load(), pause)
    return load


def _load_bare(place: Place, count: int) -> Load:
    diagram = place.folder / f"resources/bpmn/{SCHEME}/five_tasks.bpmn"
    url = place.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    load = Load()
    with bare_server(url, diagram, "five_tasks") as server:
        fill_bare(url, BareProcess(diagram, "five_tasks"), count)
        for step in range(len(FIVE)):
            requests = [Request(f"/{number}", b"", {}) for number in range(count)]
            run_clients(server, requests, load if step else Load(), 0.0)
    return load


def _completion(task_id: int, token: str) -> Request:
    headers = {
        "Authorization": f"Bearer {token}", "Content-Type": "application/json", "If-Match": '"1"',
        "Idempotency-Key": uuid.uuid4().hex,
    }  # fmt: skip
    return Request(f"/api/v1/tasks/{task_id}/complete", b'{"form": {"approved": true}}', headers)


def run_clients(server: Server, requests: list[Request], load: Load, pause: float) -> None:
    """Eight threads share the requests out; each keeps its connection and waits for every answer."""
    lock, begun, computed = threading.Lock(), time.perf_counter(), server.cpu_seconds()

    def work(mine: list[Request]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        watch, statuses = Stopwatch(), Counter[int]()
        for request in mine:
            statuses[watch.run(lambda request=request: _post(connection, request))] += 1
            if pause:
                time.sleep(pause)
        connection.close()
        with lock:
            load.watch.seconds += watch.seconds
            load.statuses += statuses

    _together(work, [requests[n::_CLIENTS] for n in range(_CLIENTS)])
    load.seconds += time.perf_counter() - begun
    load.server_cpu += server.cpu_seconds() - computed


def _together(work: Callable[[Any], None], shares: list[Any]) -> None:
    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _post(connection: http.client.HTTPConnection, request: Request) -> int:
    connection.request("POST", request.path, request.body, request.headers)
    reply = connection.getresponse()
    reply.read()
    return reply.status


def _log_in(port: int, login: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = json.dumps({"login": login, "password": PASSWORD, "name": "bench"})
    connection.request("POST", "/api/v1/tokens", body, {"Content-Type": "application/json"})
    return json.loads(connection.getresponse().read())["token"]


def _line(load: Load, raw: Load | None, how: str) -> Line:
    p50, p99, total = load.watch.p50, load.watch.percentile(0.99), len(load.watch.seconds)
    assert load.statuses[200] + load.failures == total, load.statuses
    return Line(
        2, f"completion over HTTP, PostgreSQL, {how}",
        f"{_say(load)}, 5xx {load.failures}", _say(raw) if raw else "",
        p50 / raw.watch.p50 if raw else None, "p50 <= 10 ms, p99 <= 50 ms, no 5xx",
        p50 <= _P50 and p99 <= _P99 and not load.failures,
        {
            "p50_ms": p50, "p99_ms": p99, "failures": load.failures, "requests": total, "per_second": _rate(load),
            "cpu_ms": _cpu(load),
            **({"raw_p50_ms": raw.watch.p50, "raw_p99_ms": raw.watch.percentile(0.99), "raw_cpu_ms": _cpu(raw)}
               if raw else {}),
        },
    )  # fmt: skip


def _rate(load: Load) -> float:
    return len(load.watch.seconds) / load.seconds


def _cpu(load: Load) -> float:
    """Milliseconds that the server computes a request, whoever else was busy."""
    return load.server_cpu / len(load.watch.seconds) * 1000


def _say(load: Load) -> str:
    p50, p99 = load.watch.p50, load.watch.percentile(0.99)
    return f"p50 {p50:.1f}, p99 {p99:.1f} ms, {_rate(load):.0f}/s, CPU {_cpu(load):.1f} ms"
