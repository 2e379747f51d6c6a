"""Tells the language of words that people or documents brought along, for the attribute `lang` around them."""

from django import template

from documents.language import language_of

register = template.Library()


@register.filter
def spoken(text: object) -> str:
    """The language that a screen reader should read this text in."""
    return language_of(str(text))
