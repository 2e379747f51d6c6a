"""What programs send, with nothing in its texts that could not be stored."""

from pydantic import BaseModel, field_validator

from search.queries import storable


class Sent(BaseModel):
    """Each text is made storable before its field is checked, and keeps its length."""

    @field_validator("*", mode="before")
    @classmethod
    def clean(cls, value: object) -> object:
        if isinstance(value, list):
            return [cls.clean(one) for one in value]
        return storable(value) if isinstance(value, str) else value
