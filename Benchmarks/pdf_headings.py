#!/usr/bin/env python3
"""Scores the headings of PDFs against their outlines, hidden from the parser and shown to it.

usage: pdf_headings.py [--list hidden|shown] [--sluice PROGRAM] [FILE.pdf[.gz]…]

Without files: the eight Debian manuals of the bar, as far as they are installed. A heading counts when its
letters and digits are those of a bookmark (with or without the number in front) that leads to the same page or
the one before or after. F1 is of headings over bookmarks, per file and over all; "order" is the share of pairs
of found headings (all pairs within 40 headings of each other) whose levels stand in the same relation
(higher, equal, lower) as the bookmarks' levels. `--list` prints what is missing and what is too much.
Needs pikepdf, to take the outline out: see Benchmarks/README.md.
"""
import argparse, gzip, json, os, re, subprocess, sys, tempfile, time, unicodedata
import pikepdf

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DOC = "/usr/share/doc"
MANUALS = [f"{DOC}/debian-policy/policy.pdf.gz", f"{DOC}/debian/FAQ/debian-faq.en.pdf.gz",
           f"{DOC}/r-doc-pdf/manual/R-exts.pdf", f"{DOC}/r-doc-pdf/manual/R-intro.pdf", f"{DOC}/r-doc-pdf/manual/R-lang.pdf",
           f"{DOC}/octave/octave.pdf", f"{DOC}/bash/bashref.pdf", f"{DOC}/gnuplot/gnuplot.pdf"]


def plain(text):
    text = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\W|_", "", text)


def bare(text):
    """Without a number in front."""
    text = unicodedata.normalize("NFKC", text).strip()
    text = re.sub(r"^(chapter|part|appendix|section|annex)\s+([0-9]+|[A-Z]|[IVXLC]+)\b[.:]?\s*", "", text, flags=re.I)
    text = re.sub(r"^([0-9]+|[A-Z]|[IVXLC]+)(\.[0-9]+)*\.?\s+(?=\S)", "", text)
    return plain(text)


def outline(path):
    found = []
    with pikepdf.open(path) as pdf:
        numbers = {page.objgen: index + 1 for index, page in enumerate(pdf.pages)}
        names = {}
        try:
            tree = pdf.Root.Names.Dests
            names = {str(k): v for k, v in pikepdf.NameTree(tree).items()}
        except (AttributeError, KeyError):
            pass
        if "/Dests" in pdf.Root:
            for key, value in pdf.Root.Dests.items():
                names.setdefault(str(key)[1:], value)

        def page(item):
            dest = item.destination
            if dest is None and item.action is not None:
                dest = item.action.get("/D")
            if isinstance(dest, (pikepdf.String, pikepdf.Name, str)):
                dest = names.get(str(dest).lstrip("/"))
            if isinstance(dest, pikepdf.Dictionary):
                dest = dest.get("/D")
            try:
                return numbers.get(dest[0].objgen)
            except (TypeError, IndexError, AttributeError):
                return None

        def walk(items, level):
            for item in items:
                found.append((item.title, level, page(item)))
                walk(item.children, level + 1)

        with pdf.open_outline() as tree:
            walk(tree.root, 1)
    return found


def hide(path, into):
    with pikepdf.open(path) as pdf:
        if "/Outlines" in pdf.Root:
            del pdf.Root.Outlines
        pdf.save(into)


def headings(sluice, path):
    # The better of two: others disturb it, nothing makes it too fast.
    spent = None
    for _ in range(2):
        start = time.perf_counter()
        run = subprocess.run([sluice, "parse", "--format", "json", path], capture_output=True)
        spent = min(spent or 1e9, time.perf_counter() - start)
    if run.returncode != 0:
        sys.exit(f"{path}: {run.stderr.decode()}")
    elements = json.loads(run.stdout)["elements"]
    return [(e["text"], e["level"], e.get("page")) for e in elements if e["type"] == "title"], spent


def score(truth, found):
    """Pairs of (truth, found), each once, in order where a title comes several times."""
    keys = {}
    for index, (title, level, page) in enumerate(found):
        for key in {plain(title), bare(title)}:
            if key:
                keys.setdefault(key, []).append(index)
    used, pairs = set(), []
    for title, level, page in truth:
        for key in (plain(title), bare(title)):
            free = [i for i in keys.get(key, []) if i not in used and (page is None or abs(found[i][2] - page) <= 1)]
            if free:
                used.add(free[0])
                pairs.append(((title, level, page), free[0]))
                break
    return pairs, used


def order(pairs, found):
    same = total = 0
    sign = lambda a, b: (a > b) - (a < b)
    for i in range(len(pairs)):
        for j in range(i + 1, min(len(pairs), i + 41)):
            total += 1
            same += sign(pairs[i][0][1], pairs[j][0][1]) == sign(found[pairs[i][1]][1], found[pairs[j][1]][1])
    return same, total


def measure(sluice, paths, verbose=False, out=print):
    """Rows (name, pages, bookmarks, P, R, F1, order, pages/s, F1 with outline, its order) and the totals."""
    rows, sums = [], {"hidden": [0, 0, 0, 0, 0, 0.0], "shown": [0, 0, 0, 0, 0, 0.0]}
    pages_all = 0
    with tempfile.TemporaryDirectory() as scratch:
        for path in paths:
            name = os.path.basename(path).removesuffix(".gz").removesuffix(".pdf")
            plain_path = f"{scratch}/{name}.pdf"
            data = gzip.open(path).read() if path.endswith(".gz") else open(path, "rb").read()
            open(plain_path, "wb").write(data)
            truth = [t for t in outline(plain_path) if plain(t[0])]
            with pikepdf.open(plain_path) as pdf:
                pages = len(pdf.pages)
            pages_all += pages
            hidden_path = f"{scratch}/{name}-hidden.pdf"
            hide(plain_path, hidden_path)
            line = [name, pages, len(truth)]
            for kind, file in (("hidden", hidden_path), ("shown", plain_path)):
                found, spent = headings(sluice, file)
                pairs, used = score(truth, found)
                p, r = len(pairs) / max(1, len(found)), len(pairs) / max(1, len(truth))
                same, total = order(pairs, found)
                f1 = 2 * p * r / (p + r) if p + r else 0
                for i, v in enumerate((len(pairs), len(found), len(truth), same, total, spent)):
                    sums[kind][i] += v
                line += [p, r, f1, same / max(1, total), pages / spent]
                if verbose and kind == verbose:
                    hit = {id(t) for t, _ in pairs}
                    taken = [t for t, _ in pairs]
                    for t in truth:
                        if t in taken:
                            taken.remove(t)
                        else:
                            out(f"  - {name} p.{t[2]} level {t[1]} {t[0]!r}")
                    for i, f in enumerate(found):
                        if i not in used:
                            out(f"  + {name} p.{f[2]} level {f[1]} {f[0]!r}")
            rows.append(line)
    totals = {}
    for kind, (hit, found, truth, same, total, spent) in sums.items():
        p, r = hit / max(1, found), hit / max(1, truth)
        mean = sum(row[5 if kind == "hidden" else 10] for row in rows) / max(1, len(rows))
        totals[kind] = {"p": p, "r": r, "f1": 2 * p * r / (p + r) if p + r else 0, "mean_f1": mean,
                        "order": same / max(1, total), "pages_per_second": pages_all / spent}
    return rows, totals


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", choices=["hidden", "shown"], help="print what is missing and what is too much")
    parser.add_argument("--sluice", default=os.path.join(ROOT, ".build", "release", "sluice"))
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    files = options.files or [path for path in MANUALS if os.path.exists(path)]
    rows, totals = measure(options.sluice, files, options.list)
    print(f"{'file':<24}{'pages':>6}{'marks':>6} |  hidden P     R     F1  order pages/s | shown P     R     F1  order")
    for r in rows:
        print(f"{r[0]:<24}{r[1]:>6}{r[2]:>6} |     {r[3]:.3f} {r[4]:.3f} {r[5]:.3f}  {r[6]:.3f} {r[7]:>6.0f} |   {r[8]:.3f} {r[9]:.3f} {r[10]:.3f}  {r[11]:.3f}")
    for kind, t in totals.items():
        print(f"{kind}: P {t['p']:.3f} R {t['r']:.3f} F1 {t['f1']:.3f} (mean of files {t['mean_f1']:.3f}), level order {t['order']:.3f}, {t['pages_per_second']:.0f} pages/s")


if __name__ == "__main__":
    main()
