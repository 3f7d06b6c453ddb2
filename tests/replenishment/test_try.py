import pytest
from datetime import date,timedelta
from decimal import Decimal
from catalog.costs import known, receipts
from catalog.costs.receipts import Receipt
from orders.profit import sums
from orders.profit.lines import Window
from orders.lifecycle import Stage
from staff.clock import database_now
def test_x(cast):
    order=cast.place(Stage.COMPLETED, entries=[{"sku":"A1","name":"Чай","quantity":2,"price":6000}])
    back=cast.place(Stage.RETURNED, entries=[{"sku":"A1","name":"Чай","quantity":2,"price":6000}])
    now=database_now()
    with cast.alma.scope():
        receipts.receive(Receipt("A1", (now-timedelta(days=3)).date(), 3, Decimal(1000)), by=cast.aigerim.actor, now=now)
        day=now.date()
        t=sums.table(Window([order.shop_id], day-timedelta(days=2), day+timedelta(days=2)), sums.By.SKU, known.tariffs())
        print(t)
        print(order.completed_at, sums.lines_of(order.pk, shop_id=order.shop_id, day=order.completed_at.date(), tariffs=known.tariffs()))
    assert 0
