"""Papers of the storekeeper, times of overselling, and as what an order bought what it holds."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations, models

from staff.walls import append_only, build, same_company, wall

# Whoever changes a stock row, by whichever statement: that more is sold than there is cannot stay unseen.
WATCH = """
CREATE FUNCTION office_watch_stock() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF NEW.counted_at IS NOT NULL AND NEW.reserved > NEW.on_hand THEN
    INSERT INTO catalog_oversell AS told (company_id, point_id, sku, began_at, most_short)
    VALUES (NEW.company_id, NEW.point_id, NEW.sku, now(), NEW.reserved - NEW.on_hand)
    ON CONFLICT (company_id, point_id, sku) WHERE ended_at IS NULL
    DO UPDATE SET most_short = excluded.most_short WHERE told.most_short < excluded.most_short;
  ELSE
    UPDATE catalog_oversell SET ended_at = now()
    WHERE company_id = NEW.company_id AND point_id = NEW.point_id AND sku = NEW.sku AND ended_at IS NULL;
  END IF;
  RETURN NULL;
END
$body$;
CREATE TRIGGER watch_stock AFTER UPDATE OF on_hand, reserved, counted_at ON catalog_stockitem FOR EACH ROW
  WHEN (NEW.reserved > NEW.on_hand OR OLD.reserved > OLD.on_hand) EXECUTE FUNCTION office_watch_stock();
INSERT INTO catalog_oversell (company_id, point_id, sku, began_at, most_short)
SELECT company_id, point_id, sku, now(), reserved - on_hand FROM catalog_stockitem
WHERE counted_at IS NOT NULL AND reserved > on_hand;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_offers'),
        ('staff', '0007_keeps_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='Oversell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.CharField(max_length=64)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('most_short', models.PositiveIntegerField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('point', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.pointofsale')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StockDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('count', 'Пересчёт'), ('receipt', 'Приход'), ('write_off', 'Списание'), ('move', 'Перемещение')], max_length=10)),
                ('at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=200)),
                ('lines', models.PositiveIntegerField()),
                ('actor_label', models.CharField(max_length=200)),
                ('key', models.UUIDField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('point', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.pointofsale')),
                ('to_point', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.pointofsale')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='reservation',
            name='sold_as',
            field=models.CharField(default='', max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='reservation',
            name='sold_at',
            field=staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, default=0, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.pointofsale'),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE catalog_reservation SET sold_at_id = point_id, sold_as = sku", migrations.RunSQL.noop
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                condition=models.Q(("document_id__isnull", False)),
                fields=["company", "document_id"],
                name="movement_of_document",
            ),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(condition=models.Q(('state', 'held')), fields=['company', 'point', 'sku'], name='reservation_of_item'),
        ),
        migrations.AddConstraint(
            model_name='oversell',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('company', 'point', 'sku'), name='oversell_once_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='stockdocument',
            index=models.Index(fields=['company', 'point', '-id'], name='stock_document_of_point'),
        ),
        migrations.AddConstraint(
            model_name='stockdocument',
            constraint=models.UniqueConstraint(fields=('company', 'number'), name='stock_document_number_once'),
        ),
        migrations.AddConstraint(
            model_name='stockdocument',
            constraint=models.UniqueConstraint(fields=('company', 'key'), name='stock_document_once'),
        ),
        build(
            *(wall(f"catalog_{name}") for name in ("oversell", "stockdocument")),
            same_company("catalog_reservation", "sold_at_id", "staff_pointofsale"),
            same_company("catalog_oversell", "point_id", "staff_pointofsale"),
            same_company("catalog_stockdocument", "point_id", "staff_pointofsale"),
            same_company("catalog_stockdocument", "to_point_id", "staff_pointofsale"),
            append_only("catalog_stockdocument"),
        ),
        migrations.RunSQL(WATCH, migrations.RunSQL.noop),
    ]
