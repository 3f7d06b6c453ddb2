"""A simulated Kaspi: the shop API of kaspi-api.md as an ASGI application, with a control door and two clocks.

In process::

    world = scenarios.begin(World(), "quiet")
    httpx.AsyncClient(transport=httpx.ASGITransport(build_app(world)), base_url="http://kaspi.test")

As a server: ``manage.py kaspi_simulator --port N [--scenario NAME] [--strict|--lenient] [--state DIR]``.

The shop API lies at ``/shop/api``; everything that a test or a demo may do to Kaspi lies at ``/_control/``
(control.py): make orders, move the clock, order faults, read the log of writes. The package knows Kaspi's rules by
itself and imports nothing of the product, so that both cannot err together. Texts of refusals that Kaspi never
published are invented: titles.py marks them.

world.py remembers · steps.py, deeds.py, rules.py decide · fates.py, life.py, history.py, scenarios.py live ·
render.py draws · api.py, writing.py, extras.py answer · faults.py, mischief.py spoil · journal.py keeps · app.py,
server.py serve.
"""
