"""Looks for texts in everything below a folder, with code of its own: search.py FOLDER TEXT…

Raw bytes of every file (SQLite's pages as well), names of files, targets of links, and what every zstd frame says that
begins anywhere in a file, whether or not a ledger knows of it. Prints a line for each find; 1 when there is one.
"""
import ctypes
import os
import sys

zstd = ctypes.CDLL("libzstd.so.1")
for name in ("ZSTD_getFrameContentSize", "ZSTD_findFrameCompressedSize", "ZSTD_decompress"):
    getattr(zstd, name).restype = ctypes.c_ulonglong if name == "ZSTD_getFrameContentSize" else ctypes.c_size_t
MAGIC = b"\x28\xb5\x2f\xfd"


def frames(data):
    at = data.find(MAGIC)
    while at >= 0:
        rest = data[at:]
        size = zstd.ZSTD_getFrameContentSize(rest, ctypes.c_size_t(len(rest)))
        length = zstd.ZSTD_findFrameCompressedSize(rest, ctypes.c_size_t(len(rest)))
        if size < 1 << 30 and not zstd.ZSTD_isError(ctypes.c_size_t(length)):
            out = ctypes.create_string_buffer(max(size, 1))
            got = zstd.ZSTD_decompress(out, ctypes.c_size_t(size), rest[:length], ctypes.c_size_t(length))
            if got == size:
                yield at, out.raw[:size]
        at = data.find(MAGIC, at + 1)


folder, texts = sys.argv[1], [text.encode() for text in sys.argv[2:]]
found = 0
for root, folders, files in os.walk(folder):
    for name in folders + files:
        path = os.path.join(root, name)
        places = [("name", os.fsencode(name))]
        if os.path.islink(path):
            places.append(("link", os.fsencode(os.readlink(path))))
        elif os.path.isfile(path):
            data = open(path, "rb").read()
            places.append(("bytes", data))
            places += [(f"frame at {at}", inner) for at, inner in frames(data)]
        for where, data in places:
            for text in texts:
                if text in data:
                    print(f"{path} ({where}): {text.decode()}")
                    found = 1
sys.exit(found)
