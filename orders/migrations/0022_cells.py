"""Where the parcels of pickup orders lie, until they leave the shelf."""

import django.db.models.deletion
import staff.scoping
from django.db import migrations, models

from staff.walls import build, same_company, wall

# Whatever moves the order: an answer of Kaspi's, a clock, an import.
FORGET = """
CREATE FUNCTION orders_forget_cell() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  DELETE FROM orders_ordercell WHERE company_id = NEW.company_id AND order_id = NEW.id;
  RETURN NULL;
END $body$;
CREATE TRIGGER orders_cell_left AFTER UPDATE ON orders_order FOR EACH ROW
  WHEN (OLD.stage = 'pickup' AND NEW.stage <> 'pickup') EXECUTE FUNCTION orders_forget_cell();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0021_waves'),
        ('staff', '0006_journal'),
    ]

    operations = [
        migrations.AlterField(
            model_name='orderevent',
            name='kind',
            field=models.CharField(choices=[('seen', 'Заказ получен'), ('moved', 'Перешёл'), ('changed', 'Изменились данные'), ('requested', 'Решение принято'), ('confirmed', 'Kaspi подтвердил'), ('refused', 'Kaspi не принял'), ('expired', 'Не принят в срок'), ('overdue', 'Срок принятия прошёл'), ('taken_back', 'Отмена по сроку снята'), ('vanished', 'Пропал из списка Kaspi'), ('note', 'Заметка'), ('courier', 'Курьер'), ('withdrawn', 'Отозвано до отправки'), ('printed', 'Напечатано'), ('evidence', 'Подтверждение'), ('rescheduled', 'Плановая дата перенесена'), ('return', 'Возврат'), ('alert', 'Предупреждение о сроке'), ('handed', 'Передали'), ('imported', 'Из выгрузки кабинета'), ('message', 'Сообщение покупателю'), ('cell', 'Место хранения')], max_length=12),
        ),
        migrations.CreateModel(
            name='OrderCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=20)),
                ('put_at', models.DateTimeField()),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.company')),
                ('order', staff.scoping.SameCompanyKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'order'), name='order_cell_once')],
            },
        ),
        build(wall("orders_ordercell"), same_company("orders_ordercell", "order_id", "orders_order"), FORGET),
    ]
