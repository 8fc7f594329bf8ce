"use strict";
// New texts appear without reloading; without this script the page still shows them when it is reloaded.
(() => {
  const list = document.getElementById("tin");
  const show = (text) => {
    const item = document.createElement("li");
    const head = document.createElement("p");
    head.className = "dau";
    const from = document.createElement("strong");
    from.textContent = text.from;
    const time = document.createElement("time");
    time.dateTime = text.at;
    time.textContent = ` ${text.at.slice(11, 19)} ${text.at.slice(8, 10)}/${text.at.slice(5, 7)}/${text.at.slice(0, 4)}`;
    head.append(from, time);
    const body = document.createElement("p");
    body.textContent = text.text;
    item.append(head, body);
    return item;
  };
  setInterval(async () => {
    try {
      const texts = await (await fetch(list.dataset.nguon)).json();
      if (texts.length <= list.children.length) return;
      list.prepend(...texts.slice(0, texts.length - list.children.length).map(show));
      document.getElementById("trong").hidden = true;
    } catch {
      // The simulators were stopped: the next round asks again.
    }
  }, 1500);
})();
