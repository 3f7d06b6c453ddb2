"""A simulator in a process of its own, for what only sockets and kills can show."""

import re
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from integrations.kaspi.simulator.tokens import token_for

ROOT = Path(__file__).resolve().parents[3]
_SERVE = """
import sys
from integrations.kaspi.simulator import server
server.run(host="127.0.0.1", port=0, scenario=sys.argv[1], strict=True, state=sys.argv[2] or None,
           say=lambda line: print(line, flush=True))
"""


class Process:
    """Starts on entry, is killed on exit. `call` talks to it over one kept connection."""

    def __init__(self, *, scenario: str = "quiet", state: Path | None = None, command: list[str] | None = None) -> None:
        self._command = command or [sys.executable, "-c", _SERVE, scenario, str(state or "")]

    def __enter__(self) -> Self:
        self.child = subprocess.Popen(
            self._command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.child.stdout is not None
        self.line = self.child.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.line)
        assert found is not None, self.child.communicate()
        self.port = int(found[1])
        self.http = httpx.Client(base_url=found[0], timeout=20)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()
        self.child.kill()
        self.child.communicate()

    def control(self, method: str, path: str, body: object = None) -> Any:
        response = self.http.request(method, f"/_control/{path}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def shop(self, method: str, path: str, *, uid: str = "30000001", body: object = None) -> httpx.Response:
        headers = {"X-Auth-Token": token_for(uid), "Accept": "application/vnd.api+json"}
        return self.http.request(method, f"/shop/api/v2/{path}", headers=headers, json=body)

    def accept(self, code: str, identifier: str) -> httpx.Response:
        attributes = {"code": code, "status": "ACCEPTED_BY_MERCHANT"}
        return self.shop(
            "POST", "orders", body={"data": {"type": "orders", "id": identifier, "attributes": attributes}}
        )
