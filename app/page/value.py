"""A frozen record with named fields, for CPython and MicroPython alike.

MicroPython has no dataclasses, and its namedtuples have no `_replace`; this is the small part of
both that the page needs. A subclass names its fields and their defaults, in order, in `FIELDS`.
"""


class Value:
    """A frozen record. Equal when of the same class with equal fields."""

    FIELDS = {}

    def __init__(self, **given: object) -> None:
        for name, default in self.FIELDS.items():
            object.__setattr__(self, name, given.pop(name, default))
        if given:
            raise TypeError(f"{type(self).__name__} has no field {sorted(given)[0]!r}.")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; use replace({name}=…).")

    def replace(self, **changes: object) -> "Value":
        """Return a copy with these fields changed. Raises TypeError on an unknown field."""
        return type(self)(**(self.to_dict() | changes))

    def to_dict(self) -> dict:
        """Return the fields as a dict, in order."""
        return {name: getattr(self, name) for name in self.FIELDS}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash(tuple(self.to_dict().values()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.to_dict().items())
        return f"{type(self).__name__}({fields})"
