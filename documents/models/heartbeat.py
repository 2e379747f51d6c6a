"""When something that comes back regularly came last."""

from django.db import models


class Heartbeat(models.Model):
    name = models.CharField(max_length=30, primary_key=True)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.beaten_at:%H:%M:%S}"
