// <details class="menu">: closes on Escape (focus back on its title) and on a click elsewhere.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  if (event.target.closest("[data-prints]")) window.print();
});

// The counter's functions stand open on a wide screen; an older browser cannot do that by style alone.
if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 40rem)").matches) {
  document.querySelectorAll(".topnav__fold").forEach((fold) => (fold.open = true));
}

// <a role="button">: said to be a button, so Space presses it as well.
document.addEventListener("keydown", (event) => {
  const button = event.key === " " && event.target.closest?.("a[role=button]");
  if (!button) return;
  event.preventDefault();
  button.click();
});
