"""The cabinet's export of orders, and what changed in an order between observations."""

import django.db.models.deletion
import staff.ids
import staff.scoping
from django.db import migrations, models

from staff.walls import build, definer, same_company, target, wall

# A reader that died leaves its lease: somebody else tries again, three times in all (as the maker of files does).
CLAIM = """
  UPDATE orders_cabinetimport file
  SET state = CASE WHEN file.attempts < 3 THEN 'reading' ELSE 'failed' END,
      attempts = file.attempts + 1, lease_until = now() + p_lease,
      content = CASE WHEN file.attempts < 3 THEN file.content END
  WHERE file.id IN (
    SELECT waiting.id FROM orders_cabinetimport waiting
    WHERE waiting.state = 'queued' OR (waiting.state = 'reading' AND waiting.lease_until < now())
    ORDER BY waiting.id LIMIT p_limit FOR UPDATE SKIP LOCKED)
  RETURNING file.company_id, file.id, file.lease_until, file.state
"""

TABLES = ("orders_cabinetimport", "orders_cabinetline", "orders_cabinetfacts", "orders_orderchange")


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0017_buyers"),
        ("staff", "0006_journal"),
    ]

    operations = [
        migrations.CreateModel(
            name="CabinetImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "в очереди"),
                            ("reading", "читаем файл"),
                            ("ready", "проверьте и запишите"),
                            ("applied", "записана"),
                            ("failed", "не прочитана"),
                        ],
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("digest", models.CharField(max_length=64)),
                ("content", models.BinaryField(null=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("missing", models.JSONField(default=list)),
                ("extra", models.JSONField(default=list)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("against", models.PositiveIntegerField(default=0)),
                ("unknown", models.PositiveIntegerField(default=0)),
                ("unread", models.PositiveIntegerField(default=0)),
                ("applied", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("read_at", models.DateTimeField(null=True)),
                ("applied_at", models.DateTimeField(null=True)),
                ("actor_label", models.CharField(max_length=160)),
                ("applied_label", models.CharField(blank=True, max_length=160)),
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
                    "shop",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="staff.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CabinetFacts",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.CharField(blank=True, max_length=60)),
                ("status_on", models.DateField(null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=300)),
                ("review", models.TextField(blank=True)),
                ("review_on", models.DateField(null=True)),
                ("accepted_by", models.CharField(blank=True, max_length=160)),
                ("issued_by", models.CharField(blank=True, max_length=160)),
                ("cancelled_by", models.CharField(blank=True, max_length=160)),
                ("placed_by", models.CharField(blank=True, max_length=160)),
                ("courier_service", models.CharField(blank=True, max_length=120)),
                ("compensation", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("hand_over_on", models.DateField(null=True)),
                ("told_at", models.DateTimeField()),
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
                (
                    "batch",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.cabinetimport",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CabinetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("change", "изменится"),
                            ("against", "расходится с Kaspi"),
                            ("unknown", "нет у нас"),
                            ("unread", "не прочитано"),
                        ],
                        max_length=8,
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("code", models.CharField(blank=True, max_length=32)),
                ("before", models.JSONField(default=dict)),
                ("told", models.JSONField(default=dict)),
                ("conflicts", models.JSONField(default=list)),
                ("title", models.CharField(blank=True, max_length=120)),
                ("sentence", models.CharField(blank=True, max_length=300)),
                ("applied", models.BooleanField(default=False)),
                (
                    "batch",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.cabinetimport",
                    ),
                ),
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
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="OrderChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("learned_at", models.DateTimeField()),
                ("kaspi_at", models.DateTimeField(null=True)),
                ("facts", models.JSONField(default=dict)),
                ("raw", models.JSONField(default=dict)),
                ("cut", models.BooleanField(default=False)),
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
            },
        ),
        migrations.AddIndex(
            model_name="cabinetimport",
            index=models.Index(fields=["company", "shop", "-id"], name="cabinet_import_newest"),
        ),
        migrations.AddIndex(
            model_name="cabinetimport",
            index=models.Index(
                condition=models.Q(("state__in", ("queued", "reading"))), fields=["id"], name="cabinet_import_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="cabinetfacts",
            constraint=models.UniqueConstraint(fields=("company", "order"), name="cabinet_facts_once"),
        ),
        migrations.AddIndex(
            model_name="cabinetline",
            index=models.Index(fields=["company", "batch", "kind", "id"], name="cabinet_line_of_import"),
        ),
        migrations.AddIndex(
            model_name="cabinetline",
            index=models.Index(
                condition=models.Q(("order__isnull", False)), fields=["company", "order"], name="cabinet_line_of_order"
            ),
        ),
        migrations.AddIndex(
            model_name="orderchange",
            index=models.Index(fields=["company", "order", "id"], name="change_of_order"),
        ),
        build(
            *(wall(table) for table in TABLES),
            target("orders_cabinetimport"),
            same_company("orders_cabinetimport", "shop_id", "staff_shop"),
            same_company("orders_cabinetline", "batch_id", "orders_cabinetimport"),
            same_company("orders_cabinetline", "order_id", "orders_order"),
            same_company("orders_cabinetfacts", "batch_id", "orders_cabinetimport"),
            same_company("orders_cabinetfacts", "order_id", "orders_order"),
            same_company("orders_orderchange", "order_id", "orders_order"),
            definer(
                "office_claim_cabinet_imports(p_limit integer, p_lease interval)",
                "TABLE (company_id bigint, id bigint, lease_until timestamptz, state varchar)",
                CLAIM,
                volatile=True,
            ),
        ),
    ]
