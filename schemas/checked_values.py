"""Marks for the fields of dataclasses that are read from die8.toml: what a value must be beside its type.

They cost nothing where nobody reads: Pydantic, which obeys them, is imported when there is a die8.toml.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class Matching:
    """Marks a text that must match a pattern as a whole."""

    pattern: str

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema  # noqa: PLC0415 - late, see above

        del source
        return core_schema.str_schema(pattern=f"^(?:{self.pattern})$")


@dataclass(frozen=True, slots=True)
class Also:
    """Marks a value that a function checks as well; it gives the value back or raises ValueError with the remedy."""

    check: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema  # noqa: PLC0415 - late, see above

        return core_schema.no_info_after_validator_function(self.check, handler(source))


@dataclass(frozen=True, slots=True)
class Before:
    """Marks a value that a function judges before anything else does; otherwise as `Also`."""

    check: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema  # noqa: PLC0415 - late, see above

        return core_schema.no_info_before_validator_function(self.check, handler(source))


@dataclass(frozen=True, slots=True)
class OneOf:
    """Marks a union of dataclasses that a field of theirs tells apart."""

    field: str

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":  # noqa: ANN401 - a union is no type
        from pydantic import Discriminator  # noqa: PLC0415 - late, see above

        return Discriminator(self.field).__get_pydantic_core_schema__(source, handler)
