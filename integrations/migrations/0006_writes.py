"""Writes about one line of an order: partial cancel, weight, IMEI."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0005_events")]

    operations = [
        migrations.AlterField(
            model_name="kaspiaction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("accept", "Принять"),
                    ("cancel", "Отменить"),
                    ("assemble", "Упаковать"),
                    ("send_code", "Отправить код"),
                    ("complete", "Выдать"),
                    ("arrived", "Прибыл"),
                    ("returned", "Вернулся"),
                    ("cancel_entry", "Убрать из заказа"),
                    ("weigh", "Уменьшить вес"),
                    ("imei", "Указать IMEI"),
                ],
                max_length=12,
            ),
        ),
    ]
