"""The API that was promised is there, under the addresses that were promised."""

from __future__ import annotations

import re

PROMISED = """
POST /session           DELETE /session         POST /tokens            GET /me                 GET /schemes
POST /imports           GET /imports/{}         GET /imports/{}/errors  POST /files             GET /files/{}
POST /rounds            GET /rounds             GET /rounds/{}          GET /rounds/{}/cases
GET /rounds/{}/lists/{}.xlsx
GET /tally-requests/{}  GET /tally-requests/{}/rows                     PATCH /tally-requests/{}/rows
GET /tally-requests/{}/template.xlsx            POST /tally-requests/{}/upload
GET /tasks              GET /tasks/{}           PUT /tasks/{}/draft     POST /tasks/{}/claim    POST /tasks/{}/release
POST /tasks/{}/assign   POST /tasks/{}/delegate POST /tasks/{}/return   POST /tasks/{}/complete POST /tasks/{}/send-back
POST /tasks/{}/comments POST /tasks/bulk-complete                       GET /cases/{}           GET /instances/{}
GET /instances/{}/history                       GET /incidents          POST /incidents/{}/retry
GET /payment-batches    POST /payment-batches   GET /payment-batches/{} GET /bulk/{}            GET /audit
GET /openapi.json
"""


def test_every_promised_address_answers(house):
    there = {
        f"{method} {re.sub(r'<[^>]*>', '{}', rule.rule).removeprefix('/api/v1')}"
        for rule in house.flask.url_map.iter_rules()
        for method in rule.methods
    }
    promised = {" ".join(words) for words in re.findall(r"(GET|POST|PUT|PATCH|DELETE) (\S+)", PROMISED)}
    assert sorted(promised - there) == []
