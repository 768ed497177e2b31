// The private self-check: counted here, kept nowhere, emptied when the page is left or shown again.
// Comfort, never need. Floor: Chrome 109, Firefox 115.
"use strict";
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  all("[data-self-check]").forEach((check) => {
    const boxes = all("[data-points]", check);
    const count = () => {
      const ticked = boxes.filter((b) => b.checked);
      const sum = ticked.reduce((points, b) => points + Number(b.dataset.points), 0);
      const whole = ticked.length > 0 && ticked.length === new Set(boxes.map((b) => b.dataset.group)).size;
      all("[data-sum]", check).forEach((place) => { place.textContent = sum; }); // without bands there is no sum
      all("[data-from]", check).forEach((band) => {
        band.classList.toggle("now", whole && sum >= Number(band.dataset.from) && sum <= Number(band.dataset.to));
      });
    };
    const empty = () => { boxes.forEach((b) => { b.checked = false; }); count(); };
    check.addEventListener("change", ({ target }) => {
      boxes.forEach((b) => { if (b !== target && b.dataset.group === target.dataset.group) b.checked = false; });
      count();
    });
    addEventListener("pagehide", empty);
    addEventListener("pageshow", empty);
  });
})();
