"""Fetching, measured beside curl on a real nginx: called by Benchmarks/run."""
import datetime, json, os, re, shutil, socket, subprocess, sys, time


class Nginx:
    """A real nginx on a free port of loopback, with one worker process."""

    def __init__(self, directory, server="", http=""):
        self.directory = directory
        os.makedirs(f"{directory}/www", exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        with open(f"{directory}/nginx.conf", "w") as out:
            out.write(f"""daemon off; master_process off; pid {directory}/pid; error_log {directory}/error.log crit;
worker_rlimit_nofile 4096;
events {{ worker_connections 2048; }}
http {{
  access_log {directory}/access.log;
  client_body_temp_path {directory}/b; proxy_temp_path {directory}/p; fastcgi_temp_path {directory}/f;
  uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;
  types {{ text/html html; }} keepalive_requests 1000000; {http}
  server {{ listen 127.0.0.1:{self.port} backlog=1024; root {directory}/www; {server} }}
}}
""")
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-p", directory, "-e", f"{directory}/error.log", "-c", f"{directory}/nginx.conf"])
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        sys.exit("nginx did not start")

    def accesses(self):
        with open(f"{self.directory}/access.log") as log:
            return log.read().splitlines()

    def stop(self):
        self.process.terminate()
        self.process.wait()


def page(number):
    words = " ".join(f"word{(number * 31 + i) % 977}" for i in range(120))
    return f"<!DOCTYPE html><html><head><title>Page {number}</title></head><body><h1>Page {number}</h1><p>{words}</p></body></html>"


def project(cwd, urls, parameters):
    shutil.rmtree(cwd, ignore_errors=True)
    os.makedirs(f"{cwd}/pipelines")
    with open(f"{cwd}/pages.csv", "w") as out:
        out.write("url\n" + "".join(f"{u}\n" for u in urls))
    with open(f"{cwd}/pipelines/f.yaml", "w") as out:
        out.write(f"""pipeline: f
stages:
  list:  {{uses: import, with: {{path: pages.csv}}}}
  fetch: {{uses: fetch, needs: list, with: {{allow_private: true, {parameters}}}}}
""")
    time.sleep(0.1)


def run(sluice, cwd, *arguments):
    """The result of a run, and its peak memory in MB."""
    script = ("import json,resource,subprocess,sys; d=subprocess.run(sys.argv[1:],capture_output=True,text=True); "
              "print(json.dumps({'memory':resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024,'code':d.returncode,'out':d.stdout,'err':d.stderr}))")
    done = json.loads(subprocess.run([sys.executable, "-c", script, sluice, "run", "--json", *arguments], cwd=cwd, capture_output=True, text=True, check=True).stdout)
    if done["code"] != 0:
        sys.exit(f"the run failed: {done['out'][-2000:]} {done['err'][-2000:]}")
    stages = {s["name"]: s for s in json.loads(done["out"])["stages"]}
    return stages, done["memory"]


def bench_speed(sluice, scratch, row):
    count, connections = 10_000, 16
    server = Nginx(f"{scratch}/fetch-nginx")
    try:
        for i in range(count):
            with open(f"{server.directory}/www/{i}.html", "w") as out:
                out.write(page(i))
        urls = [f"{server.url}/{i}.html" for i in range(count)]
        os.makedirs(f"{scratch}/curl", exist_ok=True)
        with open(f"{scratch}/curl.txt", "w") as out:
            for i, url in enumerate(urls):
                out.write(f'url = "{url}"\noutput = "{scratch}/curl/{i}"\n')
        ratios, memories = [], {}
        for attempt in range(3):
            start = time.perf_counter()
            subprocess.run(["curl", "-s", "--compressed", "--parallel", "--parallel-max", str(connections), "-K", f"{scratch}/curl.txt"], check=True)
            peer = time.perf_counter() - start
            cwd = f"{scratch}/fetch"
            project(cwd, urls, f"per_host: {connections}, max_attempts: 2")
            run(sluice, cwd, "list")
            stages, memory = run(sluice, cwd)
            assert stages["fetch"]["done"] == count, stages
            ours = stages["fetch"]["seconds"]
            ratios.append((peer / ours, count / ours, count / peer))
            memories[count] = memory
        cwd = f"{scratch}/fetch-few"
        project(cwd, urls[:1000], f"per_host: {connections}, max_attempts: 2")
        run(sluice, cwd, "list")
        memories[1000] = run(sluice, cwd)[1]
        ratio, ours, peer = max(ratios)
        growth = memories[count] / memories[1000]
        row("fetch 10,000 small pages from nginx on loopback, 16 connections, stored and in the ledger",
            "≥ 0.8 × curl --parallel in requests/s; memory ≤ 2 × that of 1,000 pages",
            f"{ours:,.0f} to curl's {peer:,.0f} requests/s = {ratio:.2f} ×; {memories[count]:.0f} MB, 1,000 pages: {memories[1000]:.0f} MB", ratio >= 0.8 and growth <= 2)
        # The same again: everything is asked for conditionally.
        cwd = f"{scratch}/fetch"
        with open(f"{cwd}/pipelines/f.yaml") as file:
            text = file.read()
        with open(f"{cwd}/pipelines/f.yaml", "w") as out:
            out.write(text.replace("max_attempts", "refresh: 0s, max_attempts"))
        time.sleep(0.1)
        stages, _ = run(sluice, cwd)
        assert stages["fetch"]["done"] == 0, stages
        spent = stages["fetch"]["seconds"]
        row("the same pages asked for again, nothing changed", "10,000 × 304, nothing runs below", f"{count / spent:,.0f} requests/s, nothing changed",
            sum('" 304 ' in line for line in server.accesses()) >= count)
    finally:
        server.stop()


def bench_limit(sluice, scratch, row):
    count, rate = 600, 20
    for delay, name in (("nodelay", "nodelay, "), ("", "")):
        server = Nginx(f"{scratch}/limit-nginx{delay}",
            server="error_page 429 @wait; location @wait { add_header Retry-After 1 always; return 429; } "
                   f"location ~ html$ {{ limit_req zone=z burst=5 {delay}; }}",
            http="limit_req_zone $binary_remote_addr zone=z:1m rate=20r/s; limit_req_status 429;")
        try:
            for i in range(count):
                with open(f"{server.directory}/www/{i}.html", "w") as out:
                    out.write(page(i))
            cwd = f"{scratch}/limit"
            project(cwd, [f"{server.url}/{i}.html" for i in range(count)], "per_host: 8, max_attempts: 10")
            run(sluice, cwd, "list")
            stages, _ = run(sluice, cwd)
            spent = stages["fetch"]["seconds"]
            refused = sum('" 429 ' in line for line in server.accesses())
            share = refused / (count + refused)
            ideal = count / rate
            row(f"fetch 600 pages from nginx with limit_req 20/s, burst 5 ({name}429 + Retry-After)",
                "all arrive; refused ≤ 5 %; ≤ 1.2 × the ideal 30 s",
                f"{stages['fetch']['done']} arrive, {refused} refused = {share * 100:.1f} %, {spent:.1f} s = {spent / ideal:.2f} ×",
                stages["fetch"]["done"] == count and share <= 0.05 and spent <= 1.2 * ideal)
        finally:
            server.stop()


def bench_dead(sluice, scratch, row):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cwd = f"{scratch}/dead"
    project(cwd, [f"http://127.0.0.1:{port}/{i}" for i in range(10_000)], "max_attempts: 6")
    with open(f"{cwd}/pipelines/f.yaml", "a") as out:
        out.write("tolerate: 100%\n")
    start = time.perf_counter()
    done = subprocess.run([sluice, "run", "--json"], cwd=cwd, capture_output=True, text=True)
    spent = time.perf_counter() - start
    stages = {s["name"]: s for s in json.loads(done.stdout)["stages"]}
    row("a dead host with 10,000 URLs", "all quarantined with a reason, no 10,000 timeouts: < 60 s",
        f"{stages['fetch']['failed']:,} quarantined in {spent:.1f} s", stages["fetch"]["failed"] == 10_000 and spent < 60)


def bench(sluice, scratch, root, machine):
    """Runs all, writes the table into docs/benchmarks.md; one truth value a row: whether its bar holds."""
    rows = []

    def row(work, bar, measured, holds):
        rows.append((work, bar, measured, holds))
        print(f"{'ok  ' if holds else 'MISS'} {work}: {measured} (bar: {bar})", flush=True)

    bench_speed(sluice, scratch, row)
    bench_limit(sluice, scratch, row)
    bench_dead(sluice, scratch, row)
    write(root, machine, rows)
    return [holds for *_, holds in rows]


def write(root, machine, rows):
    path = os.path.join(root, "docs", "benchmarks.md")
    curl = subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout.split()[1]
    nginx = subprocess.run(["/usr/sbin/nginx", "-v"], capture_output=True, text=True).stderr.split("/")[-1].strip()
    table = "".join(f"| {w} | {b} | {m} | {'holds' if h else '**missed**'} |\n" for w, b, m, h in rows)
    block = (f"<!-- fetch -->\nMeasured {datetime.date.today().isoformat()} on {machine}; curl {curl}, nginx {nginx}, all on loopback.\n\n"
             f"| Work | Bar | Measured | |\n|-|-|-|-|\n{table}<!-- /fetch -->")
    text = open(path).read()
    if "<!-- fetch -->" in text:
        text = re.sub(r"<!-- fetch -->.*<!-- /fetch -->", lambda _: block, text, flags=re.S)
    else:
        text = text.rstrip() + "\n\n## Fetching\n\n" + block + "\n"
    with open(path, "w") as out:
        out.write(text)
