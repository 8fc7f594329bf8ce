// Shows the page that answered a request sent by script, as if the browser had gone there: no second request.
export function swapPage(call) {
  if (!(call.getResponseHeader("Content-Type") ?? "").startsWith("text/html")) return false;
  const page = new DOMParser().parseFromString(call.responseText, "text/html");
  if (!page.querySelector("main")) return false;
  document.title = page.title;
  history[call.responseURL === location.href ? "replaceState" : "pushState"](null, "", call.responseURL);
  document.body.replaceWith(page.body);
  window.htmx?.process(document.body);
  if (!document.querySelector("error-summary")) {
    window.scrollTo(0, 0);
    document.querySelector("main").focus();
  }
  return true;
}
window.addEventListener("popstate", () => location.reload());
