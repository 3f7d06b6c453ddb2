"""Price lists that were loaded, what they would change, and what their columns are."""

import django.db.models.deletion
import staff.ids
import staff.scoping
from django.db import migrations, models

from staff.walls import build, definer, same_company, target, wall

# A worker that died leaves its lease: somebody else tries again, three times in all. One file of a company at a time:
# a hundred files of one seller keep nobody else waiting.
CLAIM = """
  UPDATE catalog_priceload file
  SET state = CASE
        WHEN file.attempts < 3 THEN CASE file.state WHEN 'queued' THEN 'reading' ELSE file.state END
        ELSE CASE file.state WHEN 'applying' THEN 'ready' WHEN 'undoing' THEN 'applied' ELSE 'failed' END END,
      attempts = file.attempts + 1, lease_until = now() + p_lease, begun_at = now(), rows_done = 0
  WHERE file.id IN (
    SELECT waiting.id FROM catalog_priceload waiting
    WHERE waiting.state IN ('queued', 'reading', 'applying', 'undoing')
      AND (waiting.lease_until IS NULL OR waiting.lease_until < now())
      AND NOT EXISTS (
        SELECT FROM catalog_priceload rival WHERE rival.company_id = waiting.company_id AND rival.id <> waiting.id
          AND rival.state IN ('reading', 'applying', 'undoing') AND rival.lease_until >= now())
    ORDER BY waiting.id LIMIT p_limit FOR UPDATE SKIP LOCKED)
  RETURNING file.company_id, file.id, file.lease_until, file.state
"""
# What was looked at and never applied is of no use after a week: the file, and what it would have done.
FORGET = """
  WITH stale AS (
    UPDATE catalog_priceload SET content = NULL, state = 'stopped'
    WHERE state IN ('ready', 'columns') AND asked_at < now() - p_age RETURNING id),
  lines AS (DELETE FROM catalog_priceline WHERE load_id IN (SELECT id FROM stale)),
  problems AS (DELETE FROM catalog_priceproblem WHERE load_id IN (SELECT id FROM stale))
  SELECT count(*)::integer FROM stale
"""
TABLES = ("catalog_priceload", "catalog_priceline", "catalog_priceproblem", "catalog_pricecolumns")


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_stock_papers"),
        ("staff", "0007_keeps_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="PriceLoad",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "в очереди"),
                            ("reading", "проверяем"),
                            ("columns", "назовите колонки"),
                            ("ready", "проверен"),
                            ("applying", "применяем"),
                            ("applied", "применён"),
                            ("undoing", "возвращаем"),
                            ("stopped", "остановлен"),
                            ("failed", "не прочитан"),
                        ],
                        default="queued",
                        max_length=8,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("listed", "только товары из файла"),
                            ("whole", "весь прайс: чего нет в файле, снять с продажи"),
                        ],
                        default="listed",
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("form", models.CharField(blank=True, max_length=4)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("content", models.BinaryField(null=True)),
                ("titles", models.JSONField(default=list)),
                ("samples", models.JSONField(default=list)),
                ("columns", models.JSONField(default=list)),
                ("fixes", models.JSONField(default=dict)),
                ("bounds", models.BooleanField(default=False)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("rows_all", models.PositiveIntegerField(default=0)),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("added", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("held", models.PositiveIntegerField(default=0)),
                ("off", models.PositiveIntegerField(default=0)),
                ("moved", models.PositiveIntegerField(default=0)),
                ("on_sale", models.PositiveIntegerField(default=0)),
                ("applied", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("read_at", models.DateTimeField(null=True)),
                ("applied_at", models.DateTimeField(null=True)),
                ("actor_label", models.CharField(max_length=160)),
                ("applied_label", models.CharField(blank=True, max_length=160)),
                ("wish", models.JSONField(default=dict)),
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
                (
                    "undoes",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.priceload",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PriceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField()),
                ("sku", models.CharField(max_length=64)),
                ("offer_id", models.BigIntegerField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("change", "обновится"),
                            ("new", "новый"),
                            ("off", "снимется с продажи"),
                            ("held", "ждёт подтверждения"),
                        ],
                        max_length=8,
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("seen", models.PositiveIntegerField(default=0)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("", "ещё не применено"), ("done", "применено"), ("moved", "изменили тем временем")],
                        db_default="",
                        max_length=8,
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
                    "load",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.priceload",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PriceProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField()),
                ("sku", models.CharField(blank=True, max_length=64)),
                ("title", models.CharField(blank=True, max_length=120)),
                ("value", models.CharField(blank=True, max_length=120)),
                ("code", models.CharField(max_length=20)),
                ("told", models.JSONField(default=dict)),
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
                    "load",
                    staff.scoping.SameCompanyKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.priceload",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PriceColumns",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("columns", models.JSONField(default=list)),
                ("changed_at", models.DateTimeField()),
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
                "constraints": [
                    models.UniqueConstraint(fields=("company", "shop", "digest"), name="price_columns_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="priceload",
            index=models.Index(fields=["company", "shop", "-id"], name="price_load_newest"),
        ),
        migrations.AddIndex(
            model_name="priceload",
            index=models.Index(
                condition=models.Q(("state__in", ("queued", "reading", "applying", "undoing"))),
                fields=["id"],
                name="price_load_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="priceload",
            constraint=models.UniqueConstraint(fields=("company", "undoes"), name="price_load_undone_once"),
        ),
        migrations.AddConstraint(
            model_name="priceload",
            constraint=models.CheckConstraint(
                condition=models.Q(("held__lte", models.F("wrong"))), name="price_load_held_is_wrong"
            ),
        ),
        migrations.AddIndex(
            model_name="priceline",
            index=models.Index(fields=["company", "load", "kind", "id"], name="price_line_of_load"),
        ),
        migrations.AddIndex(
            model_name="priceline",
            index=models.Index(fields=["company", "offer_id", "-id"], name="price_line_of_offer"),
        ),
        migrations.AddIndex(
            model_name="priceproblem",
            index=models.Index(fields=["company", "load", "id"], name="price_problem_of_load"),
        ),
        build(
            target("catalog_priceload"),
            *(wall(table) for table in TABLES),
            *(same_company(f"catalog_{name}", "shop_id", "staff_shop") for name in ("priceload", "pricecolumns")),
            same_company("catalog_priceload", "undoes_id", "catalog_priceload"),
            *(
                same_company(f"catalog_{name}", "load_id", "catalog_priceload")
                for name in ("priceline", "priceproblem")
            ),
            definer(
                "office_claim_price_loads(p_limit integer, p_lease interval)",
                "TABLE (company_id bigint, id bigint, lease_until timestamptz, state varchar)",
                CLAIM,
                volatile=True,
            ),
            definer("office_forget_price_loads(p_age interval)", "integer", FORGET, volatile=True),
        ),
    ]
