"""Waybills, kept for printing, and the question which of all companies are still to be fetched."""

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

import staff.scoping
from staff.walls import build, definer, same_company, wall

# Few orders stand packed at a time, and only those whose paper somebody will print.
INDEX = """
CREATE INDEX order_with_waybill ON orders_order (id)
  WHERE shelf = 'kaspi_delivery' AND stage IN ('kd_packing', 'kd_handover') AND waybill_url <> '';
"""
DUE = """
  SELECT o.company_id, o.shop_id, o.id FROM orders_order o
  LEFT JOIN orders_waybill w ON w.company_id = o.company_id AND w.order_id = o.id
  WHERE o.shelf = 'kaspi_delivery' AND o.stage IN ('kd_packing', 'kd_handover') AND o.waybill_url <> ''
    AND (w.id IS NULL OR ((w.pdf IS NULL OR w.url <> o.waybill_url) AND w.try_at <= now()))
  ORDER BY o.id LIMIT p_limit
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("orders", "0002_walls")]

    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="Waybill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.CharField(max_length=500)),
                ("pdf", models.BinaryField(null=True)),
                ("fetched_at", models.DateTimeField(null=True)),
                ("try_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="staff.company",
                    ),
                ),
                (
                    "order",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("company", "order"), name="waybill_once")],
            },
        ),
        build(
            wall("orders_waybill"),
            same_company("orders_waybill", "order_id", "orders_order"),
            INDEX,
            definer(
                "office_due_waybills(p_limit integer)", "TABLE (company_id bigint, shop_id bigint, id bigint)", DUE
            ),
        ),
    ]
