"""A visitor who tells words from markup, and trusts neither pages nor what stands in them."""

import re

from tests.e2e.visitor import Visitor
from tests.hostile_text import HOSTILE

# What a page holds that no text of it may bring about.
AUDIT = """
() => {
  const found = "hacked" in window ? ["window.hacked"] : [];
  const addresses = ["href", "src", "action", "formaction", "data", "poster", "background", "xlink:href", "hx-get",
                     "hx-post", "data-stream", "data-picture", "data-passage", "data-original", "highlight"];
  const never = "iframe,object,embed,base,frame,portal,style,math,meta[http-equiv],[srcset],[ping],[srcdoc],marquee";
  for (const element of document.querySelectorAll(never)) found.push(element.outerHTML);
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      const isOurs = !addresses.includes(name) || new URL(value, location).origin === location.origin;
      if (!isOurs || /^on|^(data-)?hx-on/.test(name) || (name === "style" && value.includes("url"))) {
        found.push(element.outerHTML.slice(0, 300));
      }
    }
    if (element.localName === "script" && !element.src.startsWith(`${location.origin}/static/`)) found.push("script");
    if (element.localName === "link" && !["icon", "stylesheet"].includes(element.rel)) found.push(element.outerHTML);
  }
  return found;
}
"""
WORDS = """
() => [document.documentElement.textContent, ...[...document.querySelectorAll("input, textarea")].map((e) => e.value)]
  .join(" ")
"""
# What may be drawn differently or not at all: white space, and what has no form of its own.
_FORMLESS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\u2066-\u2069\ufffd]+")


def verbatim(text):
    """Numbers of the texts that are shown to the letter between their traces, whatever stands around them."""
    # Each from its own beginning: what was cut off in the middle must not swallow what follows it.
    shown = re.findall(r"(?=q(\d{3})a(.{0,120}?)q\1z)", _FORMLESS.sub("", text))
    wanted = [_FORMLESS.sub("", hostile) for hostile in HOSTILE]
    return {int(number) for number, words in shown if words == wanted[int(number)]}


class Guard(Visitor):
    """Notes dialogs and new windows too, and lets no request to another host leave the machine."""

    def __init__(self, browser, address, **options):
        super().__init__(browser, address, **options)
        self.context.set_default_timeout(60_000)
        self.context.route(lambda url: not url.startswith((f"{address}/", "data:")), lambda route: route.abort())
        self.context.on("dialog", self._on_dialog)
        self.context.on("page", lambda page: self.complaints.append(f"opened {page.url}"))

    def _on_dialog(self, dialog):
        self.complaints.append(f"said {dialog.message}")
        dialog.dismiss()

    def words(self):
        return self.page.evaluate(WORDS)

    def look(self, path):
        """Open a page, which has to be clean, and return the numbers of the texts on it."""
        response = self.page.goto(path)
        assert response.status == 200, path
        self.audit()
        return verbatim(self.words())

    def ask_about(self, question):
        """Return the path of the conversation, in which the answer is being written."""
        self.open("/")
        self.page.get_by_label("Your question").fill(question)
        self.page.get_by_role("button", name="Ask", exact=True).click()
        self.page.wait_for_url(re.compile(r"/conversations/\d+"))
        return self.path

    def open_elsewhere(self, html):
        """Show HTML as another program would that has no content policy."""
        self.page.route("**/elsewhere", lambda route: route.fulfill(body=html, content_type="text/html"))
        self.open("/elsewhere")

    def shown(self):
        """The HTML of the last answer and of its sources."""
        return {
            "answer": self.answer.locator("[data-answer-body]").inner_html(),
            "sources": self.page.locator(".sources__answer").last.inner_html(),
        }

    def audit(self):
        assert self.page.evaluate(AUDIT) == []
        assert self.complaints == []
