"""Ground of the order desk: kinds of events, and proofs of decisions behind the wall of their company."""

import django.db.models.deletion
import staff.ids
import staff.scoping
from django.db import migrations, models

from staff.walls import build, same_company, target, wall


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0011_reach_and_couriers'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.AlterField(
            model_name='orderevent',
            name='kind',
            field=models.CharField(choices=[('seen', 'Заказ получен'), ('moved', 'Перешёл'), ('changed', 'Изменились данные'), ('requested', 'Решение принято'), ('confirmed', 'Kaspi подтвердил'), ('refused', 'Kaspi не принял'), ('expired', 'Не принят в срок'), ('overdue', 'Срок принятия прошёл'), ('taken_back', 'Отмена по сроку снята'), ('vanished', 'Пропал из списка Kaspi'), ('note', 'Заметка'), ('courier', 'Курьер'), ('withdrawn', 'Отозвано до отправки'), ('printed', 'Напечатано'), ('evidence', 'Подтверждение'), ('rescheduled', 'Плановая дата перенесена'), ('return', 'Возврат'), ('alert', 'Предупреждение о сроке'), ('handed', 'Передали'), ('imported', 'Из выгрузки кабинета'), ('message', 'Сообщение покупателю')], max_length=12),
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=staff.ids.uuid7, editable=False, unique=True)),
                ('purpose', models.CharField(choices=[('cancel', 'Отмена'), ('reschedule', 'Перенос даты'), ('return', 'Возврат'), ('claim', 'Претензия'), ('other', 'Другое')], max_length=12)),
                ('kind', models.CharField(choices=[('call', 'Звонок'), ('picture', 'Снимок или файл'), ('note', 'Заметка')], max_length=8)),
                ('outcome', models.CharField(blank=True, choices=[('no_answer', 'не ответил'), ('refused', 'отказался от заказа'), ('agreed', 'согласен'), ('asked', 'попросил перезвонить')], max_length=10)),
                ('text', models.TextField(blank=True)),
                ('file', models.BinaryField(null=True)),
                ('media_type', models.CharField(blank=True, max_length=40)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('happened_at', models.DateTimeField()),
                ('told_at', models.DateTimeField()),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_label', models.CharField(max_length=160)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('order', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'order', 'id'], name='evidence_of_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome', ''), ('kind', 'call'), _connector='OR'), name='evidence_call_outcome')],
            },
        ),
        build(
            wall("orders_evidence"),
            target("orders_evidence"),
            same_company("orders_evidence", "shop_id", "staff_shop"),
            same_company("orders_evidence", "order_id", "orders_order"),
        ),
    ]
