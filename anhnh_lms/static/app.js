// Comfort, never need: every page works without this file. All words come from the page.
// Floor: Chrome 109, Firefox 115. Nothing is stored in the browser but one switch (number keys).
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const typing = (el) => el.matches("textarea, select, [type=text], [type=password], [type=date], [type=file]");
  root.classList.add("js");

  // The Back button must not show the last person's page: browsers keep it even under no-store.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // -- a form is sent once ------------------------------------------------------------------
  const sent = new Set();
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

  // -- answers are saved while they are given -----------------------------------------------
  // One request at a time. `turn` grows with every change, so that the server can tell an older save
  // that arrives late from a newer one; it travels where data-turn gives the last one that was kept.
  function autosave(form) {
    const place = form.closest("main").querySelector("[data-saved]") || document.createElement("span");
    const number = Object.assign(document.createElement("input"), { type: "hidden", name: "turn" });
    let turn = Number(form.dataset.turn || 0), kept = turn, busy = false, timer = 0, pause = 2000, late = false;
    number.value = turn;
    if ("turn" in form.dataset) form.append(number);

    const say = (text, isLate) => {
      late = isLate;
      place.textContent = text;
      place.classList.toggle("late", isLate);
    };
    const body = () => new URLSearchParams(new FormData(form));
    const plan = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };

    async function save() {
      if (busy || kept === turn || sent.has(form)) return;
      busy = true;
      const sending = turn;
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body: body(), headers: { "X-Autosave": "1" }, redirect: "error", credentials: "same-origin",
        });
        const refused = answer.status === 409 || answer.status === 422;
        if (!answer.ok && !refused) throw new Error(String(answer.status));
        const { saved, error } = await answer.json();
        kept = Math.max(kept, sending);
        pause = 2000;
        // Refused for good (handed in, cannot be read): say why, and wait for the next change.
        if (kept === turn) say(refused ? error || form.dataset.closed || form.dataset.unsaved : saved, refused);
      } catch {
        say(form.dataset.unsaved || "", true);
        plan(pause);
        pause = Math.min(pause * 2, 30000);
      }
      busy = false;
      if (kept !== turn && !late) plan(0);
    }
    const changed = (wait) => {
      number.value = ++turn;
      if (!late) say("", false);
      plan(wait);
    };
    form.addEventListener("input", (event) => { if (typing(event.target)) changed(600); });
    form.addEventListener("change", (event) => { if (!event.target.matches("[type=text], textarea")) changed(0); else plan(0); });
    form.addEventListener("submit", () => { clearTimeout(timer); number.value = ++turn; });
    // What is not saved when the page goes is sent on its way without waiting.
    const flush = () => {
      if (kept !== turn && !sent.has(form)) navigator.sendBeacon(form.dataset.autosave, body());
    };
    addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });
    addEventListener("beforeunload", (event) => {
      if (late && kept !== turn && !sent.has(form)) { event.preventDefault(); event.returnValue = ""; }
    });
  }
  all("form[data-autosave]").forEach(autosave);

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
  });
  document.addEventListener("keydown", (event) => {
    const at = event.target;
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

  // -- order: up and down -------------------------------------------------------------------
  all("[data-order]").forEach((list) => {
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

  // -- the private self-check: counted here, kept nowhere -----------------------------------
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

  // -- small things -------------------------------------------------------------------------
  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();
  const closed = () => all("details.explain:not([open])");
  let opened = [];
  addEventListener("beforeprint", () => { opened = closed(); opened.forEach((d) => { d.open = true; }); });
  addEventListener("afterprint", () => opened.forEach((d) => { d.open = false; }));
})();
