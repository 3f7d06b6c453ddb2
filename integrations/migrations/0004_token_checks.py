"""A token is looked through before it is put in force: the table of these looks, its wall, the claim of workers."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations, models

from staff.walls import build, definer, same_company, wall

CLAIM = """
  UPDATE integrations_tokencheck c
  SET lease_until = now() + p_lease, attempts = least(c.attempts + 1, 30000)
  WHERE c.id IN (
    SELECT id FROM integrations_tokencheck
    WHERE state = 'queued' AND try_at <= now() AND coalesce(lease_until, '-infinity') < now()
    ORDER BY try_at LIMIT p_limit FOR UPDATE SKIP LOCKED)
  RETURNING c.id, c.company_id, c.shop_id, c.turn
"""


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0003_lanes'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.AddField(
            model_name='kaspiaccount',
            name='token_print',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='kaspiaccount',
            name='state',
            field=models.CharField(choices=[('ok', 'Обмен идёт'), ('refused', 'Kaspi не принимает токен'), ('forgotten', 'Токена нет')], default='ok', max_length=10),
        ),
        migrations.CreateModel(
            name='TokenCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('turn', models.UUIDField()),
                ('cipher', models.BinaryField(null=True)),
                ('tail', models.CharField(max_length=4)),
                ('state', models.CharField(choices=[('queued', 'проверяется'), ('proven', 'проверен'), ('refused', 'не подошёл'), ('failed', 'не проверен')], default='queued', max_length=8)),
                ('found', models.JSONField(default=dict)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_label', models.CharField(max_length=160)),
                ('asked_at', models.DateTimeField()),
                ('try_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['try_at'], name='token_check_due')],
                'constraints': [models.UniqueConstraint(fields=('company', 'shop'), name='token_check_once')],
            },
        ),
        build(
            wall("integrations_tokencheck"),
            same_company("integrations_tokencheck", "shop_id", "staff_shop"),
            definer(
                "office_claim_token_checks(p_limit integer, p_lease interval)",
                "TABLE (id bigint, company_id bigint, shop_id bigint, turn uuid)",
                CLAIM,
                volatile=True,
            ),
        ),
    ]
