"""Writes the hostile files beside it: python3 make.py. A folder for each FuzzTarget; HostileFilesTest reads them."""
import io
import json
import pathlib
import struct
import zipfile

HERE = pathlib.Path(__file__).parent
NODES = ",".join(["{}"] * 300)


def write(target, name, data):
    folder = HERE / target
    folder.mkdir(exist_ok=True)
    data = data if isinstance(data, bytes) else data.encode()
    assert len(data) < 2048, (target, name, len(data))
    (folder / name).write_bytes(data)


def safetensors(header, data=b""):
    return struct.pack("<Q", len(header)) + header.encode() + data


def tensor(shape="[2]", offsets="[0,8]"):
    return '{"dtype":"F32","shape":%s,"data_offsets":%s}' % (shape, offsets)


def zipped(**entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, text in entries.items():
            file.writestr(zipfile.ZipInfo(name.replace("_", ".")), text, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


# nodes of JSON where a number or a text belongs, and sizes that no file has
write("SAFETENSORS", "nodes-as-tensor", safetensors('{"a":[%s]}' % NODES))
write("SAFETENSORS", "nodes-as-shape", safetensors('{"a":%s}' % tensor(shape="[%s]" % NODES), bytes(8)))
write("SAFETENSORS", "nodes-as-metadata", safetensors('{"__metadata__":{"a":[%s]}}' % NODES))
write("SAFETENSORS", "shape-beyond-long", safetensors('{"a":%s}' % tensor("[4294967296,4294967296]"), bytes(8)))
write("SAFETENSORS", "name-twice", safetensors('{"a":%s,"a":%s}' % (tensor(), tensor()), bytes(8)))
write("SAFETENSORS", "no-utf-8", struct.pack("<Q", 9) + b'{"\xff":{}}')

write("SHARDS", "nodes-as-map", '{"weight_map":[%s]}' % NODES)
write("SHARDS", "way-up", '{"weight_map":{"a":"../a.safetensors"}}')
write("SHARDS", "name-twice", '{"weight_map":{"a":"a.safetensors","a":"a.safetensors"}}')
write("SHARDS", "line-break-in-a-file", '{"weight_map":{"a":"a\\nb.safetensors"}}')

# each byte begins a group in the last one
write("ONNX", "groups", b"\x33" * 2000)
write("ONNX", "length-beyond-the-end", b"\x3a\xff\xff\xff\xff\x07\x0a")
tensor_named = b"\x08\x02\x10\x01\x42\x03w\nx\x25\x00\x00\x80\x3f"  # its number stands alone, not packed
graph = bytes([42, len(tensor_named)]) + tensor_named
write("ONNX", "line-break-in-a-name", bytes([58, len(graph)]) + graph)

config = json.loads((HERE.parent / "golden/imports/bert/config.json").read_text())
write("CONFIG", "many-layers", json.dumps(dict(config, num_hidden_layers=2_000_000_000)))
write("CONFIG", "wide", json.dumps(dict(config, intermediate_size=2_147_483_647)))
write("CONFIG", "brackets", '{"a":' + "[" * 2000)
write("TOKENIZER", "brackets", '{"model":' + "[" * 2000)
write("TOKENIZER", "large-id", '{"model":{"type":"WordLevel","vocab":{"a":0,"b":2147483646},"unk_token":"a"}}')
write("TOKENIZER", "id-beyond-int", '{"model":{"type":"WordLevel","vocab":{"a":0,"b":4444444444},"unk_token":"a"}}')

# a million brackets, deflated
brackets = "[" * (1 << 20)
write("MODEL", "brackets", zipped(configuration_json="{}", performer4j_json=brackets))
write("MODEL", "cut", zipped(configuration_json="{}", performer4j_json="{}")[:-5])
write("MODEL", "comment-beyond-the-end", zipped(configuration_json="{}", performer4j_json="{}")[:-2] + b"\x01\x00")
write("ENTRY", "empty-configuration", b"\x00{}")
write("ENTRY", "nested-configuration", b"\x00" + b'{"vertices":{"a":' * 100)
write("ENTRY", "no-array", b"\x01" + bytes(range(256)))

# what adapters say: a configuration, then a description
write("ADAPTERS", "empty-configuration", b"\x00{}")
write("ADAPTERS", "nested-configuration", b"\x00" + b'{"vertices":{"a":' * 100)
for name, text in {"list": "[]", "nothing": "", "broken": "{\n?"}.items():
    write("ADAPTERS", name + "-as-description", "\x01" + text)

write("MODULES", "object", '{"0":{"type":"Pooling"}}')
write("MODULES", "number", "3")
write("MODULES", "broken", "[{\n?")

write("STATE", "many", struct.pack(">i", 2**31 - 1))
write("STATE", "long", struct.pack(">ii", 1, 2**31 - 1))
write("FASTA", "binary", b">a\nMK\x00V\n")
write("IDX", "large", bytes([0, 0, 8, 3]) + struct.pack(">iii", *[2**31 - 1] * 3))
