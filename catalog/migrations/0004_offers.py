"""Offers in full: prices by city, points, bounds; what stock is promised, on its way back, and known at all."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations, models

from staff.walls import append_only, build, same_company, target, wall

# Whoever writes a price, by one row or by a hundred thousand: its change is kept.
KEEP_PRICES = """
CREATE FUNCTION office_keep_price() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO catalog_pricechange (company_id, offer_id, shop_id, city_code, at, before, after, by, how)
  VALUES (NEW.company_id, NEW.id, NEW.shop_id, '', coalesce(NEW.changed_at, now()), OLD.price, NEW.price,
    NEW.changed_by, NEW.changed_how);
  RETURN NULL;
END
$body$;
CREATE TRIGGER keep_price AFTER UPDATE OF price ON catalog_offer FOR EACH ROW
  WHEN (OLD.price IS DISTINCT FROM NEW.price) EXECUTE FUNCTION office_keep_price();

CREATE FUNCTION office_keep_city_price() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  told catalog_cityprice := coalesce(NEW, OLD);
BEGIN
  INSERT INTO catalog_pricechange (company_id, offer_id, shop_id, city_code, at, before, after, by, how)
  SELECT offer.company_id, offer.id, offer.shop_id, told.city_code, coalesce(offer.changed_at, now()), OLD.price,
    NEW.price, offer.changed_by, offer.changed_how
  FROM catalog_offer offer WHERE offer.company_id = told.company_id AND offer.id = told.offer_id;
  RETURN NULL;
END
$body$;
CREATE TRIGGER keep_city_price AFTER INSERT OR UPDATE OF price OR DELETE ON catalog_cityprice FOR EACH ROW
  EXECUTE FUNCTION office_keep_city_price();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_states'),
        ('staff', '0007_keeps_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='CityPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('city_code', models.CharField(max_length=12)),
                ('price', models.DecimalField(decimal_places=2, max_digits=14)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('offer', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.offer')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OfferPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sold', models.BooleanField(default=True)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('offer', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.offer')),
                ('point', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.pointofsale')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PriceChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offer_id', models.BigIntegerField()),
                ('city_code', models.CharField(blank=True, max_length=12)),
                ('at', models.DateTimeField()),
                ('before', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('after', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('by', models.CharField(blank=True, max_length=200)),
                ('how', models.CharField(blank=True, choices=[('hand', 'вручную'), ('api', 'программой'), ('price_list', 'прайс-листом'), ('rollback', 'откатом загрузки'), ('repricing', 'правилом цены'), ('guard', 'защитой остатка'), ('calendar', 'по сроку')], max_length=10)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='movement',
            name='by',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.AddField(
            model_name='movement',
            name='document_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='movement',
            name='in_return_change',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='offer',
            name='barcode',
            field=models.CharField(blank=True, db_default='', max_length=64),
        ),
        migrations.AddField(
            model_name='offer',
            name='brand',
            field=models.CharField(blank=True, db_default='', max_length=256),
        ),
        migrations.AddField(
            model_name='offer',
            name='buffer',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='card_code',
            field=models.CharField(blank=True, db_default='', max_length=64),
        ),
        migrations.AddField(
            model_name='offer',
            name='ceiling',
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='changed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='changed_by',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.AddField(
            model_name='offer',
            name='changed_how',
            field=models.CharField(blank=True, choices=[('hand', 'вручную'), ('api', 'программой'), ('price_list', 'прайс-листом'), ('rollback', 'откатом загрузки'), ('repricing', 'правилом цены'), ('guard', 'защитой остатка'), ('calendar', 'по сроку')], db_default='', max_length=10),
        ),
        migrations.AddField(
            model_name='offer',
            name='commission_group',
            field=models.CharField(blank=True, db_default='', max_length=40),
        ),
        migrations.AddField(
            model_name='offer',
            name='floor',
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='most_step',
            field=models.DecimalField(decimal_places=3, max_digits=4, null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='off_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='off_by',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.AddField(
            model_name='offer',
            name='off_reason',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.AddField(
            model_name='offer',
            name='off_until',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='on_sale',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='preorder_days',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='offer',
            name='source',
            field=models.CharField(choices=[('order', 'из заказа'), ('price_list', 'из прайс-листа'), ('hand', 'добавлен вручную'), ('demo', 'из примера')], db_default='hand', default='hand', max_length=12),
        ),
        migrations.AddField(
            model_name='offer',
            name='stock_sku',
            field=models.CharField(blank=True, db_default='', max_length=64),
        ),
        migrations.AddField(
            model_name='offer',
            name='version',
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='reservation',
            name='coming_back',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='reservation',
            name='promised',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='stockitem',
            name='counted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='stockitem',
            name='held_back',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='stockitem',
            name='in_return',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='stockitem',
            name='promised',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['company', 'shop', 'name', 'id'], name='offer_by_name'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(condition=models.Q(('stock_sku', ''), _negated=True), fields=['company', 'stock_sku', 'shop'], name='offer_of_stock_item'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(condition=models.Q(('off_until__isnull', False)), fields=['off_until'], name='offer_comes_back'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('price__isnull', True), ('price__gt', 0), _connector='OR'), name='offer_price_positive'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('preorder_days__lte', 30)), name='offer_preorder_short'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('floor__isnull', True), ('ceiling__isnull', True), ('floor__lte', models.F('ceiling')), _connector='OR'), name='offer_floor_below_ceiling'),
        ),
        migrations.AddConstraint(
            model_name='stockitem',
            constraint=models.CheckConstraint(condition=models.Q(('promised__gte', 0), ('in_return__gte', 0)), name='stock_promised_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='cityprice',
            constraint=models.UniqueConstraint(fields=('company', 'offer', 'city_code'), name='city_price_once'),
        ),
        migrations.AddConstraint(
            model_name='cityprice',
            constraint=models.CheckConstraint(condition=models.Q(('price__gt', 0)), name='city_price_positive'),
        ),
        migrations.AddConstraint(
            model_name='offerpoint',
            constraint=models.UniqueConstraint(fields=('company', 'offer', 'point'), name='offer_point_once'),
        ),
        migrations.AddIndex(
            model_name='pricechange',
            index=models.Index(fields=['company', 'offer_id', '-at'], name='price_change_of_offer'),
        ),
        migrations.AddIndex(
            model_name='pricechange',
            index=models.Index(fields=['company', 'shop', '-at'], name='price_change_of_shop'),
        ),
        # Until now what was counted was told by the ledger alone; what is promised, by the stages of orders, which say it
        # again with the next thing that happens to them.
        migrations.RunSQL(
            """
            UPDATE catalog_stockitem item SET counted_at = coalesce(
              (SELECT min(moved.at) FROM catalog_movement moved WHERE moved.company_id = item.company_id
                AND moved.point_id = item.point_id AND moved.sku = item.sku AND moved.on_hand_change <> 0), now())
            WHERE on_hand > 0 OR EXISTS (
              SELECT FROM catalog_movement moved WHERE moved.company_id = item.company_id
                AND moved.point_id = item.point_id AND moved.sku = item.sku AND moved.on_hand_change <> 0)
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(KEEP_PRICES, migrations.RunSQL.noop),
        build(
            target("catalog_offer"),
            *(wall(f"catalog_{name}") for name in ("cityprice", "offerpoint", "pricechange")),
            *(same_company(f"catalog_{name}", "offer_id", "catalog_offer") for name in ("cityprice", "offerpoint")),
            same_company("catalog_offerpoint", "point_id", "staff_pointofsale"),
            same_company("catalog_pricechange", "shop_id", "staff_shop"),
            append_only("catalog_pricechange"),
        ),
    ]
