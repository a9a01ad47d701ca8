#!/usr/bin/env python3
"""Makes the small PDF files beside it: each shows one thing that a reader must get right."""
import hashlib, os, struct

HERE = os.path.dirname(os.path.abspath(__file__))


def pdf(name, pages, catalog="", extra=None, encrypt=None):
    """pages: content streams. extra: further objects by number (from 100 on)."""
    objects = {1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode()}
    kids = " ".join(f"{10 + 2 * i} 0 R" for i in range(len(pages)))
    objects[2] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()
    objects[3] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects[4] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>"
    objects[5] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
    for i, content in enumerate(pages):
        number = 10 + 2 * i
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R >> /XObject << /X 100 0 R >> >> >>").encode()
        data = content.encode("cp1252")
        if encrypt:
            data = encrypt(number + 1, data)
        objects[number + 1] = b"<< /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"
    objects.update(extra or {})
    out = b"%PDF-1.4\n"
    places = {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + objects[number] + b"\nendobj\n"
    start = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00000 f \n"
    trailer = "/Encrypt 101 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]" if encrypt else ""
    out += f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(out)


def line(x, y, text, font="F1", size=11):
    text = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({text}) Tj ET\n"


def lines(x, y, texts, font="F1", size=11, step=14):
    return "".join(line(x, y - i * step, text, font, size) for i, text in enumerate(texts))


# Headings by size and number, running head and foot, a hyphen, a list, code, over two pages.
first = line(72, 800, "Annual Report of the Locks", size=9) + line(290, 30, "1", size=9)
first += line(72, 740, "The Canal", "F2", 22)
first += line(72, 700, "1 Water", "F2", 15)
first += lines(72, 675, [
    "Water runs down the canal from the summit to the sea, and every gate-",
    "keeper on the way writes down how much of it has passed. A careful gate-",
    "keeper is worth two engineers. The interop-",
    "erability of gates is another matter.",
])
first += line(72, 600, "1.1 Levels", "F2", 12)
first += lines(72, 580, ["These levels are kept:", ])
first += lines(90, 560, ["• the upper one, which is high", "• the lower one, which is low"])
first += lines(72, 520, ["open(gate)", "  wait(2)"], "F3", 10, 12)
first += lines(72, 480, ["A keeper looks after the gates and the paddles, and sees to it that nobody goes"])
second = line(72, 800, "Annual Report of the Locks", size=9) + line(290, 30, "2", size=9)
second += lines(72, 740, ["through without a word. Interoperability is said to be possible. So says the gatekeeper."])
second += line(72, 700, "2 Boats", "F2", 15)
second += lines(72, 675, ["Boats go up and down.", ])
third = line(72, 800, "Annual Report of the Locks", size=9) + line(290, 30, "3", size=9)
third += line(72, 740, "3 Crews", "F2", 15) + lines(72, 715, ["Crews are small, and sleep on board when they can."])
pdf("report.pdf", [first, second, third])

# Two columns under a title that spans both.
left = [f"Left column line {i} with several words in it" for i in range(20)]
right = [f"Right column line {i} with several words" for i in range(20)]
pdf("columns.pdf", [line(72, 770, "A title above both columns of this page", "F2", 18)
                    + lines(60, 720, left, size=9) + lines(320, 720, right, size=9)])

# A table by alignment.
rows = [("Gate", "Low", "High"), ("North", "1.2", "3.4"), ("South", "0.9", "2.8"), ("East", "1.1", "3.0"), ("West", "1.0", "2.9")]
table = lines(72, 760, ["The levels of all four gates in metres, as they were measured this year."])
for i, row in enumerate(rows):
    for x, text in zip((90, 220, 330), row):
        table += line(x, 720 - 16 * i, text, "F2" if i == 0 else "F1")
table += lines(72, 600, ["They are lower than last year's, and nobody knows why that should be so."])
pdf("table.pdf", [table])

# No text at all, as a scan has none.
pdf("scanned.pdf", ["0 0 100 100 re f"])

# A form that draws itself, and a page tree that holds itself.
form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 100 100] /Resources << /XObject << /X 100 0 R >> >> /Length 5 >>\nstream\n/X Do\nendstream"
pdf("loop.pdf", [line(72, 700, "A page that goes round in circles") + "/X Do"], extra={100: form})
pdf("tree-loop.pdf", ["0 0 1 1 re f"], extra={2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"})


def rc4(key, data):
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


# Encrypted with a user password (PDF 1.7, 7.6.3, revision 2).
PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
user = (b"secret" + PAD)[:32]
owner = rc4(hashlib.md5(user).digest()[:5], user)
permissions = -4
key = hashlib.md5(user + owner + struct.pack("<i", permissions) + bytes.fromhex("00112233445566778899aabbccddeeff")).digest()[:5]


def encrypt(number, data):
    return rc4(hashlib.md5(key + struct.pack("<I", number)[:3] + b"\0\0").digest()[:10], data)


pdf("encrypted.pdf", [line(72, 700, "Nobody may read this")],
    extra={101: f"<< /Filter /Standard /V 1 /R 2 /O <{owner.hex()}> /U <{rc4(key, PAD).hex()}> /P {permissions} >>".encode()},
    encrypt=encrypt)
