"""One person at a browser, in the words of the product, and what their browser complained about."""

import re

from playwright.sync_api import expect

# A busy machine may take long; a quiet one never comes near.
PATIENCE_MS = 180_000
expect.set_options(timeout=30_000)
PASSWORD = "a long enough password"
# Notes in which order the parts of an answer come into view.
WATCH_ANSWERS = """
window.parts = [];
const PARTS = {
  status: "[data-status]:not([hidden])",
  sources: "source-panel .source",
  text: "[data-text]:not([hidden])",
  marks: "answer-stream a.cite",
};
addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  for (const [part, selector] of Object.entries(PARTS)) {
    if (document.querySelector(selector)?.textContent && !window.parts.includes(part)) window.parts.push(part);
  }
}).observe(document, { childList: true, subtree: true, attributes: true }));
"""


class Visitor:
    """`complaints` are errors in the console, refusals of the content policy and requests to other hosts."""

    def __init__(self, browser, address, **options):
        self.address = address
        self.complaints = []
        self.context = browser.new_context(base_url=address, **({"locale": "en-US"} | options))
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_init_script(WATCH_ANSWERS)
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda failure: self.complaints.append(str(failure.error)))
        self.context.on("request", self._on_request)
        self.page = self.context.new_page()

    def _on_console(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _on_request(self, request):
        if not request.url.startswith((f"{self.address}/", "data:")):
            self.complaints.append(f"asked for {request.url}")

    @property
    def path(self):
        return self.page.url.removeprefix(self.address)

    def status_of(self, path):
        return self.context.request.get(path).status

    def open(self, path):
        self.page.goto(path)

    def sign_in(self, name, password=PASSWORD):
        self.open("/sign-in")
        self.page.get_by_label("User name or e-mail address").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def add_person(self, name):
        self.open("/people/new")
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Add").click()
        expect(self.page.get_by_role("status")).to_contain_text(f"{name} can sign in now")

    def make_collection(self, name):
        """Return its path."""
        self.open("/documents/")
        self.page.get_by_role("link", name="New collection").click()
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)
        return self.path

    def upload(self, collection, file):
        """Give a file to a collection by its button."""
        self.open(collection)
        self.page.get_by_label("Choose files").set_input_files(file)

    def row_of(self, file_name):
        return self.page.get_by_role("row").filter(has_text=file_name)

    def wait_until_searchable(self, file_name):
        """Watch the list, which is never reloaded; return the document's path."""
        row = self.row_of(file_name)
        expect(row).to_contain_text("Searchable", timeout=PATIENCE_MS)
        return row.get_by_role("link").get_attribute("href")

    def ask(self, question):
        """Ask from the home page and wait for the whole answer; return the conversation's path."""
        self.open("/")
        self.page.get_by_label("Your question").fill(question)
        self.page.get_by_role("button", name="Ask", exact=True).click()
        self.page.wait_for_url(re.compile(r"/conversations/\d+"))
        self.wait_for_answer()
        return self.path

    def wait_for_answer(self):
        expect(self.page.get_by_role("button", name="Answer again").last).to_be_visible(timeout=PATIENCE_MS)

    def let_read(self, collection, name, *, yes):
        """Give somebody the right to read a collection, or take it."""
        self._give(collection, name, "read" if yes else "nothing")

    def let_edit(self, collection, name):
        self._give(collection, name, "read and change")

    def _give(self, collection, name, right):
        self.open(f"{collection}/access?text={name}")
        choice = self.page.get_by_role("form", name=f"What {name} may do", exact=True)
        choice.get_by_role("button", name=right, exact=True).click()
        expect(self.page.get_by_role("status")).to_contain_text("taken" if right == "nothing" else "now")

    @property
    def question_box(self):
        return self.page.get_by_label("Your question")

    @property
    def answer(self):
        return self.page.locator("answer-stream").last

    @property
    def marks(self):
        return self.answer.locator("a.cite")

    @property
    def card(self):
        """The card of a citation that is shown now."""
        return self.page.get_by_role("tooltip").filter(visible=True)

    @property
    def sources(self):
        return self.page.get_by_role("complementary", name="Sources")

    def expect_highlighted_page(self):
        """The picture of the page is there, and a rectangle of some size lies within it."""
        picture = self.sources.locator("page-picture img")
        expect(picture).to_have_js_property("complete", True, timeout=PATIENCE_MS)
        highlight = self.sources.locator("page-picture rect").first
        expect(highlight).to_be_visible(timeout=PATIENCE_MS)
        outer, inner = picture.bounding_box(), highlight.bounding_box()
        assert picture.evaluate("image => image.naturalWidth") > 0
        assert min(inner["width"], inner["height"]) > 2
        assert outer["x"] <= inner["x"] <= outer["x"] + outer["width"] - inner["width"] + 1
        assert outer["y"] <= inner["y"] <= outer["y"] + outer["height"] - inner["height"] + 1

    def tab_to(self, target):
        """Reach something by the keyboard alone, from the beginning of the content."""
        self.page.locator("main").focus()
        for _press in range(20):
            self.page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError("The keyboard does not get there.")

    def delete_document(self, path):
        self.open(path)
        self.page.get_by_role("link", name="Delete").click()
        self.page.get_by_role("button", name="Delete document").click()
        self.page.wait_for_url(re.compile(r"/documents/collections/\d+$"))

    def background(self):
        return self.page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")

    def overflow(self):
        """By how many pixels the page is wider than the screen."""
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth")

    def close(self):
        self.context.close()
