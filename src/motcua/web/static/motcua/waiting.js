// What htmx is fetching is marked aria-busy, so that a screen reader waits too.
document.addEventListener("htmx:beforeRequest", (event) => event.detail.target?.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) => event.detail.target?.removeAttribute("aria-busy"));
document.addEventListener("htmx:sendError", (event) => {
  const place = document.getElementById("messages");
  if (place) place.textContent = "Đường truyền bị gián đoạn. Đề nghị ông/bà thử lại sau ít phút.";
  event.detail.target?.removeAttribute("aria-busy");
});
