"""Buyers over their orders, behind the wall of their company; which companies have orders that nobody gathered yet."""

import django.db.models.deletion
import staff.ids
import staff.scoping
from django.db import migrations, models

from staff.walls import build, definer, same_company, target, wall

TABLES = (
    "buyercard",
    "buyersign",
    "buyerorder",
    "buyerparting",
    "buyernote",
    "buyerledger",
    "ownphone",
    "messagetemplate",
)
KEYS = (("buyercard", "into_id"), ("buyersign", "card_id"), ("buyerorder", "card_id"), ("buyernote", "card_id"),
        ("buyerparting", "one_id"), ("buyerparting", "other_id"))  # fmt: skip

# A writer that began before the look may commit after it: orders.buyers.gathering looks back a while.
BEHIND = """
  SELECT p.company_id FROM orders_shoppulse p LEFT JOIN orders_buyerledger l ON l.company_id = p.company_id
  GROUP BY p.company_id, l.gathered_to HAVING l.gathered_to IS NULL OR max(p.changed_at) > l.gathered_to
  ORDER BY p.company_id LIMIT p_limit
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0016_returns"),
        ("staff", "0006_journal"),
    ]

    operations = [
        migrations.CreateModel(
            name="BuyerCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ("orders", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField(null=True)),
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
                    "into",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.buyercard",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BuyerLedger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gathered_to", models.DateTimeField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="staff.company",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BuyerNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                ("actor_label", models.CharField(max_length=160)),
                (
                    "card",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.buyercard",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BuyerOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                (
                    "card",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.buyercard",
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
            name="BuyerParting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("actor_label", models.CharField(max_length=160)),
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
                    "one",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.buyercard",
                    ),
                ),
                (
                    "other",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.buyercard",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BuyerSign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("kaspi", "номер покупателя в Kaspi"), ("phone", "телефон")], max_length=8
                    ),
                ),
                ("value", models.CharField(max_length=64)),
                (
                    "card",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.buyercard",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="MessageTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ("key", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=80)),
                ("text", models.TextField()),
                ("changed_at", models.DateTimeField()),
                ("actor_label", models.CharField(max_length=160)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="staff.company",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="OwnPhone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("actor_label", models.CharField(max_length=160)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="staff.company",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="buyercard",
            index=models.Index(
                condition=models.Q(("orders__gt", 0)),
                fields=["company", "-orders", "-last_at", "-id"],
                name="buyer_list",
            ),
        ),
        migrations.AddIndex(
            model_name="buyercard",
            index=models.Index(
                condition=models.Q(("into__isnull", False)), fields=["company", "into"], name="buyer_joined"
            ),
        ),
        migrations.AddConstraint(
            model_name="buyerledger",
            constraint=models.UniqueConstraint(fields=("company",), name="buyer_ledger_once"),
        ),
        migrations.AddIndex(
            model_name="buyernote",
            index=models.Index(fields=["company", "card", "id"], name="buyer_note_of_card"),
        ),
        migrations.AddIndex(
            model_name="buyerorder",
            index=models.Index(fields=["company", "card"], name="buyer_order_of_card"),
        ),
        migrations.AddConstraint(
            model_name="buyerorder",
            constraint=models.UniqueConstraint(fields=("company", "order"), name="buyer_of_order_once"),
        ),
        migrations.AddConstraint(
            model_name="buyerparting",
            constraint=models.UniqueConstraint(fields=("company", "one", "other"), name="buyer_parting_once"),
        ),
        migrations.AddConstraint(
            model_name="buyerparting",
            constraint=models.CheckConstraint(
                condition=models.Q(("one__lt", models.F("other"))), name="buyer_parting_in_order"
            ),
        ),
        migrations.AddIndex(
            model_name="buyersign",
            index=models.Index(fields=["company", "card"], name="buyer_sign_of_card"),
        ),
        migrations.AddConstraint(
            model_name="buyersign",
            constraint=models.UniqueConstraint(fields=("company", "kind", "value"), name="buyer_sign_once"),
        ),
        migrations.AddConstraint(
            model_name="messagetemplate",
            constraint=models.UniqueConstraint(fields=("company", "key"), name="message_template_once"),
        ),
        migrations.AddConstraint(
            model_name="ownphone",
            constraint=models.UniqueConstraint(fields=("company", "phone"), name="own_phone_once"),
        ),
        build(
            *(wall(f"orders_{name}") for name in TABLES),
            target("orders_buyercard"),
            *(same_company(f"orders_{name}", column, "orders_buyercard") for name, column in KEYS),
            same_company("orders_buyerorder", "order_id", "orders_order"),
            definer("office_buyers_behind(p_limit integer)", "TABLE (company_id bigint)", BEHIND),
        ),
    ]
