from django.conf import settings
from django.db import models
from django.db.models import F, Sum


class Order(models.Model):
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="orders")
    number = models.CharField(max_length=20, unique=True)
    placed_at = models.DateTimeField()

    def __str__(self):
        return self.number

    def total(self):
        return self.lines.aggregate(total=Sum(F("copies") * F("book__price")))["total"]


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    book = models.ForeignKey("catalog.Book", on_delete=models.PROTECT)
    copies = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "book"], name="one_line_for_each_book")]

    def __str__(self):
        return f"{self.copies} × {self.book}"
