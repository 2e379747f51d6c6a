// A fragment request of an expired session is answered with the sign-in page: show that page instead of a piece of it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = new URL(event.detail.xhr.responseURL || location.href);
  const asked = new URL(event.detail.pathInfo.requestPath, location.href);
  if (answered.pathname !== asked.pathname && answered.pathname.startsWith("/sign-in")) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});
