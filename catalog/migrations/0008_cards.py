"""Cards of goods: Kaspi's dictionaries, cards and their uploads, lists to be matched with offers."""

import django.db.models.deletion
import staff.ids
import staff.scoping
from django.db import migrations, models

from staff.walls import append_only, build, definer, same_company, target, wall


TABLES = ("cardlookup", "card", "cardversion", "cardupload", "cardline", "supplierlist", "supplierline")
# An upload that is found in the midst of being sent is handed out too: whoever gets it writes down that nobody knows.
CLAIM_UPLOADS = """
  UPDATE catalog_cardupload due SET turn = gen_random_uuid(), lease_until = now() + p_lease
  WHERE due.id IN (
    SELECT id FROM catalog_cardupload
    WHERE state IN ('queued', 'sending', 'checking') AND try_at <= now() AND (lease_until IS NULL OR lease_until < now())
    ORDER BY try_at LIMIT p_limit FOR UPDATE SKIP LOCKED)
  RETURNING due.id, due.company_id, due.shop_id, due.turn, due.state
"""
CLAIM_LOOKUPS = """
  UPDATE catalog_cardlookup due SET turn = gen_random_uuid(), lease_until = now() + p_lease, attempts = attempts + 1
  WHERE due.id IN (
    SELECT id FROM catalog_cardlookup
    WHERE state = 'queued' AND try_at <= now() AND (lease_until IS NULL OR lease_until < now())
    ORDER BY try_at LIMIT p_limit FOR UPDATE SKIP LOCKED)
  RETURNING due.id, due.company_id, due.shop_id, due.turn
"""
# A reader that died leaves its lease: somebody else tries again, three times in all.
CLAIM_LISTS = """
  UPDATE catalog_supplierlist file
  SET state = CASE WHEN file.attempts < 3 THEN 'reading' ELSE 'failed' END,
      attempts = file.attempts + 1, lease_until = now() + p_lease,
      content = CASE WHEN file.attempts < 3 THEN file.content END
  WHERE file.id IN (
    SELECT waiting.id FROM catalog_supplierlist waiting
    WHERE waiting.state = 'queued' OR (waiting.state = 'reading' AND waiting.lease_until < now())
    ORDER BY waiting.id LIMIT p_limit FOR UPDATE SKIP LOCKED)
  RETURNING file.company_id, file.id, file.lease_until, file.state
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_feed'),
        ('staff', '0007_keeps_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='Card',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ('sku', models.CharField(max_length=64)),
                ('title', models.CharField(blank=True, max_length=1024)),
                ('category_code', models.CharField(blank=True, max_length=512)),
                ('content', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('draft', 'черновик'), ('ready', 'готова'), ('sent', 'отправлена'), ('checking', 'на проверке'), ('accepted', 'принята'), ('faulty', 'с ошибками'), ('unknown', 'исход неизвестен')], default='draft', max_length=8)),
                ('score', models.PositiveSmallIntegerField(default=0)),
                ('problems', models.JSONField(default=list)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(blank=True, max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('offer', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.offer')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CardLookup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category_code', models.CharField(blank=True, max_length=512)),
                ('state', models.CharField(choices=[('queued', 'в очереди'), ('done', 'прочитано'), ('failed', 'не прочитано')], default='queued', max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('try_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('turn', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CardUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ('state', models.CharField(choices=[('queued', 'в очереди'), ('sending', 'отправляем'), ('checking', 'на проверке у Kaspi'), ('finished', 'проверена'), ('refused', 'не отправлена'), ('unknown', 'исход неизвестен')], default='queued', max_length=8)),
                ('kaspi_code', models.CharField(blank=True, max_length=200)),
                ('kaspi_status', models.CharField(blank=True, max_length=60)),
                ('total', models.PositiveIntegerField(default=0)),
                ('errors', models.PositiveIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('actor_label', models.CharField(blank=True, max_length=200)),
                ('sent_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, max_length=200)),
                ('try_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('turn', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CardLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.CharField(max_length=64)),
                ('version', models.PositiveIntegerField()),
                ('taken', models.BooleanField(null=True)),
                ('words', models.JSONField(default=list)),
                ('card', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.card')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('upload', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.cardupload')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CardVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('at', models.DateTimeField()),
                ('by', models.CharField(blank=True, max_length=200)),
                ('card', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.card')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='KaspiCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=512, unique=True)),
                ('title', models.CharField(max_length=512)),
                ('seen_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['title', 'id'], name='kaspi_category_by_title')],
            },
        ),
        migrations.CreateModel(
            name='KaspiAttribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=256)),
                ('kind', models.CharField(max_length=8)),
                ('multiple', models.BooleanField(default=False)),
                ('mandatory', models.BooleanField(default=False)),
                ('position', models.PositiveIntegerField(default=0)),
                ('choices', models.JSONField(default=list)),
                ('category', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attributes', to='catalog.kaspicategory')),
            ],
        ),
        migrations.CreateModel(
            name='SupplierList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('state', models.CharField(choices=[('queued', 'в очереди'), ('reading', 'читаем файл'), ('ready', 'разберите'), ('failed', 'не прочитан')], default='queued', max_length=8)),
                ('binds_stock', models.BooleanField(default=False)),
                ('content', models.BinaryField(null=True)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('unread', models.JSONField(default=list)),
                ('asked_at', models.DateTimeField()),
                ('actor_label', models.CharField(blank=True, max_length=200)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SupplierLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=1024)),
                ('brand', models.CharField(blank=True, max_length=256)),
                ('barcode', models.CharField(blank=True, max_length=64)),
                ('supplier_sku', models.CharField(blank=True, max_length=64)),
                ('card_code', models.CharField(blank=True, max_length=64)),
                ('verdict', models.CharField(choices=[('certain', 'уверенно'), ('review', 'проверьте'), ('none', 'не нашлось'), ('bound', 'привязан'), ('drafted', 'новая карточка'), ('skipped', 'пропущен')], max_length=8)),
                ('score', models.PositiveSmallIntegerField(default=0)),
                ('found', models.JSONField(default=list)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=200)),
                ('card', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.card')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('offer', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.offer')),
                ('batch', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.supplierlist')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='card',
            index=models.Index(fields=['company', 'shop', '-changed_at', '-id'], name='card_by_change'),
        ),
        migrations.AddIndex(
            model_name='card',
            index=models.Index(condition=models.Q(('state__in', ('sent', 'checking', 'unknown'))), fields=['company', 'shop', 'offer'], name='card_under_way'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.UniqueConstraint(fields=('company', 'shop', 'sku'), name='card_once'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(('score__lte', 100)), name='card_score_to_hundred'),
        ),
        migrations.AddIndex(
            model_name='cardlookup',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['try_at'], name='card_lookup_due'),
        ),
        migrations.AddConstraint(
            model_name='cardlookup',
            constraint=models.UniqueConstraint(fields=('company', 'shop', 'category_code'), name='card_lookup_once'),
        ),
        migrations.AddIndex(
            model_name='cardupload',
            index=models.Index(condition=models.Q(('state__in', ('queued', 'sending', 'checking'))), fields=['try_at'], name='card_upload_due'),
        ),
        migrations.AddIndex(
            model_name='cardupload',
            index=models.Index(fields=['company', 'shop', '-id'], name='card_upload_of_shop'),
        ),
        migrations.AddConstraint(
            model_name='cardupload',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'sending', 'checking'))), fields=('company', 'shop'), name='card_upload_one_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='cardline',
            index=models.Index(fields=['company', 'card', '-id'], name='card_line_of_card'),
        ),
        migrations.AddConstraint(
            model_name='cardline',
            constraint=models.UniqueConstraint(fields=('company', 'upload', 'sku'), name='card_line_once'),
        ),
        migrations.AddConstraint(
            model_name='cardversion',
            constraint=models.UniqueConstraint(fields=('company', 'card', 'version'), name='card_version_once'),
        ),
        migrations.AddConstraint(
            model_name='kaspiattribute',
            constraint=models.UniqueConstraint(fields=('category', 'code'), name='kaspi_attribute_once'),
        ),
        migrations.AddIndex(
            model_name='supplierlist',
            index=models.Index(condition=models.Q(('state__in', ('queued', 'reading'))), fields=['id'], name='supplier_list_due'),
        ),
        migrations.AddIndex(
            model_name='supplierlist',
            index=models.Index(fields=['company', 'shop', '-id'], name='supplier_list_of_shop'),
        ),
        migrations.AddIndex(
            model_name='supplierline',
            index=models.Index(fields=['company', 'batch', 'verdict', '-score', 'id'], name='supplier_line_to_review'),
        ),
        migrations.AddConstraint(
            model_name='supplierline',
            constraint=models.UniqueConstraint(fields=('company', 'batch', 'row'), name='supplier_line_once'),
        ),
        build(
            *(wall(f"catalog_{name}") for name in TABLES),
            *(target(f"catalog_{name}") for name in ("card", "cardupload", "supplierlist")),
            *(
                same_company(f"catalog_{name}", "shop_id", "staff_shop")
                for name in ("cardlookup", "card", "cardupload", "supplierlist")
            ),
            *(same_company(f"catalog_{name}", "offer_id", "catalog_offer") for name in ("card", "supplierline")),
            *(
                same_company(f"catalog_{name}", "card_id", "catalog_card")
                for name in ("cardversion", "cardline", "supplierline")
            ),
            same_company("catalog_cardline", "upload_id", "catalog_cardupload"),
            same_company("catalog_supplierline", "batch_id", "catalog_supplierlist"),
            append_only("catalog_cardversion"),
            definer(
                "office_claim_card_uploads(p_limit integer, p_lease interval)",
                "TABLE (id bigint, company_id bigint, shop_id bigint, turn uuid, state varchar)",
                CLAIM_UPLOADS,
                volatile=True,
            ),
            definer(
                "office_claim_card_lookups(p_limit integer, p_lease interval)",
                "TABLE (id bigint, company_id bigint, shop_id bigint, turn uuid)",
                CLAIM_LOOKUPS,
                volatile=True,
            ),
            definer(
                "office_claim_supplier_lists(p_limit integer, p_lease interval)",
                "TABLE (company_id bigint, id bigint, lease_until timestamptz, state varchar)",
                CLAIM_LISTS,
                volatile=True,
            ),
        ),
    ]
