"""Asks single functions of the engine's library, in a process of its own: `python -m … NAME`. Tells what it found."""

import ctypes
import json
import sys
from collections.abc import Callable

import _pjsua2

lib = ctypes.CDLL(_pjsua2.__file__)
for _name in ("pj_pool_create", "pjsip_allow_hdr_create", "pjsip_multipart_create", "pj_xml_parse"):
    getattr(lib, _name).restype = ctypes.c_void_p
lib.pj_hash_calc.restype = lib.pj_hash_calc_tolower.restype = ctypes.c_uint32


class PjStr(ctypes.Structure):
    _fields_ = (("ptr", ctypes.c_char_p), ("slen", ctypes.c_ssize_t))


def _pool() -> ctypes.c_void_p:
    lib.pj_init()
    factory = ctypes.create_string_buffer(1 << 14)
    lib.pj_caching_pool_init(factory, None, ctypes.c_size_t(0))
    _pool.kept = factory  # type: ignore[attr-defined]
    return ctypes.c_void_p(
        lib.pj_pool_create(factory, b"test", ctypes.c_size_t(1 << 16), ctypes.c_size_t(1 << 16), None)
    )


def rtpmap_of_nothing() -> object:
    found = ctypes.create_string_buffer(b"\xff" * 128, 128)
    status = lib.pjmedia_sdp_attr_get_rtpmap(None, found)
    return {"failed": status != 0, "empty": not any(found.raw[:48])}


def stun_ids() -> object:
    pool, ids = _pool(), []
    for _ in range(8):
        message = ctypes.c_void_p()
        lib.pj_stun_msg_create(pool, 1, 0x2112A442, None, ctypes.byref(message))
        ids.append(ctypes.string_at((message.value or 0) + 8, 12).hex())
    return ids


def xml_depth() -> object:
    pool, read = _pool(), {}
    for depth in (20, 200_000):
        text = ctypes.create_string_buffer(b"<a>" * depth + b"x" + b"</a>" * depth)
        node = lib.pj_xml_parse(pool, text, ctypes.c_size_t(len(text) - 1))
        read[str(depth)] = node is not None
    return read


def array_header() -> object:
    header = ctypes.c_void_p(lib.pjsip_allow_hdr_create(_pool()))
    room = len("Allow:")
    buffer = ctypes.create_string_buffer(b"#" * 32, 32)
    written = lib.pjsip_hdr_print_on(header, buffer, ctypes.c_size_t(room))
    whole = lib.pjsip_hdr_print_on(header, ctypes.create_string_buffer(64), ctypes.c_size_t(64))
    return {"written": written, "behind": buffer.raw[room:].decode(), "whole": whole}


def multipart() -> object:
    body = lib.pjsip_multipart_create(_pool(), None, None)
    printer = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t)
    at = ctypes.c_void_p.from_address(body + 96).value or 0  # pjsip_msg_body.print_body
    return printer(at)(body, ctypes.create_string_buffer(100), 100)


def hashes() -> object:
    keys = ["".join("Ab" if number >> bit & 1 else "BA" for bit in range(8)) for number in range(256)]
    upper = PjStr(b"CaLL-ID", 7)
    return {
        "different": len({lib.pj_hash_calc(0, key.encode(), len(key)) for key in keys}),
        "any_case": lib.pj_hash_calc_tolower(0, None, ctypes.byref(upper)) == lib.pj_hash_calc(0, b"call-id", 7),
        "text": lib.pj_hash_calc(0, b"call-id", ctypes.c_uint(0xFFFFFFFF)) == lib.pj_hash_calc(0, b"call-id", 7),
        "one": lib.pj_hash_calc(0, b"one", 3),
    }


ALL: dict[str, Callable[[], object]] = {
    each.__name__: each for each in (rtpmap_of_nothing, stun_ids, xml_depth, array_header, multipart, hashes)
}

if __name__ == "__main__":
    print(json.dumps(ALL[sys.argv[1]]()))
