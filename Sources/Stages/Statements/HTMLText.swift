import Formats

/// The frame of pages of statements.
enum HTMLText {
  /// The look of pages of statements: readable by day and by night, on paper and on a phone; nothing is loaded.
  static let style = """
    :root{color-scheme:light dark;--ink:#1c2430;--soft:#5d6b7c;--line:#d9e0e8;--page:#fbfcfd;--card:#fff;--mark:#0b6bcb}
    @media(prefers-color-scheme:dark){:root{--ink:#e4e9f0;--soft:#9aa7b6;--line:#2d3743;--page:#12171d;--card:#1a2129;--mark:#6db3f2}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
    main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 4rem}
    h1{font-size:1.7rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:0}h3{font-size:.78rem;letter-spacing:.06em;text-transform:uppercase;color:var(--soft);margin:1.2rem 0 .3rem}
    p.lead{color:var(--soft);margin:0 0 1.5rem}
    article{background:var(--card);border:1px solid var(--line);border-radius:.7rem;padding:1.1rem 1.3rem;margin:0 0 1.1rem}
    .facts{color:var(--soft);font-size:.87rem;margin:.15rem 0 0}
    ul{margin:0;padding-left:1.1rem}li{margin:.35rem 0}
    blockquote{margin:.3rem 0 .3rem;padding:.1rem 0 .1rem .8rem;border-left:3px solid var(--line);color:var(--soft);font-size:.93rem}
    a{color:var(--mark)}
    .sure{display:inline-block;font-size:.75rem;color:var(--soft);border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;margin-left:.35rem}
    nav{columns:2;font-size:.93rem;margin:0 0 1.5rem}nav a{display:block;text-decoration:none}
    input{width:100%;padding:.5rem .7rem;font:inherit;border:1px solid var(--line);border-radius:.5rem;background:var(--card);color:inherit;margin:0 0 1.2rem}
    table{border-collapse:collapse;width:100%;margin:.4rem 0 1.2rem}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
    meter{width:6rem}
    @media(max-width:40rem){nav{columns:1}}
    @media print{input,nav{display:none}article{break-inside:avoid}}
    """

  static func page(title: String, body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
    <title>\(Markup.escaped(title))</title>
    <style>\(style)</style>
    <main>
    \(body)
    </main>
    </html>

    """
  }
}
