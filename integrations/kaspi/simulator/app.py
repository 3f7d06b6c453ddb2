"""The ASGI application: the shop API under /shop/api, the control door under /_control."""

import asyncio

from . import access, api, control, extras, http, life, mischief, writing
from .api import Call
from .faults import Fault
from .http import App, Gone, Receive, Request, Response, Scope, Send, html
from .log import Write
from .mischief import Scene
from .render import Pen, dump
from .titles import Rejected
from .world import World

SHOP = "/shop/api/"
CONTROL = "/_control/"
_OLD_FAMILY = frozenset({"orderPartialCancel", "waybill", "products"})


def build_app(world: World) -> App:
    """An ASGI application over a world. Several may share one world; nothing runs between requests."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            try:
                await _serve(world, scope, receive, send)
            except Gone as reason:
                await mischief.drop(send, reason)

    return app


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"].removeprefix("lifespan.")
        await send({"type": f"lifespan.{kind}.complete"})
        if kind == "shutdown":
            return


async def _serve(world: World, scope: Scope, receive: Receive, send: Send) -> None:
    request = await http.read(scope, receive)
    life.catch_up(world)
    if request.path.startswith(CONTROL):
        response = control.answer(world, request)
        world.commit()
        await http.answer(send, response)
    elif request.path.startswith(SHOP):
        await _serve_shop(world, request, receive, send)
    else:
        await http.answer(send, html(404, "Not Found"))


async def _serve_shop(world: World, request: Request, receive: Receive, send: Send) -> None:
    if world.settings.latency_ms:
        await asyncio.sleep(world.settings.latency_ms / 1000)
        life.catch_up(world)
    parts = _parts(request.path)
    write = writing.record(world, request, parts)
    fault = _pick_fault(world, request)
    if write is not None:
        write.fault = fault.kind if fault is not None else None
    try:
        await _answer_shop(world, Visit(world, request, parts, write), fault, receive, send)
    finally:
        if write is not None:
            world.keep("write", write)
            world.commit()


async def _answer_shop(world: World, visit: "Visit", fault: Fault | None, receive: Receive, send: Send) -> None:
    if fault is not None:
        await mischief.play(Scene(fault, visit.handle, receive, send, visit.write))
        return
    if world.settings.unknown_agent_delay_ms and _unknown_agent(visit.request):
        await asyncio.sleep(world.settings.unknown_agent_delay_ms / 1000)
    response = visit.handle()
    await http.answer(send, response)


def _parts(path: str) -> list[str]:
    return path.removeprefix(SHOP).removeprefix("v2/").rstrip("/").split("/")


def _unknown_agent(request: Request) -> bool:
    agent = request.headers.get("user-agent", "")
    return agent == "" or agent.startswith(("python-", "Go-http-client", "okhttp", "Java/"))


def _pick_fault(world: World, request: Request) -> Fault | None:
    if not world.faults.rules:
        return None
    target = f"{request.path}?{request.raw_query.decode('latin-1')}"
    held = world.tokens.get(request.headers.get("x-auth-token", ""), [""])
    merchant = request.headers.get("x-merchant-uid", "") or held[0]
    return world.faults.pick(method=request.method, target=target, merchant=merchant, chance=world.rng.random())


class Visit:
    """One request of the shop API, ready to be handled once, or not at all when a fault says so."""

    def __init__(self, world: World, request: Request, parts: list[str], write: Write | None) -> None:
        self.world = world
        self.request = request
        self.parts = parts
        self.write = write

    def handle(self, *, lie: str | None = None, late: float | None = None) -> Response:
        try:
            response = self._route(lie, late)
        except Rejected as refusal:
            if self.write is not None:
                self.write.title = refusal.title
            response = Response(refusal.status, dump({"errors": [{"title": refusal.title}]}))
        if self.write is not None:
            self.write.answer = response.status
            # Order and log are kept together, before the answer leaves: who has it finds both in a restarted simulator.
            self.world.keep("write", self.write)
        self.world.commit()
        return response

    def _route(self, lie: str | None, late: float | None) -> Response:
        request, name = self.request, self.parts[0]
        second_family = request.path.startswith(SHOP + "v2/")
        if second_family == (name in _OLD_FAMILY) or not self._accepts(second_family):
            return html(404, "Not Found")
        call = Call(self.world, access.merchant_of(self.world, request), request, self.parts, self._pen(), lie)
        if self.write is not None:
            self.write.merchant = call.merchant.uid
            return self._apply(call, late)
        extra = extras.ROUTES.get((request.method, name))
        if extra is not None:
            return extra(call)
        return self._read(call)

    def _accepts(self, second_family: bool) -> bool:
        """Without Accept the shop API answers an HTML 404 (kaspi-api §1.3)."""
        return not (self.world.settings.strict and second_family) or "accept" in self.request.headers

    def _pen(self) -> Pen:
        return Pen(self.world, f"{self.request.origin}{SHOP}v2")

    def _read(self, call: Call) -> Response:
        parts = self.parts
        handler = api.ROUTES.get((parts[0], len(parts), parts[2] if len(parts) == 3 else ""))
        if handler is None:
            return html(404, "Not Found")
        return handler(call) if call.request.method == "GET" else html(405, "Method Not Allowed")

    def _apply(self, call: Call, late: float | None) -> Response:
        wanted = writing.WRITES[(call.request.method, self.parts[0])](call)
        write, now = self.write, self.world.clock.now()
        assert write is not None
        if late is not None:
            self.world.later(now + int(late * 1000), lambda at: self._apply_late(call, at))
            return wanted.answer
        wanted.do(now)
        write.applied = wanted.changes
        return wanted.answer

    def _apply_late(self, call: Call, at: int) -> None:
        """The order may have moved meanwhile: the write is judged again, at the moment of its effect."""
        write = self.write
        assert write is not None
        try:
            wanted = writing.WRITES[(call.request.method, self.parts[0])](call)
            wanted.do(at)
            write.applied = wanted.changes
        except Rejected as refusal:
            write.title = refusal.title
        self.world.keep("write", write)
