from __future__ import annotations

from typing import Annotated, Self

import msgspec
import pytest
from pydantic import AfterValidator, BaseModel, Field, model_validator

from factwire.events.structs import struct_of


class Inner(BaseModel):
    n: Annotated[int, Field(ge=1)]
    inner: Inner | None = None


class Outer(BaseModel):
    inners: tuple[Inner, ...] = ()
    name: str | None = None


def test_fields_defaults_and_bounds_are_the_models() -> None:
    decode = msgspec.json.Decoder(struct_of(Outer)).decode
    assert msgspec.to_builtins(decode(b'{"inners":[{"n":1,"inner":{"n":2}}]}')) == {
        "inners": ({"n": 1, "inner": {"n": 2, "inner": None}},),
        "name": None,
    }
    for refused in (b'{"inners":[{"n":0}]}', b'{"inners":[{"n":1,"inner":{}}]}', b'{"other":1}'):
        with pytest.raises(msgspec.ValidationError):
            decode(refused)


def test_a_rule_without_a_counterpart_is_not_passed_over() -> None:
    class Shouting(BaseModel):
        name: Annotated[str, AfterValidator(str.upper)]

    class Odd(BaseModel):
        n: int

        @model_validator(mode="after")
        def is_odd(self) -> Self:
            return self

    class Multiple(BaseModel):
        n: Annotated[int, Field(multiple_of=3)]

    for model in (Shouting, Odd, Multiple):
        with pytest.raises(TypeError):
            struct_of(model)
