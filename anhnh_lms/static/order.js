// Putting in order: each item moves up and down by buttons. Comfort, never need: there is a list of places too.
// Floor: Chrome 109, Firefox 115.
"use strict";
(() => {
  document.querySelectorAll("[data-order]").forEach((list) => {
    const live = Object.assign(document.createElement("p"), { className: "hidden" });
    live.setAttribute("aria-live", "polite");
    list.after(live);
    const move = (item, up) => {
      const other = up ? item.previousElementSibling : item.nextElementSibling;
      if (!other) return;
      // The other one moves, so that the pressed button keeps the focus.
      if (up) item.after(other); else item.before(other);
      [...list.children].forEach((li, n) => { li.querySelector("select").value = n + 1; });
      live.textContent = `${list.dataset.place} ${[...list.children].indexOf(item) + 1} / ${list.children.length}`;
      item.querySelector("select").dispatchEvent(new Event("change", { bubbles: true }));
    };
    [...list.children].forEach((item) => {
      [["↑", list.dataset.up, true], ["↓", list.dataset.down, false]].forEach(([arrow, word, up]) => {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "button secondary", textContent: arrow });
        button.setAttribute("aria-label", `${word}: ${item.querySelector("label").textContent}`);
        button.addEventListener("click", () => move(item, up));
        item.append(button);
      });
    });
  });
})();
