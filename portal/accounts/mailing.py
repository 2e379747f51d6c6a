"""Sends a mail beside the answer to a request: how long that takes must not tell whether an address is known."""

import logging
from threading import Thread

from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)


def post(message: EmailMessage) -> Thread:
    sending = Thread(target=_send, args=[message], name="mail")
    sending.start()
    return sending


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except OSError:
        # Errors of smtplib are errors of the system too.
        logger.exception("a mail could not be sent")
