// Answering: what is given is saved at once.
// Comfort, never need. Floor: Chrome 109, Firefox 115. Loaded after app.js.
"use strict";
(() => {
  const { sent, typing } = window.house;

  // -- answers are saved while they are given -----------------------------------------------
  // One request at a time. `turn` grows with every change, so that the server can tell an older save
  // that arrives late from a newer one; it travels where data-turn gives the last one that was kept.
  function autosave(form) {
    const place = form.closest("main").querySelector("[data-saved]") || document.createElement("span");
    const number = Object.assign(document.createElement("input"), { type: "hidden", name: "turn" });
    let turn = Number(form.dataset.turn || 0), kept = turn, timer = 0, pause = 2000, late = false;
    number.value = turn;
    if ("turn" in form.dataset) form.append(number);

    const say = (text, isLate) => {
      late = isLate;
      place.textContent = text;
      place.classList.toggle("late", isLate);
    };
    const body = () => new URLSearchParams(new FormData(form));
    const plan = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };

    let running = null; // the save that is under way
    function save() {
      running = running || send().finally(() => { running = null; if (kept !== turn && !late) plan(0); });
      return running;
    }
    async function send() {
      if (kept === turn || sent.has(form)) return;
      const sending = turn;
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body: body(), headers: { "X-Autosave": "1" }, redirect: "error", credentials: "same-origin",
        });
        if (answer.status === 401) location.reload(); // signed out, or signed in on another PC: the page says which
        if (answer.status === 423) document.dispatchEvent(new Event("lock"));
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
    }
    const changed = (wait) => {
      number.value = ++turn;
      if (!late) say("", false);
      plan(wait);
    };
    form.addEventListener("input", (event) => { if (typing(event.target)) changed(600); });
    form.addEventListener("change", (event) => { if (!event.target.matches("[type=text], textarea")) changed(0); else plan(0); });
    // Nobody goes on, signs out or lets another person in before the answer is on the server's disk. If the
    // server does not answer, a question's page stays as it is.
    let passes = false;
    document.addEventListener("submit", async (event) => {
      const own = event.target === form;
      clearTimeout(timer);
      if (passes || kept === turn) {
        passes = false;
        if (own) number.value = ++turn;
        return;
      }
      event.preventDefault();
      await save();
      if (kept !== turn && !late) await save(); // what was under way was an older one
      if (own && kept !== turn) return;
      passes = true;
      event.target.requestSubmit(event.submitter || undefined);
    }, true);
    document.addEventListener("keep", (event) => { clearTimeout(timer); event.detail.push(save()); });
    document.addEventListener("unlocked", () => plan(0));
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
  document.querySelectorAll("form[data-autosave]").forEach(autosave);
})();
