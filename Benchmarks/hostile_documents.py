#!/usr/bin/env python3
"""Makes 979 hostile or odd PDFs and pages, runs the parse stage over them, and says how it ended.

usage: hostile_documents.py [--sluice PROGRAM] [--timeout SECONDS] [--keep DIRECTORY]

The same files in every run: seeded mutations (bytes, cuts, doubled pieces, numbers, references, stream lengths) of
the small documents of Tests/Fixtures and of some installed manuals, and handwritten ones: loops of page trees,
outlines, forms, xref sections and fonts, bombs of flate and object streams, pages of a million points, deep nesting.
The run must end by itself with an exit code for finished work, no document may take longer than its limit, and
a parser that crashes or hangs may only cost its own document.
"""
import argparse, glob, gzip, json, os, random, re, shutil, subprocess, sys, tempfile, time, zlib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COUNT = 979


def pdf(objects, trailer="", header=b"%PDF-1.5\n", xref=True):
    """A PDF of (number: bytes) with a proper cross-reference table."""
    out, places = bytearray(header), {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + (body if isinstance(body, bytes) else body.encode("latin-1")) + b"\nendobj\n"
    start = len(out)
    size = max(objects) + 1
    if xref:
        out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        for number in range(1, size):
            out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    out += f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def stream(data, extra="", length=None, flate=False):
    if flate:
        data, extra = zlib.compress(data, 9), "/Filter /FlateDecode " + extra
    return f"<< /Length {len(data) if length is None else length} {extra} >>\nstream\n".encode() + data + b"\nendstream"


def page(content, resources="/Font << /F 5 0 R >>", box="0 0 612 792", more=None, extra=""):
    objects = {1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               3: f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R /Resources << {resources} >> {extra} >>",
               4: content if b"stream" in content[:200] else stream(content),
               5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
    objects.update(more or {})
    return pdf(objects)


TEXT = b"BT /F 12 Tf 72 700 Td (A page that says something to whoever reads it.) Tj ET\n"


def handwritten():
    yield "page-tree-loop", pdf({1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"})
    yield "page-tree-two-loop", pdf({1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [3 0 R] /Count 9 >>", 3: "<< /Type /Pages /Kids [2 0 R 2 0 R] /Parent 2 0 R /Count 9 >>"})
    yield "parent-loop", page(TEXT, more={2: "<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 2 0 R >>"})
    yield "huge-count", page(TEXT, more={2: "<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"})
    yield "negative-count", page(TEXT, more={2: "<< /Type /Pages /Kids [3 0 R] /Count -5 >>"})
    yield "no-pages", pdf({1: "<< /Type /Catalog >>"})
    yield "no-root", b"%PDF-1.4\ntrailer << >>\n%%EOF"
    yield "only-header", b"%PDF-1.7\n"
    yield "catalog-is-a-number", pdf({1: "42"})
    yield "huge-box", page(TEXT, box="0 0 1000000 1000000")
    yield "tiny-box", page(TEXT, box="0 0 0.001 0.001")
    yield "infinite-box", page(TEXT, box="-1e308 -1e308 1e308 1e308")
    yield "reversed-box", page(TEXT, box="612 792 0 0")
    yield "odd-rotation", page(TEXT, extra="/Rotate 45")
    yield "huge-rotation", page(TEXT, extra="/Rotate 2147483647")
    yield "flate-bomb-100MB", page(stream(b" " * 100_000_000, flate=True))
    yield "flate-bomb-rules", page(stream(b"0 0 m 9 0 l S\n" * 4_000_000, flate=True))
    yield "flate-bomb-text", page(stream(TEXT * 300_000, flate=True))
    twice = zlib.compress(zlib.compress(b"\0" * 200_000_000, 9), 9)
    yield "flate-bomb-twice", page(stream(twice, "/Filter [/FlateDecode /FlateDecode]"))
    yield "many-filters", page(stream(TEXT, "/Filter [" + "/ASCIIHexDecode " * 3000 + "]"))
    yield "form-loop", page(b"/X Do " + TEXT, "/Font << /F 5 0 R >> /XObject << /X 6 0 R >>",
                            more={6: stream(b"/X Do /X Do", "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>")})
    forms = {10 + i: stream(b"/X Do " * 10, f"/Type /XObject /Subtype /Form /BBox [0 0 600 700] /Resources << /XObject << /X {11 + i} 0 R >> >>") for i in range(12)}
    forms[22] = stream(b"0 0 m 9 0 l S", "/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    yield "form-bomb", page(b"/X Do " + TEXT, "/Font << /F 5 0 R >> /XObject << /X 10 0 R >>", more=forms)
    yield "q-nesting", page(b"q " * 2_000_000 + TEXT)
    yield "bt-nesting", page(b"BT " * 200_000 + TEXT)
    yield "array-nesting", page(b"[" * 500_000 + TEXT)
    yield "dict-nesting", page(TEXT, more={6: b"<< /A " * 100_000 + b">>" * 100_000}, extra="/Q 6 0 R")
    yield "string-without-end", page(b"BT /F 12 Tf (" + b"a(" * 200_000)
    yield "hex-without-end", page(b"BT /F 12 Tf <" + b"41" * 200_000)
    yield "inline-image-without-end", page(b"BI /W 10 /H 10 ID " + b"\x00\xff" * 50_000)
    yield "million-rules", page(b"".join(b"%d %d m %d %d l S\n" % (i % 600, i % 700, (i * 7) % 600, i % 700) for i in range(300_000)))
    yield "grid-of-rules", page(TEXT + b"".join(b"%d 0 m %d 792 l S 0 %d m 612 %d l S\n" % (i * 3, i * 3, i * 4, i * 4) for i in range(200)))
    yield "full-grid", page(b"".join(b"BT /F 3 Tf %d %d Td (%d) Tj ET %d %d 5 5 re S\n" % (x * 6, y * 6, x, x * 6, y * 6) for x in range(100) for y in range(130)))
    yield "numbers", page(b"1e999 -1e999 99999999999999999999999999 .-.-. +-+- 1..2 re f " + TEXT)
    yield "nan-matrix", page(b"0 0 0 0 0 0 cm 1e300 0 0 1e300 1e300 1e300 cm 1e300 0 0 1e300 0 0 cm 0 0 m 1 1 l S " + TEXT)
    yield "text-matrix-zero", page(b"BT /F 0 Tf 0 0 0 0 0 0 Tm (nothing) Tj ET " + TEXT)
    yield "text-far-away", page(b"BT /F 12 Tf 1e9 1e9 Td (far) Tj ET " + TEXT)
    yield "huge-font", page(b"BT /F 100000 Tf 0 0 Td (large) Tj ET " + TEXT)
    yield "negative-font", page(b"BT /F -12 Tf 72 600 Td (mirrored) Tj ET " + TEXT)
    yield "one-million-letters", page(b"BT /F 1 Tf 10 700 Td " + b"(abcdefghij) Tj " * 100_000 + b"ET")
    yield "letters-on-one-spot", page(b"BT /F 12 Tf 72 700 Td " + b"1 0 0 1 72 700 Tm (x) Tj " * 50_000 + b"ET")
    yield "ten-thousand-lines", page(b"BT /F 1 Tf 0.07 TL 72 780 Td " + b"(line of text) Tj T* " * 10_000 + b"ET")
    yield "ten-thousand-pieces", page(b"".join(b"BT /F 2 Tf %d %d Td (p) Tj ET\n" % ((i * 37) % 600, (i * 91) % 780) for i in range(10_000)))
    yield "missing-font", page(b"BT /Nope 12 Tf 72 700 Td (a font that is not there) Tj ET")
    yield "font-loop", page(TEXT, more={5: "<< /Type /Font /Subtype /Type0 /BaseFont /X /DescendantFonts [5 0 R] /Encoding /Identity-H >>"})
    yield "type3-loop", page(TEXT, more={5: "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 65 /LastChar 65 /Widths [9] /Encoding << /Differences [65 /a] >> /CharProcs << /a 6 0 R >> /Resources << /Font << /F 5 0 R >> >> >>", 6: stream(b"BT /F 9 Tf (A) Tj ET")})
    yield "tounicode-bomb", page(TEXT, more={5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>", 6: stream(b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <00> <FF> <" + b"0041" * 2000 + b"> endbfrange endcmap", flate=True)})
    yield "outline-loop", page(TEXT, more={1: "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>", 6: "<< /First 7 0 R /Last 7 0 R >>", 7: "<< /Title (again) /Parent 6 0 R /Next 7 0 R /First 7 0 R /Dest [3 0 R /Fit] >>"})
    chain = {6: "<< /First 7 0 R >>"}
    for i in range(7, 3007):
        chain[i] = f"<< /Title (deeper) /First {i + 1} 0 R /Dest [3 0 R /Fit] >>"
    yield "outline-depth", page(TEXT, more={1: "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>", **chain})
    wide = {6: "<< /First 7 0 R >>"}
    for i in range(7, 30_007):
        wide[i] = f"<< /Title (A page that says something to whoever reads it.) /Next {i + 1} 0 R /Dest [3 0 R /Fit] >>"
    yield "outline-width", page(TEXT, more={1: "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>", **wide})
    yield "name-tree-loop", page(TEXT, more={1: "<< /Type /Catalog /Pages 2 0 R /Names << /Dests 8 0 R >> /Outlines 6 0 R >>", 6: "<< /First 7 0 R >>", 7: "<< /Title (x) /Dest (x) >>", 8: "<< /Kids [8 0 R] /Limits [(a) (z)] >>"})
    yield "structure-loop", page(TEXT, more={1: "<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R >>", 6: "<< /Type /StructTreeRoot /K 7 0 R >>", 7: "<< /S /Table /P 7 0 R /K [7 0 R 7 0 R] >>"})
    yield "annots-loop", page(TEXT, extra="/Annots [6 0 R]", more={6: "<< /Type /Annot /Subtype /Link /Rect [0 0 600 700] /A << /S /URI /URI (http://a) /Next 6 0 R >> >>"})
    links = {100 + i: f"<< /Type /Annot /Subtype /Link /Rect [0 0 600 780] /A << /S /URI /URI (http://a/{i}) >> >>" for i in range(5000)}
    yield "many-links", page(TEXT * 50, extra="/Annots [" + " ".join(f"{100 + i} 0 R" for i in range(5000)) + "]", more=links)
    yield "xref-loop", b"%PDF-1.4\n" + b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 3 /Root 1 0 R /Prev 55 >>\nstartxref\n55\n%%EOF\n"
    yield "xref-far", TEXT + page(TEXT).replace(b"startxref\n", b"startxref\n9999999")
    yield "xref-size", page(TEXT).replace(b"/Size 6", b"/Size 2147483647")
    yield "no-xref", page(TEXT)[: page(TEXT).index(b"xref")]
    yield "objstm-bomb", page(TEXT, more={6: stream(b"7 0 " * 1000 + b"<< >> " * 20_000_000, "/Type /ObjStm /N 100000000 /First 4000", flate=True)})
    yield "objstm-in-itself", page(TEXT, more={6: stream(b"6 0 << >>", "/Type /ObjStm /N 1 /First 4 /Extends 6 0 R")})
    yield "length-loop", page(TEXT, more={4: b"<< /Length 4 0 R >>\nstream\n" + TEXT + b"endstream"})
    yield "length-negative", page(stream(TEXT, length=-1))
    yield "length-huge", page(stream(TEXT, length=99999999999))
    yield "contents-loop", page(TEXT, more={4: "[4 0 R 4 0 R]"})
    yield "contents-many", page(TEXT, more={4: "[" + "6 0 R " * 20_000 + "]", 6: stream(TEXT)})
    yield "resources-loop", page(TEXT, more={3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources 3 0 R >>"})
    yield "same-page-thousands", page(TEXT, more={2: "<< /Type /Pages /Kids [" + "3 0 R " * 15_000 + "] /Count 15000 >>"})
    yield "too-many-pages", page(TEXT, more={2: "<< /Type /Pages /Kids [" + "3 0 R " * 25_000 + "] /Count 25000 >>"})
    yield "image-huge", page(b"/X Do", "/XObject << /X 6 0 R >>", more={6: stream(b"x", "/Type /XObject /Subtype /Image /Width 1000000 /Height 1000000 /BitsPerComponent 8 /ColorSpace /DeviceRGB")})
    yield "pattern-loop", page(b"/Pattern cs /P scn 0 0 600 700 re f " + TEXT, "/Font << /F 5 0 R >> /Pattern << /P 6 0 R >>", more={6: stream(b"/Pattern cs /P scn 0 0 9 9 re f", "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 0.0001 /YStep 0.0001 /Resources << /Pattern << /P 6 0 R >> >>")})
    yield "javascript", page(TEXT, more={1: "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (while(1);) >> >>"})
    yield "encrypt-broken", pdf({1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [] /Count 0 >>", 3: "<< /Filter /Standard /V 5 /R 6 /O (x) /U (y) /P -1 >>"}, "/Encrypt 3 0 R /ID [(a) (b)]")
    yield "encrypt-loop", pdf({1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [] /Count 0 >>", 3: "3 0 R"}, "/Encrypt 3 0 R")
    yield "nul-name", page(TEXT, extra="/#00#00 /#zz")
    yield "binary-header", b"\0" * 900 + page(TEXT)
    yield "two-in-one", page(TEXT) + page(TEXT)
    yield "unicode-title", page(TEXT, more={7: b"<< /Title (\xfe\xff\xd8\x00\xd8\x00\x00\x41) /Author (" + b"\x80\x81\x9f" * 5000 + b") /CreationDate (D:99999999999999) >>"}).replace(b"/Root", b"/Info 7 0 R /Root")
    yield "html-depth", b"<!doctype html><body>" + b"<div>" * 200_000 + b"deep"
    yield "html-tables", b"<!doctype html>" + b"<table><tr><td>" * 20_000 + b"deep"
    yield "html-lists", b"<!doctype html>" + b"<ul><li>" * 50_000 + b"deep"
    yield "html-spans", b"<!doctype html><table>" + b"<tr><td rowspan=65534 colspan=1000>x" * 3000
    yield "html-formatting", b"<!doctype html>" + b"<b><i><a><p>" * 20_000
    yield "html-attributes", b"<!doctype html><p " + b" ".join(b"a%d=1" % i for i in range(200_000)) + b">text"
    yield "html-entities", b"<!doctype html><p>" + b"&notanentity;&#x110000;&#0;&amp" * 100_000
    yield "html-comment", b"<!doctype html><!--" + b"-" * 5_000_000
    yield "html-script", b"<!doctype html><script>" + b"<!--<script>" * 200_000
    yield "html-select", b"<!doctype html>" + b"<select><option>" * 50_000
    yield "html-utf16-cut", "<!doctype html><p>text".encode("utf-16") + b"\xd8"
    yield "html-bytes", b"<!doctype html><p>" + bytes(range(1, 256)) * 2000
    yield "html-one-line", b"<!doctype html><p>" + b"word " * 2_000_000
    yield "html-one-word", b"<!doctype html><p>" + b"w" * 10_000_000
    yield "text-brackets", b"[" * 3_000_000
    yield "text-lines", b"\n" * 5_000_000 + b"end"
    yield "markdown-quotes", b"#\n" + b"> " * 100_000 + b"deep"
    yield "markdown-links", b"# t\n" + b"[" * 100_000 + b"a](" * 50_000
    yield "markdown-stars", b"# t\n" + b"*a **b " * 100_000


def mutated(data, random, is_pdf):
    data = bytearray(data)
    for _ in range(random.choice([1, 1, 1, 2, 2, 3, 5, 9])):
        if len(data) < 10:
            break
        at = random.randrange(len(data))
        kind = random.randrange(8)
        if kind == 0:
            data[at] = random.randrange(256)
        elif kind == 1:
            del data[at:at + random.randint(1, 300)]
        elif kind == 2:
            piece = data[at:at + random.randint(1, 2000)]
            other = random.randrange(len(data))
            data[other:other] = piece
        elif kind == 3 and random.random() < 0.3:
            del data[at:]
        elif kind == 4:
            words = [b"/Kids", b"/Parent", b"endobj", b"endstream", b"stream\n", b"<<", b">>", b"obj", b"0 0 R", b"999999999", b"-1", b"/Length 0", b"BT", b"q "] if is_pdf else \
                    [b"<table>", b"</table>", b"<td rowspan=0>", b"<!--", b"-->", b"</p>", b"<svg>", b"<template>", b"\0", b"&#xD800;", b"<plaintext>", b"</body>"]
            data[at:at] = random.choice(words)
        elif kind == 5:
            numbers = [m for m in re.finditer(rb"\d+", bytes(data[at:at + 4000]))]
            if numbers:
                m = random.choice(numbers)
                data[at + m.start():at + m.end()] = random.choice([b"0", b"1", b"-1", b"2147483648", b"%d" % random.randrange(60)])
        elif kind == 6:
            for _ in range(random.randint(1, 40)):
                data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        else:
            end = min(len(data), at + random.randint(1, 500))
            piece = data[at:end]
            random.shuffle(piece)
            data[at:end] = piece
    return bytes(data)


def seeds():
    found = []
    for path in sorted(glob.glob(f"{ROOT}/Tests/Fixtures/documents/*.pdf")):
        found.append((os.path.basename(path), open(path, "rb").read(), True))
    for path in ["/usr/share/doc/shared-mime-info/shared-mime-info-spec.pdf", "/usr/share/doc/octave/refcard-a4.pdf",
                 "/usr/share/doc/libtasn1-doc/libtasn1.pdf", "/usr/share/doc/bash/bash.pdf"]:
        if os.path.exists(path) and os.path.getsize(path) < 500_000:
            found.append((os.path.basename(path), open(path, "rb").read(), True))
    for path in sorted(glob.glob(f"{ROOT}/Tests/Fixtures/documents/*.html")):
        found.append((os.path.basename(path), open(path, "rb").read(), False))
    return found


def make(into):
    count = 0
    for name, data in handwritten():
        kind = "html" if name.startswith("html") else "md" if name.startswith("markdown") else "txt" if name.startswith("text-b") or name.startswith("text-li") else "pdf"
        open(f"{into}/hand-{name}.{kind}", "wb").write(data)
        count += 1
    rolls, sources, index = random.Random(979), seeds(), 0
    while count < COUNT:
        name, data, is_pdf = sources[index % len(sources)]
        open(f"{into}/fuzz-{index:04d}-{name}", "wb").write(mutated(data, rolls, is_pdf))
        index += 1
        count += 1


def measure(sluice, timeout=10, keep=None):
    """How the run ended: exit code, seconds, documents read, quarantined by kind, the slowest."""
    scratch = keep or tempfile.mkdtemp(prefix="sluice-hostile-")
    try:
        os.makedirs(f"{scratch}/in", exist_ok=True)
        os.makedirs(f"{scratch}/pipelines", exist_ok=True)
        make(f"{scratch}/in")
        open(f"{scratch}/pipelines/hostile.yaml", "w").write(
            f'pipeline: hostile\nstages:\n  files: {{uses: import, with: {{path: "in/*"}}}}\n  parse: {{uses: parse, needs: files, with: {{timeout: {timeout}s}}}}\ntolerate: {{parse: 100%}}\n')
        start = time.perf_counter()
        run = subprocess.run([sluice, "run", "--json"], cwd=scratch, capture_output=True, text=True, timeout=COUNT * (timeout + 5))
        spent = time.perf_counter() - start
        result = json.loads(run.stdout) if run.stdout.strip().startswith("{") else {}
        stage = next((s for s in result.get("stages", []) if s["name"] == "parse"), {})
        kinds = {}
        status = subprocess.run([sluice, "status", "--json"], cwd=scratch, capture_output=True, text=True)
        try:
            for match in re.findall(r'"kind"\s*:\s*"([a-z_]+)"', status.stdout):
                kinds[match] = kinds.get(match, 0) + 1
        except ValueError:
            pass
        return {"exit": run.returncode, "seconds": spent, "stage": stage, "kinds": kinds, "errors": run.stderr[-2000:], "status": status.stdout}
    finally:
        if not keep:
            shutil.rmtree(scratch, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sluice", default=os.path.join(ROOT, ".build", "release", "sluice"))
    parser.add_argument("--timeout", type=int, default=10)
    parser.add_argument("--keep")
    options = parser.parse_args()
    result = measure(options.sluice, options.timeout, options.keep)
    print(json.dumps({k: v for k, v in result.items() if k != "status"}, indent=1))
    sys.exit(0 if result["exit"] in (0, 3) else 1)


if __name__ == "__main__":
    main()
