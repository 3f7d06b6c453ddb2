"""Orders accepted by a rule: rules, switches, decisions, and what is due."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations, models

from staff.walls import append_only, build, definer, same_company, wall

# Shops that are switched on, each with its most urgent orders that nobody has decided about under the rules in force, or
# that changed since, or whose time to be looked at again has come.
DUE = """
  SELECT s.company_id, s.shop_id, due.id FROM orders_autoacceptswitch s
  CROSS JOIN LATERAL (
    SELECT o.id FROM orders_order o
    LEFT JOIN orders_autoacceptdecision d ON d.company_id = o.company_id AND d.order_id = o.id AND d.is_latest
    WHERE o.company_id = s.company_id AND o.shop_id = s.shop_id AND o.shelf = 'new' AND o.stage = 'new'
      AND o.overdue_at IS NULL
      AND (d.id IS NULL OR d.version <> s.version OR d.look_at <= now() OR o.changed_at > d.last_at)
      AND NOT EXISTS (
        SELECT FROM integrations_kaspiaction a WHERE a.company_id = o.company_id AND a.subject_id = o.id
          AND a.state IN ('queued', 'sending', 'unknown'))
    ORDER BY o.burns_at, o.id LIMIT p_limit) due
  WHERE s.is_on AND NOT EXISTS (
    SELECT FROM orders_autoacceptstop stop WHERE stop.company_id = s.company_id AND stop.is_stopped)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0024_marks_by_index_alone'),
        ('staff', '0007_keeps_at'),
    ]

    operations = [
        migrations.AlterField(
            model_name='orderevent',
            name='kind',
            field=models.CharField(choices=[('seen', 'Заказ получен'), ('moved', 'Перешёл'), ('changed', 'Изменились данные'), ('requested', 'Решение принято'), ('confirmed', 'Kaspi подтвердил'), ('refused', 'Kaspi не принял'), ('expired', 'Не принят в срок'), ('overdue', 'Срок принятия прошёл'), ('taken_back', 'Отмена по сроку снята'), ('vanished', 'Пропал из списка Kaspi'), ('note', 'Заметка'), ('courier', 'Курьер'), ('withdrawn', 'Отозвано до отправки'), ('printed', 'Напечатано'), ('evidence', 'Подтверждение'), ('rescheduled', 'Плановая дата перенесена'), ('return', 'Возврат'), ('alert', 'Предупреждение о сроке'), ('handed', 'Передали'), ('imported', 'Из выгрузки кабинета'), ('message', 'Сообщение покупателю'), ('cell', 'Место хранения'), ('ruled', 'Автоприём')], max_length=12),
        ),
        migrations.CreateModel(
            name='AutoAcceptDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('verdict', models.CharField(choices=[('accept', 'Принят'), ('wait', 'Ждёт'), ('hold', 'Придержан')], max_length=8)),
                ('reason', models.CharField(choices=[('all_met', 'все условия выполнены'), ('settling', 'идёт выдержка'), ('closed', 'точка закрыта'), ('late', 'срок принятия прошёл'), ('pressed', 'по заказу уже отправляли решение'), ('express', 'это Express'), ('pre_order', 'это предзаказ'), ('signing', 'нужна подпись покупателя'), ('no_point', 'точка продаж не названа'), ('old', 'заказ ждёт слишком давно'), ('sum_low', 'сумма меньше заданной'), ('sum_high', 'сумма больше заданной'), ('many_lines', 'слишком много позиций'), ('many_pieces', 'слишком много штук'), ('address_barred', 'адрес из списка исключений'), ('address_other', 'адреса нет в списке разрешённых'), ('red_budget', 'запас отмен исчерпан'), ('lines_unknown', 'Kaspi ещё не сообщил состав'), ('uncounted', 'остаток не указан'), ('short', 'товара не хватает'), ('stopped', 'автоприём остановлен')], max_length=16)),
                ('seen', models.JSONField(default=dict)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('look_at', models.DateTimeField(null=True)),
                ('is_latest', models.BooleanField(default=True)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('order', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('is_latest', True)), fields=['company', 'shop', '-last_at', '-id'], name='auto_accept_lately')],
                'constraints': [models.UniqueConstraint(fields=('company', 'order', 'version', 'reason'), name='auto_accept_decision_once'), models.UniqueConstraint(condition=models.Q(('is_latest', True)), fields=('company', 'order'), name='auto_accept_latest_once')],
            },
        ),
        migrations.CreateModel(
            name='AutoAcceptRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('rules', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'shop', 'version'), name='auto_accept_version_once')],
            },
        ),
        migrations.CreateModel(
            name='AutoAcceptStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_stopped', models.BooleanField()),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company',), name='auto_accept_stop_once')],
            },
        ),
        migrations.CreateModel(
            name='AutoAcceptSwitch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_on', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField()),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('shop', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.shop')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'shop'), name='auto_accept_switch_once')],
            },
        ),
        build(
            wall("orders_autoacceptrules"),
            same_company("orders_autoacceptrules", "shop_id", "staff_shop"),
            append_only("orders_autoacceptrules"),
            wall("orders_autoacceptswitch"),
            same_company("orders_autoacceptswitch", "shop_id", "staff_shop"),
            wall("orders_autoacceptstop"),
            wall("orders_autoacceptdecision"),
            same_company("orders_autoacceptdecision", "shop_id", "staff_shop"),
            same_company("orders_autoacceptdecision", "order_id", "orders_order"),
            definer(
                "office_due_auto_accepts(p_limit integer)", "TABLE (company_id bigint, shop_id bigint, id bigint)", DUE
            ),
        ),
    ]
