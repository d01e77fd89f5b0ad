// Keys, live changes, kept drafts and countdowns. Pages work without any of it.
"use strict";
(() => {
  const one = (css, within = document) => within.querySelector(css);
  const all = (css, within = document) => [...within.querySelectorAll(css)];
  const say = (text) => { one("#live").textContent = text; };
  const typing = (node) => node.closest("input:not([type=radio],[type=checkbox]), textarea, select, [contenteditable]");

  // Drafts: what is typed outlives a reload and a server that is gone.
  const draftKey = (form) => `draft:${form.dataset.draft}`;
  const fields = (form) => all("textarea, input:not([type=hidden]), select", form);
  const given = (field) => field.defaultValue ?? ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value;
  const isTyped = (field) => field.value !== given(field);
  const isDirty = () => all("form[data-draft]").some((form) => fields(form).some(isTyped));
  const kept = (name) => JSON.parse(sessionStorage.getItem(name) || "null");
  function keepDraft(form) {
    sessionStorage.setItem(draftKey(form), JSON.stringify(Object.fromEntries(fields(form).map((field) => [field.name, field.value]))));
  }
  function restoreDrafts(root = document) {
    for (const form of all("form[data-draft]", root)) {
      if (form.hasAttribute("data-told")) { keepDraft(form); continue; }  // the server has just told it
      const draft = kept(draftKey(form));
      if (!draft) continue;
      for (const [name, value] of Object.entries(draft)) if (form.elements[name]) form.elements[name].value = value;
      form.closest("details")?.setAttribute("open", "");
    }
    tellKept();
  }
  // A card that was decided meanwhile has no form: what was typed for it is shown until it is put away.
  function tellKept() {
    const card = one("#card[data-card]"), name = `draft:${card?.dataset.card}`, draft = card && kept(name);
    if (!draft || one("#kept") || !one("#kept-draft") || one(`form[data-draft="${CSS.escape(card.dataset.card)}"]`)) return;
    const note = one("#kept-draft").content.firstElementChild.cloneNode(true);
    one("textarea", note).value = Object.values(draft).join("\n\n");
    one("button", note).onclick = () => { sessionStorage.removeItem(name); note.remove(); };
    card.prepend(note);
  }
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    keepDraft(form);
  });
  document.addEventListener("htmx:after:request", (event) => {
    sent = 0;
    const source = event.detail?.ctx?.sourceElement, status = event.detail?.ctx?.response?.status;
    if (source?.dataset?.draft && status < 400) sessionStorage.removeItem(draftKey(source));
    const place = status < 400 && event.detail?.ctx?.response?.headers?.get?.("hx-push-url");
    if (place) history.replaceState({}, "", place);
    one("#away").hidden = true;
  });
  document.addEventListener("htmx:after:swap", () => restoreDrafts());
  document.addEventListener("htmx:before:request", () => { asked += 1; sent = Date.now(); });
  document.addEventListener("htmx:error", () => { sent = 0; one("#away").hidden = false; });

  // Countdowns of the undo hold.
  setInterval(() => {
    for (const node of all("[data-countdown]")) {
      const left = Math.max(0, Number(node.dataset.countdown) - 1);
      node.dataset.countdown = String(left);
      node.textContent = String(left);
    }
  }, 1000);

  // Reading a part of the page again; the server checks again who may.
  async function read(place) {
    const answer = await fetch(place, { headers: { "HX-Request": "true", Accept: "text/html" } });
    if (answer.status === 401) { location.href = "/signin"; throw new Error("signed out"); }
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }
  function put(old, fresh) {
    if (!old || !fresh) return;
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    restoreDrafts(fresh);
  }
  let asked = 0, opening = 0, sent = 0;  // an answer that the next step overtook is not shown; no key acts on a card on its way out
  async function open(row, push = true) {
    const mine = opening = ++asked, name = row.dataset.row;
    one(".row[aria-current]")?.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    const page = await read(`/inbox/${name}`).finally(() => { if (opening === mine) opening = 0; });
    if (mine !== asked) return;
    const scrolled = one("#list")?.scrollTop ?? 0;
    put(one("#inbox"), one("#inbox", page));
    one("#list").scrollTop = scrolled;
    one(`[data-row="${CSS.escape(name)}"]`)?.scrollIntoView({ block: "nearest" });
    if (push) { history.replaceState({}, "", `/inbox/${name}`); scrollTo(0, 0); }
  }
  document.addEventListener("click", (event) => {
    const row = event.target.closest("a.row");
    if (row && !event.metaKey && !event.ctrlKey && matchMedia("(min-width: 48.01rem)").matches) {
      event.preventDefault();
      open(row).catch(() => { location.href = row.href; });
    }
    if (event.target.closest("[data-help]")) one("#help").showModal();
  });

  // Parts of a page that are read again: what is opened stays open, and what has the focus waits until it is left.
  async function reread() {
    if (!one("[data-live]")) return;
    const page = await read(location.pathname + location.search);
    for (const old of all("[data-live]")) {
      const fresh = one(`[data-live="${CSS.escape(old.dataset.live)}"]`, page);
      if (old.contains(document.activeElement)) { document.activeElement.addEventListener("blur", () => later({ lastEventId: seq }), { once: true }); continue; }
      const before = all("details", old), after = fresh ? all("details", fresh) : [];
      if (before.length === after.length) before.forEach((box, place) => { after[place].open = box.open; });
      put(old, fresh);
    }
  }

  // A slider tells the day it stands on, and looks when it is let go.
  document.addEventListener("input", (event) => {
    const told = event.target.id && one(`[data-says="${CSS.escape(event.target.id)}"]`);
    if (!told) return;
    const day = new Date(`${told.dataset.day}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + Number(event.target.value));
    told.textContent = day.toISOString().slice(0, 10);
  });
  document.addEventListener("change", (event) => { if (event.target.matches("[data-submits]")) event.target.form.requestSubmit(); });

  // A conversation: steps and words as they come, then the turn as it stays.
  async function hear(answer, told) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += value;
      for (let end; (end = rest.indexOf("\n\n")) >= 0; rest = rest.slice(end + 2)) {
        const event = /^event: (.+)\ndata: (.+)$/.exec(rest.slice(0, end));
        if (event) told[event[1]]?.(JSON.parse(event[2]));
      }
    }
  }
  async function ask(form, said) {
    const turn = one("#coming").content.firstElementChild.cloneNode(true);
    one(".mine", turn).textContent = said.get("text");
    one("#turns").append(turn);
    turn.scrollIntoView({ block: "start" });
    const step = one(".step", turn), words = one(".words-coming", turn);
    const failed = ({ problem }) => {
      step.textContent = [problem.detail, problem.remedy].filter(Boolean).join(" ");
      one(".answer", turn).classList.add("refused");
      turn.removeAttribute("aria-busy");
    };
    const answer = await fetch(form.action, { method: "POST", headers: { Accept: "text/event-stream" }, body: new URLSearchParams(said) });
    if (answer.headers.get("hx-redirect")) { location.href = answer.headers.get("hx-redirect"); return; }
    if (!answer.ok) { failed({ problem: await answer.json() }); return; }
    await hear(answer, {
      step: ({ text }) => { step.textContent = `${text} …`; },
      token: ({ text }) => { words.append(text); },
      failed,
      turn: ({ html, after, place }) => {
        const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
        put(turn, fresh);
        for (const field of all("form[data-asks] input[name=after]")) field.value = after;
        history.replaceState({}, "", place);
        fresh.scrollIntoView({ block: "start" });
        read(place).then((page) => put(one(".talks aside"), one(".talks aside", page))).catch(() => {});
      },
    });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-asks]");
    if (!form || !one("#coming")) return;
    event.preventDefault();
    if (one("#turns [aria-busy]")) return;
    const said = new FormData(form, event.submitter), field = one("#text");
    if (form.contains(field)) field.value = "";
    ask(form, said).catch(() => {
      one("#away").hidden = false;
      one("#turns [aria-busy]")?.remove();
      field.value ||= said.get("text");
    });
  });

  // Live: the stream says what changed, the page reads it again. A half-typed draft is never touched.
  let waiting = null, seq = Number(document.body.dataset.seq);
  async function refresh() {
    waiting = null;
    if (sent && Date.now() - sent < 10000) { later({ lastEventId: seq }); return; }  // its own answer shows it
    const inbox = one("#inbox");
    if (!inbox) { await reread(); return; }
    const card = one("#card"), name = one(".row[aria-current]")?.dataset.row || card?.dataset.card || "";
    const page = await read(`/inbox/${inbox.classList.contains("opened") || card ? name || "next" : "next"}`);
    if (one("#card") !== card) { later({ lastEventId: seq }); return; }
    const focus = document.activeElement?.dataset?.row;
    put(one("#list"), one("#list", page));
    if (focus) one(`[data-row="${CSS.escape(focus)}"]`)?.focus();
    const fresh = one("#card", page);
    if (!card) { put(one("#detail"), one("#detail", page)); return; }
    if (!fresh && !isDirty()) { put(one("#detail"), one("#detail", page)); return; }
    if (!fresh || card.dataset.card !== fresh.dataset.card) return;
    if (card.dataset.status === fresh.dataset.status && card.dataset.shown === fresh.dataset.shown) return;
    if (isDirty() || one("details.act[open]")) {
      if (one("#elsewhere")) return;
      const note = document.createElement("div");
      note.id = "elsewhere"; note.className = "notice"; note.setAttribute("role", "status");
      note.textContent = `This card changed meanwhile: it is ${fresh.dataset.said} now. What you typed is kept.`;
      card.prepend(note);
      say(note.textContent);
      return;
    }
    put(card, fresh);
    say(`This card is ${fresh.dataset.said} now.`);
  }
  const later = (event) => {
    seq = Math.max(seq, Number(event.lastEventId) || 0);
    if (!waiting) waiting = setTimeout(() => refresh().catch(() => {}), 120);
  };
  if (Number.isFinite(seq) && document.body.dataset.seq) {
    let stream;
    const connect = () => {
      stream = new EventSource(`/changes?after=${seq}`);
      for (const name of ["card", "world", "all", "policy"]) stream.addEventListener(name, later);
      for (const name of ["clock", "stop"]) stream.addEventListener(name, () => { if (!isDirty()) location.reload(); });
      stream.onopen = () => { if (!one("#away").hidden) { one("#away").hidden = true; later({ lastEventId: seq }); } };
      stream.onerror = () => {
        one("#away").hidden = false;
        if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
      };
    };
    connect();
    addEventListener("pagehide", () => stream.close());
    addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
  }

  // Keys.
  let isGoing = false;
  const places = { t: "/today", i: "/inbox", a: "/accounts", k: "/ask", p: "/policy" };
  function step(by) {
    const rows = all("a.row"), at = rows.findIndex((row) => row.hasAttribute("aria-current"));
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next && !next.hasAttribute("aria-current")) open(next).catch(() => { location.href = next.href; });
  }
  function press(key) {
    if (opening) return true;
    const button = all(`main [data-key="${CSS.escape(key)}"]`).find((node) => node.checkVisibility());
    if (!button) return false;
    button.click();
    if (button.tagName === "SUMMARY") {
      const box = button.parentElement;
      if (box.open) one("textarea, input:not([type=hidden]), select, button", box)?.focus();
    }
    return true;
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const box = event.target.closest?.("details[open]");
      if (box) { box.open = false; one("summary", box).focus(); }
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.target.form?.requestSubmit(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one("dialog[open]")) return;
    if (isGoing) { isGoing = false; if (places[event.key]) location.href = places[event.key]; return; }
    if (event.key === "g") { isGoing = true; setTimeout(() => { isGoing = false; }, 1500); return; }
    if (event.key === "?") { one("#help").showModal(); return; }
    if (event.key === "j" || event.key === "k") { step(event.key === "j" ? 1 : -1); event.preventDefault(); return; }
    if (event.key === "Enter" && event.target.closest("a.row")) { event.preventDefault(); open(event.target).then(() => one("#card")?.focus()); return; }
    if (/^[a-z0-9]$/.test(event.key) && press(event.key)) event.preventDefault();
  });
  for (const box of all("[data-forgets]"))
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(`draft:${box.dataset.forgets}`)) sessionStorage.removeItem(key);
  restoreDrafts();
})();
