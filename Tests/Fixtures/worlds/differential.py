#!/usr/bin/env python3
"""Random histories of a small world, held against runs from nothing.

    differential.py SLUICE SEED STEPS FOLDER

A project with files, a table, commands of all modes, filters, a foreach, a crawl, a sitemap and a feed is edited at
random; runs are killed, parameters tried in variants, single stages run, published files touched, generations gone back
to, clocks set ahead, gc and fsck called. After each step everything that is published must be, byte for byte, what a run from nothing makes, a plan that
says "up to date" must be followed by a run that does nothing, and a run by a plan that says "up to date".
Prints each fault and at the end `SEED: STEPS steps, N faults`. Exit 1 when there is one.
"""
import hashlib, http.server, json, os, random, shutil, signal, subprocess, sys, threading, time

SLUICE, SEED, STEPS, ROOT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), os.path.abspath(sys.argv[4])
rnd = random.Random(SEED)
os.makedirs(ROOT, exist_ok=True)
os.chdir(ROOT)
for folder in ('docs', 'scripts', 'pipelines'):
    os.makedirs(folder, exist_ok=True)
ENV = {k: v for k, v in os.environ.items() if k not in ('SLUICE_ARTIFACTS', 'FAKETIME') and not k.lower().endswith('_proxy')}
ENV['NO_COLOR'] = '1'
FAKETIME = shutil.which('faketime')
WORDS = 'gate dike water level dawn dusk é ü x FAIL KEEP alpha beta'.split()
LANGS = ['en', 'de', 'no', '010', '1e3', 'a b', 'é', 'x/y', '..']
NAMES = ['a', 'b', 'c', 'e f', 'é', 'A', 'sub/a', '#1', "g'h", '-r', 'n\nl', '%2F', 'x' * 120]
site, pages, rows = {}, {}, {}
state = dict(suffix='s0', langs=['en', 'de'], where='long', up=0, split=0, words=0, order=0)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        body = site.get(self.path)
        tag = '"%s"' % hashlib.sha256(body or b'').hexdigest()[:16]
        if body is not None and self.headers.get('If-None-Match') == tag:
            self.send_response(304)
            body = b''
        else:
            self.send_response(200 if body is not None else 404)
            self.send_header('Content-Type', 'application/xml' if self.path.endswith('.xml') else 'text/html; charset=utf-8')
            self.send_header('Content-Length', str(len(body or b'')))
        self.send_header('ETag', tag)
        self.end_headers()
        self.wfile.write(body or b'')

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
server.handle_error = lambda *_: None  # who was killed hangs up
threading.Thread(target=server.serve_forever, daemon=True).start()
URL = 'http://127.0.0.1:%d' % server.server_port


def text():
    line = lambda: ' '.join(rnd.choice([w for w in WORDS if w != 'FAIL' or rnd.random() < .25]) for _ in range(rnd.randint(0, 6)))
    return '\n'.join(line() for _ in range(rnd.randint(0, 4))) + rnd.choice(['', '\n'])


def put(path, content):
    os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
    with open(path, 'w') as out:
        out.write(content)


def write_site():
    site.clear()
    links = ''.join('<a href="%s.html">%s</a>' % (n, n) for n in sorted(pages))
    site['/index.html'] = ('<html><body><h1>Index</h1><p>All pages of this site.</p>%s</body></html>' % links).encode()
    for name, body in pages.items():
        site['/%s.html' % name] = ('<html><body><h1>%s</h1><p>%s</p></body></html>' % (name, body)).encode()
    urls = ['%s/%s.html' % (URL, n) for n in sorted(pages)]
    site['/sitemap.xml'] = ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</urlset>' % ''.join('<url><loc>%s</loc></url>' % u for u in urls)).encode()
    site['/feed.xml'] = ('<rss version="2.0"><channel><title>t</title>%s</channel></rss>' % ''.join('<item><title>t</title><link>%s</link></item>' % u for u in urls[:3])).encode()


def write():
    s = state
    put('scripts/up.sh', '# %d\ngrep -q FAIL "$1" && { echo failed on purpose >&2; exit 1; }\ntr a-z A-Z < "$1" > "$2"; echo "%d $3 $4" >> "$2"\n' % (s['up'], s['up']))
    put('scripts/split.py', 'import sys, json\nV = %d\nout = open(sys.argv[2], "w")\nfor i, line in enumerate(open(sys.argv[1], encoding="utf-8")):\n    if line.strip():\n        out.write(json.dumps({"id": f"{i:03d}", "text": line.strip(), "kind": "long" if len(line) > 8 + V %% 3 else "short"}) + "\\n")\n' % s['split'])
    put('scripts/words.py', 'import sys, json\nV = %d\nfor line in sys.stdin:\n    o = json.loads(line); n = len(o["text"].split())\n    if V %% 3 == 1 and n %% 3 == 0: print(json.dumps({"id": o["id"], "items": [{"id": "x", "n": n, "kind": "long"}, {"id": "y", "n": n}]}), flush=True)\n    elif V %% 3 == 2 and n %% 3 == 0: print(json.dumps({"id": o["id"], "items": []}), flush=True)\n    else: print(json.dumps({"id": o["id"], "n": n + V, "kind": o["kind"]}), flush=True)\n' % s['words'])
    with open('table.csv', 'w', newline='') as out:
        import csv
        lines = csv.writer(out, lineterminator=rnd.choice(['\n', '\r\n']))
        lines.writerow(['id', 'lang', 'text'])
        items = list(rows.items())
        rnd.shuffle(items)
        lines.writerows([k, *v] for k, v in items)
    web = 'refresh: 0s, allow_private: true, robots: false, backoff: 10ms'
    stages = [
        'src: {uses: import, with: {path: docs}}', 'tab: {uses: import, with: {path: table.csv}, publish: true}',
        'up: {run: "sh scripts/up.sh {input} {output} {id} ${params.suffix}", needs: src, with: {mode: item}, publish: true}',
        'split: {run: "python3 scripts/split.py {input} {output}", needs: up, with: {mode: item, output: jsonl}, publish: true}',
        'words: {run: "python3 scripts/words.py", needs: split, with: {mode: lines}, publish: true}',
        'filt: {uses: filter, needs: words, with: {where: {kind: %s}}, publish: true}' % s['where'],
        'agg: {run: "sort {input} > {output}", needs: filt, with: {output_name: agg.txt}}',
        'lang: {uses: filter, needs: tab, foreach: "${params.langs}", with: {where: {lang: "${item}"}}, publish: true}',
        'num: {run: "wc -l < {input} > {output}", needs: "lang@${item}", foreach: "${params.langs}", with: {output_name: n.txt}}',
        'crawl: {uses: crawl, with: {url: "%s/index.html", %s}, publish: true}' % (URL, web),
        'map: {uses: sitemap, with: {url: "%s/sitemap.xml", %s}, publish: true}' % (URL, web),
        'feed: {uses: feed, with: {url: "%s/feed.xml", keep: listed, %s}, publish: true}' % (URL, web),
        'fetch: {uses: fetch, needs: map, with: {%s}, publish: true}' % web,
        'both: {run: "cat {input}/*/* > {output}", needs: [crawl, fetch], with: {output_name: both.txt}}',
    ]
    random.Random(s['order']).shuffle(stages)
    put('pipelines/p.yaml', 'pipeline: p\nparams: {suffix: %s, langs: %s}\ntolerate: 100%%\nguard: {max_vanish: 100%%}\nstages:\n%s\n' % (
        json.dumps(s['suffix']), json.dumps(s['langs'], ensure_ascii=False), '\n'.join('  ' + x for x in stages)))


def files():
    return sorted(os.path.join(d, f) for d, _, fs in os.walk('docs') for f in fs)


def edit():
    kind = rnd.choice('change change add remove rename touch swap samestat row row rowdel suffix langs script where order page page pagedel pageadd'.split())
    fs, s = files(), state
    if kind == 'change' and fs: put(rnd.choice(fs), text())
    elif kind == 'add': put('docs/' + rnd.choice(NAMES), text())
    elif kind == 'remove' and len(fs) > 1: os.remove(rnd.choice(fs))
    elif kind == 'rename' and fs:
        to = 'docs/' + rnd.choice(NAMES)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        os.rename(rnd.choice(fs), to)
    elif kind == 'touch' and fs: os.utime(rnd.choice(fs), (rnd.choice([0, 1e9, 4e9, time.time()]),) * 2)
    elif kind == 'swap' and len(fs) > 1:
        a, b = rnd.sample(fs, 2)
        os.rename(a, 'x.tmp'); os.rename(b, a); os.rename('x.tmp', b)
    elif kind == 'samestat' and fs:
        f = rnd.choice(fs); st = os.stat(f); t = open(f).read()
        put(f, t.swapcase()[::-1]); os.utime(f, ns=(st.st_atime_ns, st.st_mtime_ns))
    elif kind == 'row': rows['r%d' % rnd.randint(0, 9)] = [rnd.choice(LANGS), text()]
    elif kind == 'rowdel' and len(rows) > 1: rows.pop(rnd.choice(sorted(rows)))
    elif kind == 'suffix': s['suffix'] = 's%d' % rnd.randint(0, 2)
    elif kind == 'langs': s['langs'] = rnd.sample(LANGS, rnd.randint(1, 3))
    elif kind == 'script': s[rnd.choice(['up', 'split', 'words'])] = rnd.randint(0, 5)
    elif kind == 'where': s['where'] = rnd.choice(['long', 'short', '[long, short]', 'none'])
    elif kind == 'order': s['order'] = rnd.randint(0, 5)
    elif kind in ('page', 'pageadd'): pages[rnd.choice(sorted(pages)) if kind == 'page' else 'p%d' % rnd.randint(0, 9)] = 'words %d' % rnd.randint(0, 99)
    elif kind == 'pagedel' and len(pages) > 2: pages.pop(rnd.choice(sorted(pages)))
    write_site(); write()
    return kind


def sluice(*arguments, artifacts=None, before=()):
    env = dict(ENV, SLUICE_ARTIFACTS=artifacts) if artifacts else ENV
    p = subprocess.run([*before, SLUICE, *arguments], env=env, capture_output=True, timeout=300)
    return p.returncode, p.stdout.decode(errors='replace'), p.stderr.decode(errors='replace')


def published(artifacts, line='p'):
    base, found = artifacts + '/published/' + line, {}
    for d, ds, fs in os.walk(base, followlinks=True):
        for f in fs: found[os.path.relpath(os.path.join(d, f), base)] = open(os.path.join(d, f), 'rb').read()
        for x in ds:
            if not os.path.exists(os.path.join(d, x)): found[os.path.relpath(os.path.join(d, x), base)] = b'BROKEN LINK'
    return found


def vandalise():
    names = sorted(published('artifacts'))
    if not names: return 'nothing published'
    path = 'artifacts/published/p/' + rnd.choice(names)
    kind = rnd.choice(['edit', 'empty', 'delete', 'unlink', 'entrance', 'same size'])
    if kind == 'unlink': os.remove(os.path.dirname(path))
    elif kind == 'entrance': os.remove('artifacts/published/p')
    elif kind == 'delete': os.remove(path)
    else:
        size = os.path.getsize(path)
        os.chmod(path, 0o644)
        with open(path, 'wb') as out: out.write(b'' if kind == 'empty' else b'#' * (size if kind == 'same size' else 5))
    return 'published: ' + kind


faults = 0
history = []


def fault(what, detail=''):
    global faults
    faults += 1
    print('FAULT seed %d step %d: %s\n  history: %s\n  %s' % (SEED, len(history), what, history[-4:], detail[:3000]), flush=True)
    if faults > 5: sys.exit(1)


def act(names):
    k = rnd.random()
    if k < .14:
        p = subprocess.Popen([SLUICE, 'run', '-q'], env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rnd.random() ** 2 * .5)
        p.send_signal(rnd.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM])); p.wait()
        return 'kill'
    if k < .20:
        one = rnd.choice(names)
        code, _, errors = sluice('run', '-q', rnd.choice([one, '+' + one, one + '+']))
        if code not in (0, 1, 3): fault('exit %d of a single stage, %s' % (code, one), errors)
        return 'single ' + one
    if k < .27:
        name = rnd.choice(['try', 'other'])
        given = ['run', '-q', '--as', name, '--set', 'params.suffix=s%d' % rnd.randint(0, 3)]
        before = published('artifacts')
        code, _, errors = sluice(*given)
        if published('artifacts') != before: fault('a variant changed what is published of production')
        shutil.rmtree('fresh', ignore_errors=True)
        other, _, more = sluice(*given, artifacts='fresh')
        if code != other or published('artifacts', 'p@' + name) != published('fresh', 'p@' + name):
            fault('a variant differs: exit %d, from nothing %d' % (code, other), errors + more)
        return 'variant'
    if k < .29: sluice('variants', 'remove', rnd.choice(['try', 'other'])); return 'variants remove'
    if k < .31: sluice('gc', '--keep-runs', str(rnd.choice([1, 3]))); return 'gc'
    if k < .35: sluice('run', '-q', '--force', rnd.choice(names)); return 'force'
    if k < .38: shutil.rmtree('artifacts/cache', ignore_errors=True); return 'rm cache'
    if k < .40: shutil.rmtree('artifacts/hosts', ignore_errors=True); return 'rm hosts'
    if k < .50: return vandalise()
    if k < .53 and os.path.exists('artifacts/ledger.sqlite'):
        code, out, errors = sluice('fsck', '--repair')
        if code != 0: fault('fsck --repair ends with %d' % code, out + errors)
        return 'fsck'
    if k < .62:
        code, out, _ = sluice('history', '--json')
        generations = json.loads(out)['generations'] if code == 0 else []
        current = [g['generation'] for g in generations if g['state'] == 'current']
        if len(generations) < 2 or not current: return 'no history'
        now = published('artifacts')
        to = rnd.choice([g['generation'] for g in generations if g['generation'] != current[0]])
        code, _, errors = sluice('rollback', str(to))
        if code != 0: fault('rollback to %d ends with %d' % (to, code), errors)
        code, _, errors = sluice('publish', str(current[0]))
        if code != 0: fault('publish of %d ends with %d' % (current[0], code), errors)
        back = published('artifacts')
        if back != now and 'published' not in str(history[-2:]): fault('forth and back is not what it was')
        return 'rollback'
    if k < .66 and FAKETIME:
        sluice('run', '-q', before=[FAKETIME, '-m', '-f', rnd.choice(['+1000d', '-1000d', '+1h'])])
        return 'clock'
    return ''


for n in rnd.sample(NAMES, 5): put('docs/' + n, text())
for i in range(6): rows['r%d' % i] = [rnd.choice(LANGS), text()]
for i in range(4): pages['p%d' % i] = 'words %d' % i
write_site(); write()
for step in range(STEPS):
    history.append([edit() for _ in range(rnd.choice([0, 1, 1, 2, 3]))])
    if rnd.random() < .3: time.sleep(.03)
    names = ['src', 'tab', 'up', 'split', 'words', 'filt', 'agg', 'lang', 'num', 'crawl', 'map', 'feed', 'fetch', 'both']
    history[-1].append(act(names))
    plan = json.loads(sluice('plan', '--json')[1])
    code, out, errors = sluice('run', '--json')
    if code not in (0, 3): fault('exit %d' % code, errors)
    elif out.strip():
        worked = [s['name'] for s in json.loads(out)['stages'] if s['done'] or s['failed'] or s['removed']]
        if plan['up_to_date'] and worked: fault('the plan said up to date, the run worked on %s' % worked)
        for s, p in zip(json.loads(out)['stages'], plan['stages']):
            if p['up_to_date'] and (s['done'] or s['failed']): fault('plan: %s is up to date; run: %s' % (s['name'], s))
            if p['removed_outputs_at_least'] > s['removed'] and s['state'] == 'done': fault('plan: %d leave %s; run: %d' % (p['removed_outputs_at_least'], s['name'], s['removed']))
    due = {'crawl', 'map', 'feed', 'fetch'}
    if code == 0:
        left = [s['name'] for s in json.loads(sluice('plan', '--json')[1])['stages'] if not s['up_to_date']]
        # What the network lists is asked for in every run here, and all below waits for it.
        if not set(left) <= due | {'both'}: fault('after a run the plan is to run %s' % left)
    shutil.rmtree('fresh', ignore_errors=True)
    other, _, more = sluice('run', '-q', artifacts='fresh')
    if other != code: fault('exit %d, from nothing %d' % (code, other), errors + more)
    a, b = published('artifacts'), published('fresh')
    if a != b:
        names = [k for k in sorted(set(a) | set(b)) if a.get(k) != b.get(k)]
        fault('published differs: %s' % names[:6], '\n'.join('%s\n    here %.300r\n    from nothing %.300r' % (k, a.get(k), b.get(k)) for k in names[:3]))
print('%d: %d steps, %d faults' % (SEED, STEPS, faults), flush=True)
sys.exit(1 if faults else 0)
