// The preview of a draft: when a file was saved, show the page again at the same place.
// Floor: Chrome 109, Firefox 115. Without this file the page has a link to reload.
"use strict";
(() => {
  const state = document.querySelector("[data-preview]");
  const KEY = "preview-place";
  const opened = () => [...document.querySelectorAll("details[open]")].map((d) => [...document.querySelectorAll("details")].indexOf(d));

  // The place is kept as the last heading above it, so that what was added further up does not move it.
  const remember = () => {
    const headings = [...document.querySelectorAll("main [id]")].filter((el) => el.getBoundingClientRect().top <= 80);
    const at = headings[headings.length - 1];
    const place = { path: location.pathname, id: at ? at.id : "", y: at ? at.getBoundingClientRect().top : -scrollY, open: opened() };
    try { sessionStorage.setItem(KEY, JSON.stringify(place)); } catch { /* then the browser's own memory must do */ }
  };
  const restore = () => {
    let place = null;
    try { place = JSON.parse(sessionStorage.getItem(KEY)); sessionStorage.removeItem(KEY); } catch { return; }
    if (!place || place.path !== location.pathname) return;
    const all = document.querySelectorAll("details");
    place.open.forEach((n) => { if (all[n]) all[n].open = true; });
    const at = place.id && document.getElementById(place.id);
    history.scrollRestoration = "manual";
    scrollTo(0, at ? at.getBoundingClientRect().top + scrollY - place.y : -place.y);
  };
  addEventListener("load", restore);

  let failures = 0;
  async function look() {
    try {
      const answer = await fetch(state.dataset.poll, { cache: "no-store", credentials: "same-origin" });
      const { version } = await answer.json();
      failures = 0;
      if (version !== state.dataset.preview) { remember(); location.reload(); return; }
      state.textContent = "";
    } catch {
      if (++failures === 3) state.textContent = state.dataset.stopped;
    }
    setTimeout(look, 1000);
  }
  if (state) setTimeout(look, 1000);
})();
