"""Typesetters: each sets the same blocks in its own way. A maker says what layouts it is able to do."""
import html
import os
import shutil
import subprocess

from words import RIGHT_TO_LEFT

FONTS = {"serif": "'Liberation Serif','Noto Serif','Noto Naskh Arabic',serif", "sans": "'Liberation Sans','Noto Sans',sans-serif",
         "dejavu": "'DejaVu Serif',serif", "narrow": "'Liberation Sans Narrow','Liberation Sans',sans-serif"}
CJK = ["zh", "ja"]


def run(words, folder, environment=None):
    done = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          timeout=180, env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", **(environment or {})})
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stdout.decode(errors='replace')[-2000:]}")


# MARK: HTML

def css(l):
    headings = {"large": "h2{font-size:1.5em}h3{font-size:1.2em}h4{font-size:1em;font-style:italic}",
                "bold": "h2,h3,h4{font-size:1em}h3{font-style:italic}h4{font-weight:normal;text-decoration:underline}",
                "small-caps": "h2{font-variant:small-caps;font-size:1.4em;font-weight:normal}h3{font-variant:small-caps;font-size:1.1em}h4{font-size:1em}",
                "colour": "h2{color:#174;font-size:1.3em;border-bottom:1px solid #174}h3{color:#174;font-size:1.1em}h4{color:#555;font-size:1em}",
                "run-in": "h2{font-size:1.4em}h3{font-size:1.15em}h4{display:inline;font-size:1em;margin-right:.6em}h4+p{display:inline}"}
    tables = {"ruled": "td,th{border:.6pt solid #333}", "none": "",
              "booktabs": "table{border-top:1.2pt solid;border-bottom:1.2pt solid}thead tr:last-child th{border-bottom:.6pt solid}",
              "horizontal": "td,th{border-bottom:.4pt solid #999}",
              "colour": "thead th{background:#245;color:#fff}tbody tr:nth-child(even) td{background:#e8eef4}",
              "mono": "table{font-family:'Liberation Mono';font-size:.8em}"}
    direction = "rtl" if l.language in RIGHT_TO_LEFT else "ltr"
    family = FONTS[l.family] if l.language not in CJK else f"'Noto Sans CJK {'SC' if l.language == 'zh' else 'JP'}',sans-serif"
    running = ("@page{@top-right{content:string(chapter);font-size:.8em;font-style:italic}@bottom-center{content:counter(page)}}h2{string-set:chapter content()}"
               if l.running else "")
    return f"""
@page{{size:{'A4' if l.paper == 'a4' else 'Letter'};margin:20mm 18mm}} {running}
html{{font:{l.size}pt/1.3 {family};direction:{direction}}} body{{margin:0}}
h1{{font-size:2em;margin:0 0 .6em;text-align:{'right' if direction == 'rtl' else 'left'}}} h2,h3,h4{{margin:1em 0 .3em;break-after:avoid}} {headings[l.headings]}
main{{columns:{l.columns};column-gap:7mm}} p{{margin:0 0 {'0' if l.indent else '.6em'};text-indent:{'1.4em' if l.indent else '0'};text-align:{'justify' if l.justified else 'start'};hyphens:auto}}
table{{border-collapse:collapse;margin:.2em 0 1em;font-size:.9em}} td,th{{padding:.15em .5em;text-align:start;vertical-align:top}} td.n{{text-align:end}}
figure{{margin:.8em 0;break-inside:avoid}} figcaption{{font-size:.9em;margin:.3em 0}} pre{{font:.85em 'Liberation Mono',monospace;margin:.4em 0 .8em 1em;white-space:pre}}
.picture{{height:24mm;background:#ccd;border:1px solid #99a}} aside{{float:{'left' if direction == 'rtl' else 'right'};width:38%;border:1px solid #555;background:#f2f2ea;padding:2mm;margin:1mm 0 2mm 4mm;font-size:.85em}} aside p{{text-indent:0}}
.note{{font-size:.8em;border-top:.4pt solid #777;padding-top:1mm}} p.drop:first-letter{{float:left;font-size:3.1em;line-height:.85;padding-right:.08em}} {tables[l.tables]}"""


def page(blocks, l):
    e = html.escape
    out, first = [], True
    for b in blocks:
        number = f"{b.number} " if l.numbered and b.number else ""
        if b.kind == "title":
            out.append(f"<h1>{e(b.text)}</h1><main>")
        elif b.kind == "heading":
            out.append(f"<h{b.level + 1}>{e(number + b.text)}{'.' if l.headings == 'run-in' and b.level == 3 else ''}</h{b.level + 1}>")
        elif b.kind == "text":
            out.append(f"<p{' class=drop' if l.drop and first else ''}>{e(b.text)}</p>")
            first = False
        elif b.kind == "list":
            tag, depth = ("ol" if b.ordered else "ul"), 0
            for level, text in b.items:
                while depth < level:
                    out.append(f"<{tag}>")
                    depth += 1
                while depth > level:
                    out.append(f"</{tag}>")
                    depth -= 1
                out.append(f"<li>{e(text)}")
            out += [f"</{tag}>"] * depth
        elif b.kind == "table":
            rows = []
            for index, row in enumerate(b.rows):
                tag = "th" if index < b.header else "td"
                cells = "".join(f"<{tag}{' class=n' if k and tag == 'td' else ''}{f' rowspan={r}' if r > 1 else ''}{f' colspan={c}' if c > 1 else ''}>{e(t)}</{tag}>"
                                for k, (t, r, c) in enumerate(row))
                rows.append(f"<tr>{cells}</tr>")
            out.append(f"<figure><figcaption>{e(b.caption)}</figcaption><table><thead>{''.join(rows[:b.header])}</thead><tbody>{''.join(rows[b.header:])}</tbody></table></figure>")
        elif b.kind == "code":
            out.append(f"<pre>{e(chr(10).join(b.lines))}</pre>")
        elif b.kind == "figure":
            out.append(f"<figure><div class=picture></div><figcaption>{e(b.caption)}</figcaption></figure>")
        elif b.kind == "aside":
            out.append(f"<aside><p>{e(b.text)}</p></aside>")
        elif b.kind == "note":
            out.append(f"<div class=note><sup>{b.mark}</sup> {e(b.text)}</div>")
    return f"<!DOCTYPE html><html lang={l.language}><meta charset=utf-8><title>t</title><style>{css(l)}</style><body>{''.join(out)}</main></body></html>"


WEB = {"columns": [1, 1, 2, 2, 3], "paper": ["a4", "letter"], "size": [9, 10, 11, 12], "family": list(FONTS), "headings": ["large", "bold", "small-caps", "colour", "run-in"],
       "numbered": [True, False], "running": [True, False], "justified": [True, False], "tables": ["ruled", "none", "booktabs", "horizontal", "colour", "mono"],
       "aside": [False, False, True], "drop": [False, False, True], "language": ["en"] * 8 + ["de", "fr", "el", "ru", "zh", "ja", "ar", "he"], "indent": [True, False]}


def weasyprint(blocks, l, folder, path):
    open(f"{folder}/d.html", "w").write(page(blocks, l))
    run(["weasyprint", "d.html", path], folder)


def chromium(blocks, l, folder, path):
    open(f"{folder}/d.html", "w").write(page(blocks, l))
    run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/profile", f"--print-to-pdf={path}", "d.html"], folder)


# MARK: LaTeX

def tex(text):
    for a, b in [("\\", "\\textbackslash{}"), ("&", "\\&"), ("%", "\\%"), ("$", "\\$"), ("#", "\\#"), ("_", "\\_"), ("{", "\\{"), ("}", "\\}"), ("~", "\\textasciitilde{}"), ("^", "\\textasciicircum{}"), ("–", "--")]:
        if a in "{}" and "textbackslash" in text:
            continue
        text = text.replace(a, b)
    return text


def latex_table(b, l):
    width = sum(c for _, _, c in b.rows[0])
    wide = any(len(t) > 24 for row in b.rows for t, _, _ in row)
    bar = "|" if l.tables == "ruled" else ""
    spec = bar + "l" + bar + bar.join("p{28mm}" if wide and k == width - 2 else "r" for k in range(width - 1)) + bar
    rule = {"ruled": ("\\hline", "\\hline", "\\hline", "\\hline"), "booktabs": ("\\toprule", "\\midrule", "", "\\bottomrule"), "none": ("",) * 4,
            "horizontal": ("\\hline",) * 4, "colour": ("",) * 4, "mono": ("",) * 4}[l.tables]
    lines = []
    for index, row in enumerate(b.rows):
        cells = [f"\\multicolumn{{{c}}}{{{bar}c{bar}}}{{{tex(t)}}}" if c > 1 else tex(t) for t, _, c in row]
        colour = ("\\rowcolor{gray!40}" if index < b.header else "\\rowcolor{gray!12}" if index % 2 else "") if l.tables == "colour" else ""
        lines.append(colour + " & ".join(cells) + " \\\\ " + (rule[1] if index == b.header - 1 else rule[2] if index < len(b.rows) - 1 else ""))
    return f"\\begin{{tabular}}{{{spec}}}{rule[0]}\n" + "\n".join(lines) + f"\n{rule[3]}\\end{{tabular}}"


def latex(blocks, l, folder, path, cls="article", table=latex_table, packages="", long=None, runs=1):
    languages = {"en": "english", "de": "ngerman", "fr": "french"}
    fonts = {"serif": "\\usepackage{lmodern}", "sans": "\\usepackage[scaled]{helvet}\\renewcommand\\familydefault{\\sfdefault}", "dejavu": "\\usepackage{charter}", "narrow": "\\usepackage{mathptmx}"}
    titles = {"large": "", "bold": "\\titleformat*{\\section}{\\normalsize\\bfseries}\\titleformat*{\\subsection}{\\normalsize\\itshape}\\titleformat*{\\subsubsection}{\\small\\itshape}",
              "small-caps": "\\titleformat*{\\section}{\\large\\scshape}\\titleformat*{\\subsection}{\\scshape}", "colour": "\\titleformat*{\\section}{\\large\\bfseries\\color{teal}}\\titleformat*{\\subsection}{\\bfseries\\color{teal}}",
              "run-in": "\\titleformat{\\subsubsection}[runin]{\\normalsize\\bfseries}{}{0pt}{}[.]"}
    options = f"{10 if l.size < 10.6 else 11 if l.size < 11.6 else 12}pt,{'a4paper' if l.paper == 'a4' else 'letterpaper'}" + (",twocolumn" if l.columns == 2 and cls != "IEEEtran" else "")
    out = [f"\\documentclass[{options}]{{{cls}}}", "\\usepackage[T1]{fontenc}\\usepackage[utf8]{inputenc}\\usepackage{booktabs,multirow,multicol,xcolor,colortbl,float,graphicx,wrapfig}",
           f"\\usepackage[{languages[l.language]}]{{babel}}", fonts[l.family]]
    if cls == "article":
        out += ["\\usepackage{titlesec}" + titles[l.headings], "\\usepackage[margin=22mm]{geometry}"]
    if l.running and cls == "article":
        out.append("\\usepackage{fancyhdr}\\pagestyle{fancy}\\fancyhead[L]{\\small\\leftmark}\\fancyhead[R]{\\small\\rightmark}")
    if not l.numbered:
        out.append("\\setcounter{secnumdepth}{0}")
    if not l.indent and cls == "article":
        out.append("\\setlength\\parindent{0pt}\\setlength\\parskip{6pt}")
    if not l.justified:
        out.append("\\usepackage[document]{ragged2e}")
    out += [packages] if packages else []
    out.append("\\raggedbottom\\begin{document}")
    three = l.columns == 3
    heads = {1: "section", 2: "subsection", 3: "subsubsection*"}
    for b in blocks:
        if b.kind == "title":
            out.append(f"\\title{{{tex(b.text)}}}\\author{{}}\\date{{}}\\maketitle" + ("\\tableofcontents" if l.leaders else "") + ("\\begin{multicols}{3}" if three else ""))
        elif b.kind == "heading":
            out.append(f"\\{heads[b.level]}{{{tex(b.text)}}}")
        elif b.kind == "text":
            out.append(tex(b.text) + "\n")
        elif b.kind == "list":
            env, depth = ("enumerate" if b.ordered else "itemize"), 0
            for level, text in b.items:
                while depth < level:
                    out.append(f"\\begin{{{env}}}")
                    depth += 1
                while depth > level:
                    out.append(f"\\end{{{env}}}")
                    depth -= 1
                out.append(f"\\item {tex(text)}")
            out += [f"\\end{{{env}}}"] * depth
        elif b.kind == "table":
            if long:
                out += long(b, l)
                continue
            body = table(b, l)
            font = "\\ttfamily" if l.tables == "mono" else ""
            caption = tex(b.caption.split(": ", 1)[1])
            if three:
                out.append(f"\\par\\noindent\\begin{{minipage}}{{\\linewidth}}{tex(b.caption)}\n\n\\small{font}{body}\\end{{minipage}}\\par")
            else:
                out.append(f"\\begin{{table}}[H]\\caption{{{caption}}}\\small{font}\n{body}\\end{{table}}")
        elif b.kind == "code":
            out.append("\\begin{footnotesize}\\begin{verbatim}\n" + "\n".join(b.lines) + "\n\\end{verbatim}\\end{footnotesize}")
        elif b.kind == "figure":
            caption = tex(b.caption.split(": ", 1)[1])
            out.append("\\par\\noindent\\rule{.6\\linewidth}{20mm}\n\n" + tex(b.caption) + "\\par" if three else f"\\begin{{figure}}[H]\\rule{{.6\\linewidth}}{{20mm}}\\caption{{{caption}}}\\end{{figure}}")
        elif b.kind == "aside":
            out.append(f"\\begin{{wrapfigure}}{{r}}{{.4\\linewidth}}\\fbox{{\\parbox{{.36\\linewidth}}{{\\small {tex(b.text)}}}}}\\end{{wrapfigure}}")
        elif b.kind == "definition":
            out.append(f"\\begin{{description}}\\item[{tex(b.number)}] {tex(b.text)}\\end{{description}}")
        elif b.kind == "note":
            # A note hangs on the text before it.
            for index in range(len(out) - 1, -1, -1):
                if out[index].endswith("\n") and not out[index].startswith("\\"):
                    out[index] = out[index].rstrip("\n") + f"\\footnote{{{tex(b.text)}}}\n"
                    break
    out.append(("\\end{multicols}" if three else "") + "\\end{document}")
    open(f"{folder}/d.tex", "w").write("\n".join(out))
    for _ in range(max(runs, 2 if l.leaders else 1)):
        run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "d.tex"], folder)
    shutil.move(f"{folder}/d.pdf", path)


TEX = {"columns": [1, 2, 2, 3], "paper": ["a4", "letter"], "size": [10, 11, 12], "family": list(FONTS), "headings": ["large", "bold", "small-caps", "colour", "run-in"],
       "numbered": [True, False], "running": [True, False], "justified": [True, True, False], "tables": ["ruled", "none", "booktabs", "horizontal", "colour", "mono"],
       "leaders": [False, False, True], "language": ["en"] * 6 + ["de", "fr"], "indent": [True, False]}


def ieee(blocks, l, folder, path):
    latex(blocks, l, folder, path, cls="IEEEtran")


def lncs(blocks, l, folder, path):
    latex(blocks, l, folder, path, cls="llncs")


def koma(blocks, l, folder, path):
    latex(blocks, l, folder, path, cls="scrartcl")


def ams(blocks, l, folder, path):
    latex(blocks, l, folder, path, cls="amsart")


# MARK: groff

def roff(text):
    text = text.replace("\\", "\\e")
    return "\\&" + text if text[:1] in ".'" else text


def groff_table(b, l):
    width = sum(c for _, _, c in b.rows[0])
    style = {"ruled": "allbox", "booktabs": "", "none": "", "horizontal": "", "mono": "", "colour": "box"}[l.tables]
    formats = []
    for row in b.rows[:b.header]:
        cells = []
        for _, _, c in row:
            cells += ["lb"] + ["s"] * (c - 1)
        formats.append(" ".join(cells))
    wide = max((len(t) for row in b.rows for t, _, _ in row), default=0) > 24
    formats.append(" ".join(["l"] + ["n" if not (wide and k == width - 2) else "lw(4c)" for k in range(width - 1)]) + ".")
    lines = []
    for index, row in enumerate(b.rows):
        lines.append("\t".join(f"T{{\n{roff(t)}\nT}}" if len(t) > 24 else roff(t) for t, _, _ in row))
        if l.tables in ("booktabs", "horizontal") and index == b.header - 1:
            lines.append("_")
    return [".TS", f"{style};" if style else ";", *formats, *lines, ".TE"]


def groff_ms(blocks, l, folder, path):
    # Without numbers the size tells the level.
    out = [f".nr PS {l.size}", f".nr VS {l.size * 1.2:.1f}"] + ([] if l.numbered else [".nr GROWPS 4", ".nr PSINCR 1.3p"]) + ([] if l.running else [".ds CH", ".ds LH", ".ds RH"])
    if l.running:
        out.append(".ds CH - \\\\n[PN] -")
    for b in blocks:
        if b.kind == "title":
            out += [".TL", roff(b.text)] + ([".2C"] if l.columns == 2 else [])
        elif b.kind == "heading":
            out += [f".NH {b.level}" if l.numbered and b.number else f".SH {b.level}", roff(b.text)]
        elif b.kind == "text":
            out += [".PP" if l.indent else ".LP", roff(b.text)]
        elif b.kind == "list":
            count = 0
            for level, text in b.items:
                count += level == 1
                if level == 2:
                    out.append(".RS")
                out += [f".IP {count}. 4" if b.ordered and level == 1 else ".IP \\(bu 3", roff(text)]
                if level == 2:
                    out.append(".RE")
        elif b.kind == "table":
            out += [".LP", roff(b.caption), ".LP", *(["\\fC"] if l.tables == "mono" else []), *groff_table(b, l), *(["\\fR"] if l.tables == "mono" else [])]
        elif b.kind == "code":
            out += [".DS L", ".ft C", *[roff(line) if line else "" for line in b.lines], ".ft R", ".DE"]
        elif b.kind == "figure":
            out += [".LP", "\\D'p 200p 0 0 40p -200p 0'", ".sp 45p", ".LP", roff(b.caption)]
        elif b.kind == "aside":
            out += [".B1", roff(b.text), ".B2"]
        elif b.kind == "note":
            out += ["\\**", ".FS", roff(b.text), ".FE"]
    open(f"{folder}/d.ms", "w").write("\n".join(out) + "\n")
    with open(path, "wb") as pdf:
        done = subprocess.run(["groff", "-Tpdf", "-k", "-t", "-ms", f"-P-p{l.paper}", "d.ms"], cwd=folder, stdout=pdf, stderr=subprocess.PIPE, timeout=60)
    if done.returncode:
        raise RuntimeError(done.stderr.decode()[-500:])


def groff_mom(blocks, l, folder, path):
    out = [f".TITLE \"{blocks[0].text}\"", ".PRINTSTYLE TYPESET", f".PAPER {'A4' if l.paper == 'a4' else 'LETTER'}", f".PT_SIZE {l.size}", f".LS {l.size * 1.25:.1f}"]
    if not l.justified:
        out.append(".QUAD LEFT")
    if l.columns == 2:
        out.append(".COLUMNS 2 1.5P")
    if not l.running:
        out.append(".HEADERS OFF")
    out.append(".START")
    for b in blocks[1:]:
        if b.kind == "heading":
            number = f"{b.number} " if l.numbered and b.number else ""
            out.append(f".HEADING {b.level} \"{number}{b.text}\"")
        elif b.kind in ("text", "aside"):
            out += [".PP", roff(b.text)]
        elif b.kind == "list":
            out.append(".LIST DIGIT" if b.ordered else ".LIST BULLET")
            depth = 1
            for level, text in b.items:
                if level > depth:
                    out.append(".LIST DASH")
                elif level < depth:
                    out.append(".LIST OFF")
                depth = level
                out += [".ITEM", roff(text)]
            out += [".LIST OFF"] * depth
        elif b.kind == "table":
            out += [".PP", roff(b.caption), *groff_table(b, l)]
        elif b.kind == "code":
            out += [".CODE", ".QUOTE", *b.lines, ".QUOTE OFF", ".CODE OFF"]
        elif b.kind == "figure":
            out += [".PP", roff(b.caption)]
        elif b.kind == "note":
            out += [".FOOTNOTE", roff(b.text), ".FOOTNOTE OFF"]
    open(f"{folder}/d.mom", "w").write("\n".join(out) + "\n")
    with open(path, "wb") as pdf:
        done = subprocess.run(["groff", "-Tpdf", "-k", "-t", "-mom", "d.mom"], cwd=folder, stdout=pdf, stderr=subprocess.PIPE, timeout=60)
    if done.returncode:
        raise RuntimeError(done.stderr.decode()[-500:])


GROFF = {"columns": [1, 2], "paper": ["a4", "letter"], "size": [10, 11, 12], "numbered": [True, False], "running": [True, False], "tables": ["ruled", "none", "booktabs", "colour"],
         "aside": [False, True], "language": ["en"], "indent": [True, False]}


# MARK: LibreOffice

def writer(blocks, l, folder, path):
    e = html.escape
    family = {"serif": "Liberation Serif", "sans": "Liberation Sans", "dejavu": "DejaVu Serif", "narrow": "Liberation Sans Narrow"}[l.family]
    sizes = {"large": (16, 13, 11), "bold": (l.size,) * 3, "colour": (15, 12, 11)}[l.headings]
    colour = " fo:color=\"#114477\"" if l.headings == "colour" else ""
    def heading_style(level):
        return (f"<style:style style:name='Heading_20_{level}' style:display-name='Heading {level}' style:family='paragraph' style:default-outline-level='{level}'>"
                f"<style:paragraph-properties fo:margin-top='4mm' fo:margin-bottom='1.5mm' fo:keep-with-next='always'/><style:text-properties style:font-name='F' fo:font-size='{sizes[level - 1]}pt' fo:font-weight='{'bold' if level < 3 else 'normal'}' fo:font-style='{'italic' if level == 3 else 'normal'}'{colour}/></style:style>")
    border = {"ruled": "fo:border='0.5pt solid #000000'", "horizontal": "fo:border-bottom='0.5pt solid #000000'", "none": "", "booktabs": "", "colour": "", "mono": ""}[l.tables]
    header = {"booktabs": "fo:border-top='1pt solid #000000' fo:border-bottom='0.5pt solid #000000'", "colour": "fo:background-color='#ccddee'"}.get(l.tables, border)
    out = []
    for b in blocks:
        if b.kind == "title":
            out.append(f"<text:p text:style-name='T'>{e(b.text)}</text:p>" + (f"<text:section text:style-name='S' text:name='s'>" if l.columns > 1 else ""))
        elif b.kind == "heading":
            number = f"{b.number} " if l.numbered and b.number else ""
            out.append(f"<text:h text:style-name='Heading_20_{b.level}' text:outline-level='{b.level}'>{e(number + b.text)}</text:h>")
        elif b.kind == "text":
            out.append(f"<text:p text:style-name='P'>{e(b.text)}</text:p>")
        elif b.kind == "list":
            depth = 0
            opened = []
            for level, text in b.items:
                while depth < level:
                    if opened and opened[-1] == "item":
                        pass
                    out.append("<text:list text:style-name='%s'>" % ("LN" if b.ordered else "LB") if depth == 0 else "<text:list>")
                    depth += 1
                    opened.append("list")
                    continue
                while depth > level:
                    out.append("</text:list-item></text:list>")
                    depth -= 1
                    opened = opened[:-2]
                if opened and opened[-1] == "item":
                    out.append("</text:list-item>")
                    opened.pop()
                out.append(f"<text:list-item><text:p text:style-name='L'>{e(text)}</text:p>")
                opened.append("item")
            out.append("</text:list-item></text:list>" * depth)
        elif b.kind == "table":
            width = sum(c for _, _, c in b.rows[0])
            out.append(f"<text:p text:style-name='C'>{e(b.caption)}</text:p><table:table><table:table-column table:number-columns-repeated='{width}'/>")
            for index, row in enumerate(b.rows):
                style = "CH" if index < b.header else "CB"
                cells = "".join(f"<table:table-cell table:style-name='{style}'{f' table:number-columns-spanned={chr(39)}{c}{chr(39)}' if c > 1 else ''}><text:p text:style-name='{'N' if k and index >= b.header else 'L'}'>{e(t)}</text:p></table:table-cell>" + "<table:covered-table-cell/>" * (c - 1)
                                for k, (t, _, c) in enumerate(row))
                out.append(f"<table:table-row>{cells}</table:table-row>")
            out.append("</table:table><text:p text:style-name='P'/>")
        elif b.kind == "code":
            out += [f"<text:p text:style-name='K'>{e(line).replace('    ', '<text:s text:c=' + chr(39) + '4' + chr(39) + '/>')}</text:p>" for line in b.lines]
        elif b.kind == "figure":
            out.append(f"<text:p text:style-name='C'>{e(b.caption)}</text:p>")
        elif b.kind == "aside":
            out.append(f"<text:p text:style-name='P'><draw:frame draw:style-name='G' text:anchor-type='paragraph' svg:width='60mm' svg:x='0mm' svg:y='0mm' draw:z-index='1'><draw:text-box fo:min-height='10mm'><text:p text:style-name='L'>{e(b.text)}</text:p></draw:text-box></draw:frame></text:p>")
        elif b.kind == "note":
            for index in range(len(out) - 1, -1, -1):
                if out[index].startswith("<text:p text:style-name='P'>") and out[index].endswith("</text:p>") and "draw:" not in out[index]:
                    out[index] = out[index][:-9] + f"<text:note text:note-class='footnote'><text:note-citation>{b.mark}</text:note-citation><text:note-body><text:p>{e(b.text)}</text:p></text:note-body></text:note></text:p>"
                    break
    if l.columns > 1:
        out.append("</text:section>")
    width, height = ("210mm", "297mm") if l.paper == "a4" else ("216mm", "279mm")
    running = "<style:header><text:p><text:chapter text:display='name' text:outline-level='1'/></text:p></style:header><style:footer><text:p>Page <text:page-number/></text:p></style:footer>" if l.running else ""
    rtl = " style:writing-mode='rl-tb'" if l.language in RIGHT_TO_LEFT else ""
    xml = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="F" svg:font-family="'{family}'"/><style:font-face style:name="M" svg:font-family="'Liberation Mono'"/></office:font-face-decls>
<office:styles><style:default-style style:family="paragraph"><style:paragraph-properties{rtl}/><style:text-properties style:font-name="F" fo:font-size="{l.size}pt"/></style:default-style>{heading_style(1)}{heading_style(2)}{heading_style(3)}
<text:list-style style:name="LB"><text:list-level-style-bullet text:level="1" text:bullet-char="•"><style:list-level-properties text:space-before="3mm" text:min-label-width="5mm"/></text:list-level-style-bullet><text:list-level-style-bullet text:level="2" text:bullet-char="–"><style:list-level-properties text:space-before="8mm" text:min-label-width="5mm"/></text:list-level-style-bullet></text:list-style>
<text:list-style style:name="LN"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."><style:list-level-properties text:space-before="3mm" text:min-label-width="6mm"/></text:list-level-style-number><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"><style:list-level-properties text:space-before="9mm" text:min-label-width="6mm"/></text:list-level-style-number></text:list-style></office:styles>
<office:automatic-styles>
<style:style style:name="T" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="6mm"/><style:text-properties fo:font-size="{l.size * 2}pt" fo:font-weight="bold"/></style:style>
<style:style style:name="P" style:family="paragraph"><style:paragraph-properties fo:text-align="{'justify' if l.justified else 'start'}" fo:text-indent="{'5mm' if l.indent else '0mm'}" fo:margin-bottom="{'0mm' if l.indent else '2.5mm'}"/></style:style>
<style:style style:name="L" style:family="paragraph"/><style:style style:name="N" style:family="paragraph"><style:paragraph-properties fo:text-align="end"/></style:style>
<style:style style:name="C" style:family="paragraph"><style:paragraph-properties fo:margin-top="2mm" fo:margin-bottom="1mm"/><style:text-properties fo:font-style="italic" fo:font-size="{l.size * .9}pt"/></style:style>
<style:style style:name="K" style:family="paragraph"><style:paragraph-properties fo:margin-left="6mm"/><style:text-properties style:font-name="M" fo:font-size="{l.size * .85}pt"/></style:style>
<style:style style:name="S" style:family="section"><style:section-properties><style:columns fo:column-count="{l.columns}" fo:column-gap="7mm"/></style:section-properties></style:style>
<style:style style:name="G" style:family="graphic"><style:graphic-properties style:wrap="left" style:horizontal-pos="right" style:horizontal-rel="paragraph" fo:border="0.5pt solid #000000" fo:padding="1.5mm"/></style:style>
<style:style style:name="CB" style:family="table-cell"><style:table-cell-properties fo:padding="0.8mm" {border}/></style:style><style:style style:name="CH" style:family="table-cell"><style:table-cell-properties fo:padding="0.8mm" {header}/></style:style>
<style:page-layout style:name="PL"><style:page-layout-properties fo:page-width="{width}" fo:page-height="{height}" fo:margin="20mm"{rtl}/></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="PL">{running}</style:master-page></office:master-styles>
<office:body><office:text>{''.join(out)}</office:text></office:body></office:document>"""
    open(f"{folder}/d.fodt", "w").write(xml)
    run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to", "pdf", "d.fodt"], folder)
    shutil.move(f"{folder}/d.pdf", path)


WRITER = {"columns": [1, 1, 2], "paper": ["a4", "letter"], "size": [10, 11, 12], "family": list(FONTS), "headings": ["large", "bold", "colour"], "numbered": [True, False], "running": [True, False],
          "justified": [True, False], "tables": ["ruled", "none", "booktabs", "horizontal", "colour"], "aside": [False, False, True], "language": ["en"] * 7 + ["de", "fr", "el", "ru", "ar", "he"], "indent": [True, False]}


# MARK: ReportLab and Typst, from PyPI

def reportlab(blocks, l, folder, path):
    from reportlab.lib import colors, pagesizes
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, ListFlowable, ListItem, NextPageTemplate, PageTemplate, Paragraph, Preformatted, Spacer, Table, TableStyle
    e = html.escape
    fonts = {"serif": ("Times-Roman", "Times-Bold"), "sans": ("Helvetica", "Helvetica-Bold"), "dejavu": ("Times-Roman", "Helvetica-Bold"), "narrow": ("Helvetica", "Times-Bold")}[l.family]
    base = ParagraphStyle("b", fontName=fonts[0], fontSize=l.size, leading=l.size * 1.25, alignment=4 if l.justified else 0, firstLineIndent=12 if l.indent else 0, spaceAfter=0 if l.indent else 6)
    flat = ParagraphStyle("f", parent=base, firstLineIndent=0, alignment=0)
    sizes = {"large": (15, 12.5, 11), "bold": (l.size,) * 3, "colour": (14, 12, 11)}[l.headings]
    slanted = {"Times-Bold": ("Times-Bold", "Times-BoldItalic", "Times-Italic"), "Helvetica-Bold": ("Helvetica-Bold", "Helvetica-BoldOblique", "Helvetica-Oblique")}[fonts[1]]
    heads = [ParagraphStyle(f"h{k}", parent=flat, fontName=slanted[k] if l.headings == "bold" and not l.numbered else fonts[1], fontSize=s, leading=s * 1.25, spaceBefore=10, spaceAfter=4, keepWithNext=1,
                            textColor=colors.HexColor("#115533") if l.headings == "colour" else colors.black) for k, s in enumerate(sizes)]
    caption = ParagraphStyle("c", parent=flat, fontSize=l.size * .9, spaceBefore=6, spaceAfter=3)
    story = []
    for b in blocks:
        if b.kind == "title":
            story.append(Paragraph(e(b.text), ParagraphStyle("t", parent=flat, fontName=fonts[1], fontSize=22, leading=26, spaceAfter=12)))
        elif b.kind == "heading":
            number = f"{b.number} " if l.numbered and b.number else ""
            story.append(Paragraph(e(number + b.text), heads[b.level - 1]))
        elif b.kind == "text":
            story.append(Paragraph(e(b.text), base))
        elif b.kind == "list":
            items = [ListItem(Paragraph(e(t), flat), leftIndent=14 * level) for level, t in b.items]
            story.append(ListFlowable(items, bulletType="1" if b.ordered else "bullet", leftIndent=14, **({"bulletFormat": "%s."} if b.ordered else {"start": "•"})))
            story.append(Spacer(1, 6))
        elif b.kind == "table":
            width = sum(c for _, _, c in b.rows[0])
            wide = any(len(t) > 24 for row in b.rows for t, _, _ in row)
            data, style = [], [("FONT", (0, 0), (-1, -1), fonts[0] if l.tables != "mono" else "Courier", l.size * .85), ("ALIGN", (1, b.header), (-1, -1), "RIGHT"), ("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5)]
            for index, row in enumerate(b.rows):
                line, column = [], 0
                for t, _, c in row:
                    line.append(Paragraph(e(t), flat) if len(t) > 24 else t)
                    if c > 1:
                        style.append(("SPAN", (column, index), (column + c - 1, index)))
                        line += [""] * (c - 1)
                    column += c
                data.append(line)
            last = b.header - 1
            style += {"ruled": [("GRID", (0, 0), (-1, -1), .5, colors.black)], "horizontal": [("LINEBELOW", (0, 0), (-1, -1), .3, colors.grey)], "none": [], "mono": [],
                      "booktabs": [("LINEABOVE", (0, 0), (-1, 0), 1, colors.black), ("LINEBELOW", (0, last), (-1, last), .5, colors.black), ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black)],
                      "colour": [("BACKGROUND", (0, 0), (-1, last), colors.HexColor("#bbccdd")), ("ROWBACKGROUNDS", (0, b.header), (-1, -1), [colors.white, colors.HexColor("#eef2f6")])]}[l.tables]
            story += [Paragraph(e(b.caption), caption), Table(data, style=TableStyle(style), hAlign="LEFT", repeatRows=b.header, colWidths=[None] * (width - 1) + [90 if wide else None])]
            story.append(Spacer(1, 8))
        elif b.kind == "code":
            story.append(Preformatted("\n".join(b.lines), ParagraphStyle("k", fontName="Courier", fontSize=l.size * .85, leading=l.size, leftIndent=14, spaceAfter=6)))
        elif b.kind == "figure":
            story += [Table([[""]], colWidths=[120], rowHeights=[50], style=TableStyle([("BACKGROUND", (0, 0), (-1, -1), colors.lightgrey)]), hAlign="LEFT"), Paragraph(e(b.caption), caption)]
        elif b.kind in ("aside", "note"):
            story.append(Table([[Paragraph(e((b.mark + " " if b.mark else "") + b.text), flat)]], style=TableStyle([("BOX", (0, 0), (-1, -1), .5, colors.black)]) if b.kind == "aside" else TableStyle([]), hAlign="LEFT"))
            story.append(Spacer(1, 6))
    size = pagesizes.A4 if l.paper == "a4" else pagesizes.LETTER
    gap, margin = 7 * mm, 20 * mm
    width = (size[0] - 2 * margin - (l.columns - 1) * gap) / l.columns
    frames = [Frame(margin + k * (width + gap), margin, width, size[1] - 2 * margin, id=f"f{k}", leftPadding=0, rightPadding=0) for k in range(l.columns)]
    def decorate(canvas, document):
        if l.running:
            canvas.setFont(fonts[0], 8)
            canvas.drawString(margin, size[1] - 14 * mm, blocks[0].text)
            canvas.drawRightString(size[0] - margin, 12 * mm, str(document.page))
    template = BaseDocTemplate(path, pagesize=size, invariant=1)
    template.addPageTemplates([PageTemplate(id="p", frames=frames, onPage=decorate)])
    template.build(story)


REPORT = {"columns": [1, 2, 2, 3], "paper": ["a4", "letter"], "size": [9, 10, 11], "family": list(FONTS), "headings": ["large", "bold", "colour"], "numbered": [True, False], "running": [True, False],
          "justified": [True, False], "tables": ["ruled", "none", "booktabs", "horizontal", "colour", "mono"], "aside": [False, True], "language": ["en"] * 5 + ["de", "fr"], "indent": [True, False]}


def typst(blocks, l, folder, path):
    import typst as compiler
    def t(text):
        return "#" + repr_string(text)
    def repr_string(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    family = {"serif": "Liberation Serif", "sans": "Liberation Sans", "dejavu": "DejaVu Serif", "narrow": "Liberation Sans Narrow"}[l.family]
    fallback = {"zh": "Noto Sans CJK SC", "ja": "IPAPGothic", "ar": "Noto Naskh Arabic", "he": "Noto Sans Hebrew"}.get(l.language)
    fonts = f'("{family}"{f", {chr(34)}{fallback}{chr(34)}" if fallback else ""})'
    out = [f'#set page(paper: "{"a4" if l.paper == "a4" else "us-letter"}", margin: 20mm, columns: {l.columns}' + (f', header: [#h(1fr) {t(blocks[0].text)}], numbering: "1")' if l.running else ")"),
           f'#set text(font: {fonts}, size: {l.size}pt, lang: "{l.language}")', f'#set par(justify: {"true" if l.justified else "false"}, first-line-indent: {"1.2em" if l.indent else "0pt"})',
           '#set heading(numbering: %s)' % ('"1.1"' if l.numbered else "none")]
    if l.headings == "bold":
        out.append(f'#show heading: set text(size: {l.size}pt)')
    elif l.headings == "small-caps":
        out.append("#show heading: smallcaps")
    elif l.headings == "colour":
        out.append('#show heading: set text(fill: rgb("#246"))')
    strokes = {"ruled": "0.5pt", "none": "none", "mono": "none", "booktabs": "(x, y) => if y == 0 {(top: 1pt, bottom: 0.5pt)} else {none}", "horizontal": "(bottom: 0.4pt)", "colour": "none"}[l.tables]
    fill = ", fill: (x, y) => if calc.odd(y) { luma(235) }" if l.tables == "colour" else ""
    for b in blocks:
        if b.kind == "title":
            title = f'#text(size: 20pt, weight: "bold")[{t(b.text)}]'
            out.append(f"#place(top + left, scope: \"parent\", float: true)[{title}]" if l.columns > 1 else title + "\n")
        elif b.kind == "heading":
            tail = ", numbering: none" if not b.number else ""
            out.append(f"#heading(level: {b.level}{tail})[{t(b.text)}]")
        elif b.kind == "text":
            out.append(t(b.text) + "\n")
        elif b.kind == "list":
            mark = "enum" if b.ordered else "list"
            parts, index = [], 0
            while index < len(b.items):
                text = t(b.items[index][1])
                index += 1
                inner = []
                while index < len(b.items) and b.items[index][0] == 2:
                    inner.append(f"[{t(b.items[index][1])}]")
                    index += 1
                parts.append(f"[{text}{f' #{mark}({chr(44).join(inner)})' if inner else ''}]")
            out.append(f"#{mark}({', '.join(parts)})")
        elif b.kind == "table":
            width = sum(c for _, _, c in b.rows[0])
            cells = ", ".join(f"table.cell(colspan: {c})[{t(text)}]" if c > 1 else f"[{t(text)}]" for row in b.rows for text, _, c in row)
            wide = any(len(text) > 24 for row in b.rows for text, _, _ in row)
            columns = "(" + ", ".join(["auto"] * (width - 1) + ["1fr" if wide else "auto"]) + ")"
            font = f'#set text(font: "Liberation Mono", size: {l.size * .8}pt); ' if l.tables == "mono" else ""
            out.append(f"#block(breakable: true)[{t(b.caption)} \\\n {font} #table(columns: {columns}, align: left, stroke: {strokes}{fill}, {cells})]")
        elif b.kind == "code":
            out.append("```\n" + "\n".join(b.lines) + "\n```")
        elif b.kind == "figure":
            out.append(f"#block[#rect(width: 60%, height: 18mm, fill: luma(210)) {t(b.caption)}]")
        elif b.kind == "aside":
            out.append(f"#rect(width: 100%, stroke: 0.5pt)[{t(b.text)}]")
        elif b.kind == "note":
            out[-1] = out[-1].rstrip("\n") + f"#footnote[{t(b.text)}]\n" if out[-1].startswith('#"') else out[-1]
    open(f"{folder}/d.typ", "w").write("\n\n".join(out))
    compiler.compile(f"{folder}/d.typ", output=path)


TYPST = {"columns": [1, 2, 2, 3], "paper": ["a4", "letter"], "size": [9, 10, 11], "family": list(FONTS), "headings": ["large", "bold", "small-caps", "colour"], "numbered": [True, False], "running": [True, False],
         "justified": [True, False], "tables": ["ruled", "none", "booktabs", "horizontal", "colour", "mono"], "aside": [False, True], "language": ["en"] * 6 + ["de", "fr", "el", "ru", "ja", "ar", "he"], "indent": [True, False]}

# WeasyPrint 57 says wrongly which letters its Arabic shapes are: nobody can read that.
MAKERS = {"weasyprint": (weasyprint, {**WEB, "language": [one for one in WEB["language"] if one != "ar"]}), "chromium": (chromium, {**WEB, "running": [False]}), "latex": (latex, TEX), "ieee": (ieee, {**TEX, "columns": [2], "headings": ["large"], "leaders": [False], "running": [False], "numbered": [True], "indent": [True]}),
          "lncs": (lncs, {**TEX, "columns": [1], "family": ["serif"], "headings": ["large"], "leaders": [False], "numbered": [True], "indent": [True], "running": [False]}),
          "koma": (koma, {**TEX, "headings": ["large"], "running": [False], "indent": [True]}), "ams": (ams, {**TEX, "columns": [1], "headings": ["small-caps"], "leaders": [False], "running": [False], "indent": [True]}),
          "groff-ms": (groff_ms, GROFF), "groff-mom": (groff_mom, {**GROFF, "aside": [False], "justified": [True, False]}), "writer": (writer, WRITER), "reportlab": (reportlab, REPORT), "typst": (typst, TYPST)}
# Looked at only at the end; of the others, every tenth document.
SET_APART = {"groff-mom"}

from more_makers import MORE, SLIDES  # noqa: E402  (they build on these)

MAKERS.update(MORE)
