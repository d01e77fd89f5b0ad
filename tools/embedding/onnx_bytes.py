"""Write an ONNX model as bytes: the few messages of its protocol buffers that a plain network needs.

Source: onnx.proto of ONNX 1.16; field numbers stand beside the names.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FLOAT, INT32, INT64 = 1, 6, 7
"""Element types."""
_VARIABLE, _LENGTH, _FIXED32 = 0, 2, 5
_IR_VERSION = 8


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _integer(field: int, value: int) -> bytes:
    return _number(field << 3 | _VARIABLE) + _number(value)


def _part(field: int, content: bytes | str) -> bytes:
    written = content.encode() if isinstance(content, str) else content
    return _number(field << 3 | _LENGTH) + _number(len(written)) + written


def _attribute(name: str, value: float) -> bytes:
    """AttributeProto: name 1, f 2, i 3, type 20."""
    if isinstance(value, int):
        return _part(1, name) + _integer(3, value) + _integer(20, 2)
    return _part(1, name) + _number(2 << 3 | _FIXED32) + struct.pack("<f", value) + _integer(20, 1)


def node(kind: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: float) -> bytes:
    """NodeProto: input 1, output 2, op_type 4, attribute 5, domain 7."""
    parts = [_part(1, name) for name in inputs]
    parts += [_part(2, output), _part(4, kind)]
    parts += [_part(5, _attribute(name, value)) for name, value in attributes.items()]
    return b"".join([*parts, _part(7, domain)] if domain else parts)


def tensor(name: str, values: "NDArray[np.float32]") -> bytes:
    """TensorProto: dims 1, data_type 2, name 8, raw_data 9."""
    sizes = b"".join(_integer(1, size) for size in values.shape)
    return sizes + _integer(2, FLOAT) + _part(8, name) + _part(9, values.astype("<f4").tobytes())


def _value(name: str, kind: int, sizes: Sequence[str]) -> bytes:
    """ValueInfoProto: name 1, type 2, of a tensor 1 with elem_type 1, shape 2, dim 1, dim_param 2."""
    shape = b"".join(_part(1, _part(2, size)) for size in sizes)
    return _part(1, name) + _part(2, _part(1, _integer(1, kind) + _part(2, shape)))


def model(
    nodes: Iterable[bytes],
    weights: Iterable[bytes],
    inputs: Mapping[str, tuple[int, Sequence[str]]],
    outputs: Mapping[str, tuple[int, Sequence[str]]],
    domains: Mapping[str, int],
) -> bytes:
    """ModelProto: ir_version 1, graph 7 with node 1, name 2, initializer 5, input 11, output 12; opset_import 8."""
    graph = [*(_part(1, one) for one in nodes), _part(2, "network"), *(_part(5, one) for one in weights)]
    graph += [_part(11, _value(name, *told)) for name, told in inputs.items()]
    graph += [_part(12, _value(name, *told)) for name, told in outputs.items()]
    sets = [_part(8, _part(1, name) + _integer(2, version)) for name, version in domains.items()]
    return b"".join([_integer(1, _IR_VERSION), _part(7, b"".join(graph)), *sets])
