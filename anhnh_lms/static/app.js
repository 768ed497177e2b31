// Comfort, never need: every page works without this file. All words come from the page.
// Floor: Chrome 109, Firefox 115. Nothing is stored in the browser but one switch (number keys).
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const typing = (el) => el.matches("textarea, select, [type=text], [type=password], [type=date], [type=file]");
  const make = (name, values = {}) => Object.assign(document.createElement(name), values);
  root.classList.add("js");

  // The Back button must not show the last person's page: browsers keep it even under no-store.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // -- a form is sent once ------------------------------------------------------------------
  const sent = new Set();
  window.house = { sent, typing }; // for answers.js
  const release = (form) => {
    sent.delete(form);
    all("[data-held]", form).forEach((b) => { b.disabled = false; b.removeAttribute("data-held"); });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-again")) return;
    if (sent.has(form)) { event.preventDefault(); return; }
    sent.add(form);
    // After this turn, so that the pressed button's own value still travels.
    setTimeout(() => {
      if (event.defaultPrevented) { release(form); return; }
      all("button:not([type=button]):not(:disabled)", form).forEach((b) => { b.disabled = true; b.dataset.held = ""; });
    });
    setTimeout(release, 15000, form);
  });
  addEventListener("pageshow", () => [...sent].forEach(release));

  // -- the lock -----------------------------------------------------------------------------
  // After a while without activity the page leaves the screen, with all that was typed, until its owner's PIN.
  // The server locks too, so no other page of the session opens. "keep" asks a page to save what it holds.
  const cover = document.getElementById("lock");
  function guardPage() {
    const at = cover.dataset;
    const token = document.querySelector("[name=csrf_token]").value;
    const tell = (path, fields = {}) => fetch(path, {
      method: "POST", headers: { "X-Lock": "1" }, redirect: "error", credentials: "same-origin",
      body: new URLSearchParams({ csrf_token: token, ...fields }),
    });
    const gone = (answer) => { if (answer.status === 401) location.reload(); return answer; };
    let last = Date.now(), told = last, away = null, title = "", focused = null;

    const insist = () => {
      if (away) tell(at.lock).then(gone).catch(() => setTimeout(insist, 5000));
    };
    async function lock() {
      if (away) return;
      const waits = [];
      document.dispatchEvent(new CustomEvent("keep", { detail: waits }));
      focused = document.activeElement;
      title = document.title;
      away = document.createDocumentFragment();
      away.append(...document.body.childNodes);
      const box = make("div", { className: "in body" }), main = make("main");
      main.append(make("h1", { textContent: at.title }), cover.content.cloneNode(true));
      box.append(main);
      document.body.append(box);
      document.title = at.title;
      document.querySelector("[data-unlock]").addEventListener("submit", unlock);
      document.getElementById("lock-pin").focus();
      await Promise.allSettled(waits);
      insist();
    }
    async function unlock(event) {
      event.preventDefault();
      const form = event.target, pin = form.elements["lock-pin"], says = document.querySelector("[data-lock-says]");
      try {
        const answer = gone(await tell(at.unlock, { "lock-pin": pin.value }));
        if (answer.status !== 204) {
          says.textContent = (await answer.json()).error;
          pin.value = "";
          return pin.focus();
        }
        document.body.replaceChildren(away);
        away = null;
        last = told = Date.now();
        document.title = title;
        if (focused) focused.focus();
        document.dispatchEvent(new Event("unlocked"));
      } catch { says.textContent = form.dataset.away; }
    }
    ["keydown", "pointerdown", "pointermove", "wheel", "scroll"].forEach((name) => {
      document.addEventListener(name, () => { last = Date.now(); }, { capture: true, passive: true });
    });
    const look = () => {
      if (away) return;
      if (Math.abs(Date.now() - last) >= at.after * 1000) lock();
      else if (last > told && Date.now() - told >= 60000) {
        told = Date.now();
        tell(at.here).then(gone).then((answer) => { if (answer.status === 423) lock(); }).catch(() => {});
      }
    };
    setInterval(look, 5000);
    document.addEventListener("lock", lock);
  }
  if (cover) guardPage();

  // -- keys: 1 to 9 choose, Enter goes on ---------------------------------------------------
  const KEYS = "number-keys-off";
  const keysOff = (value) => {
    try {
      if (value !== undefined) sessionStorage.setItem(KEYS, value);
      return sessionStorage.getItem(KEYS) === "yes";
    } catch { return value === "yes"; }
  };
  const showKeys = (off) => {
    root.classList.toggle("no-keys", off);
    all("[data-keys-switch]").forEach((b) => { b.textContent = off ? b.dataset.on : b.dataset.off; });
  };
  showKeys(keysOff());
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-switch]")) showKeys(keysOff(root.classList.contains("no-keys") ? "no" : "yes"));
    if (event.target.closest("[data-print]")) print();
    const locks = event.target.closest("[data-lock-now]");
    if (locks && cover) { event.preventDefault(); document.dispatchEvent(new Event("lock")); }
  });
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.key === "Escape") { const leave = document.querySelector("[data-leave]"); if (leave) leave.focus(); }
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || typing(at)) return;
    if (/^[1-9]$/.test(event.key) && !root.classList.contains("no-keys")) {
      const group = at.closest("[data-keys]") || document.querySelector("[data-keys]");
      const option = group && all(".option", group)[event.key - 1];
      if (!option) return;
      event.preventDefault();
      const input = option.querySelector("input");
      (input || option).focus();
      if (input) input.click(); // a scenario's choice cannot be taken back: it waits for Enter
    } else if (event.key === "Enter" && !at.closest("a, button, summary")) {
      const next = document.querySelector("[data-enter]");
      if (next) { event.preventDefault(); next.click(); }
    }
  });

  // -- small things -------------------------------------------------------------------------
  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();
  const closed = () => all("details.explain:not([open])");
  let opened = [];
  addEventListener("beforeprint", () => { opened = closed(); opened.forEach((d) => { d.open = true; }); });
  addEventListener("afterprint", () => opened.forEach((d) => { d.open = false; }));
})();
