"""What is read from die8.toml: values, and marks on their fields for what must hold beside the type.

They cost nothing where nobody reads: Pydantic, which obeys them, is imported when there is a die8.toml.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct
from msgspec.structs import fields

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

_Limit: TypeAlias = int | float


class Configured(Struct, frozen=True):
    """A table of die8.toml as a value: each field is a key of it, and a key that is no field is refused.

    Those derived from it are made by their names like any other struct; it is reading that obeys the marks. A
    ``__post_init__`` may raise ValueError with the remedy.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """Have Pydantic read a table as what it is, a dictionary, and make the value of what passed."""
        from pydantic_core import core_schema  # noqa: PLC0415 - late, see above

        del source
        keys = {
            field.name: core_schema.typed_dict_field(handler.generate_schema(field.type), required=field.required)
            for field in fields(cls)
        }
        table = core_schema.typed_dict_schema(keys, extra_behavior="forbid")
        return core_schema.no_info_after_validator_function(lambda given: cls(**given), table)


class Within(Struct, frozen=True):
    """Marks a number by its limits."""

    lowest: _Limit | None = None
    above: _Limit | None = None
    highest: _Limit | None = None

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """Add the limits to what the type asks for."""
        return _with(handler(source), {"ge": self.lowest, "gt": self.above, "le": self.highest})


class Long(Struct, frozen=True):
    """Marks a text or list by how long it may be."""

    least: int
    most: int | None = None

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """Add the limits to what the type asks for."""
        return _with(handler(source), {"min_length": self.least, "max_length": self.most})


def _with(schema: "CoreSchema", limits: dict[str, _Limit | None]) -> "CoreSchema":
    """Add what is given of the limits; of the fifty kinds of schema those of numbers, texts and lists know them."""
    limited: Any = {**schema, **{name: limit for name, limit in limits.items() if limit is not None}}
    return limited  # type: ignore[no-any-return]


class Matching(Struct, frozen=True):
    """Marks a text that must match a pattern as a whole."""

    pattern: str

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """Ask for the pattern."""
        from pydantic_core import core_schema  # noqa: PLC0415 - late, see above

        del source, handler
        return core_schema.str_schema(pattern=f"^(?:{self.pattern})$")


class Also(Struct, frozen=True):
    """Marks a value that a function checks as well; it gives the value back or raises ValueError with the remedy."""

    check: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """Ask the function last."""
        from pydantic_core import core_schema  # noqa: PLC0415 - late, see above

        return core_schema.no_info_after_validator_function(self.check, handler(source))


class Before(Struct, frozen=True):
    """Marks a value that a function judges before anything else does; otherwise as `Also`."""

    check: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """Ask the function first."""
        from pydantic_core import core_schema  # noqa: PLC0415 - late, see above

        return core_schema.no_info_before_validator_function(self.check, handler(source))


class OneOf(Struct, frozen=True):
    """Marks a union of tables that a key of theirs tells apart."""

    field: str

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":  # noqa: ANN401 - a union is no type
        """Look at the key first: what is wrong is told of the one that is meant."""
        from pydantic import Discriminator  # noqa: PLC0415 - late, see above

        return Discriminator(self.field).__get_pydantic_core_schema__(source, handler)
