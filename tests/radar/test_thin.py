from integrations.models import FeedEvent
from orders.lifecycle import Stage
from orders.models import *
from orders.radar import alerts
from tests.cast import Cast


def test_thin(cast: Cast) -> None:
    order = cast.place(Stage.NEW, approved_minutes_ago=140)
    cast.place(Stage.KD_PACKING)
    assert alerts.raise_due() >= 1
    assert alerts.raise_due() == 0
    with cast.alma.scope():
        print(list(DeadlineAlert.objects.values_list("due_kind", "rung", "told", "left_seconds")))
        print(list(Notice.objects.values_list("member__name", "alert__rung")))
        for e in FeedEvent.objects.order_by("id"):
            print(e.kind, e.code, e.payload, e.xid, e.public_id)
    b = cast.bolat.browser()
    html = b.get("/radar/").content.decode()
    print(html[html.index('id="main"') :][:6000])
    html = b.get("/notices/").content.decode()
    print(html[html.index('id="main"') :][:3000])
    print(b.get(f"/orders/{order.code}/").content.decode().count("Радар"))
