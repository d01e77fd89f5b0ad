// Ctrl-K finds accounts, pages and what can be done here; the first steps are shown once. Pages work without it.
"use strict";
(() => {
  const one = (css, within = document) => within.querySelector(css);
  const all = (css, within = document) => [...within.querySelectorAll(css)];
  const palette = one("#palette"), text = one("#palette-text"), list = one("#palette-list");
  if (!palette) return;

  // What can be found: pages and commands as drawn, the keys of this page, accounts by their names.
  const fixed = all("[role=option]", list);
  let accounts = [], here = [], asked = 0;
  const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  function option(id, label, more) {
    const item = document.createElement("li"), note = document.createElement("span");
    item.id = id; item.setAttribute("role", "option"); item.setAttribute("aria-selected", "false");
    note.textContent = more;
    item.append(`${label} `, note);
    return item;
  }
  function commands() {
    return all("main [data-key]").filter((node) => node.checkVisibility() && !node.disabled).map((node, place) => {
      const label = [...node.childNodes].filter((part) => part.nodeName !== "KBD").map((part) => part.textContent).join(" ").trim();
      const item = option(`found-here-${place}`, label || node.getAttribute("aria-label") || node.dataset.key, `here · ${node.dataset.key}`);
      item.act = () => node.click();
      return item;
    });
  }
  const options = () => all("[role=option]", list);
  function choose(item) {
    for (const each of options()) each.setAttribute("aria-selected", String(each === item));
    if (item) { text.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    else text.removeAttribute("aria-activedescendant");
  }
  function fill() {
    const words = plain(text.value).split(/\s+/).filter(Boolean);
    const fits = (item) => words.every((word) => plain(item.textContent).includes(word));
    const found = [...accounts, ...here.filter(fits), ...fixed.filter(fits)];
    list.replaceChildren(...found);
    one("#palette-none").hidden = found.length > 0;
    choose(found[0]);
  }
  async function look() {
    const number = ++asked, wanted = text.value.trim();
    let found = [];
    if (wanted) {
      const answer = await fetch(`/find?q=${encodeURIComponent(wanted)}`, { headers: { "HX-Request": "true" } });
      if (answer.ok) found = all("[role=option]", new DOMParser().parseFromString(`<ul>${await answer.text()}</ul>`, "text/html"));
    }
    if (number === asked) { accounts = found; fill(); }
  }
  function open() {
    here = commands(); accounts = []; text.value = "";
    fill();
    palette.showModal();
  }
  function go(item) {
    if (!item) return;
    palette.close();
    if (item.act) item.act();
    else if (item.dataset.opens === "help") one("#help").showModal();
    else if (item.dataset.opens === "tour") begin();
    else location.href = item.dataset.place;
  }
  let waiting = 0;
  text.addEventListener("input", () => { fill(); clearTimeout(waiting); waiting = setTimeout(() => look().catch(() => {}), 80); });
  text.addEventListener("keydown", (event) => {
    const items = options(), at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
    if (event.key in steps && !(event.key.length < 5 && text.value)) { event.preventDefault(); choose(items[(steps[event.key] + items.length) % items.length]); }
    if (event.key === "Enter") { event.preventDefault(); go(items[at]); }
  });
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k" || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (palette.open) palette.close(); else if (!one("dialog[open]")) open();
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) open(); });

  // The first steps: whoever came by the link of a fresh home sees them until they are done or skipped.
  const tour = one("#tour"), came = /(?:^|; )revloop-first=1/.test(document.cookie);
  const places = { 1: "today", 2: "inbox", 3: "today" };
  function show(step) {
    localStorage.setItem("tour", step);
    tour.hidden = places[step] !== document.body.dataset.place;
    for (const part of all("[data-step]", tour)) part.hidden = part.dataset.step !== step;
  }
  function begin() {
    show("1");
    if (tour.hidden) location.href = "/today"; else one("#tour a").focus();
  }
  if (tour) {
    const step = localStorage.getItem("tour") || (came ? "1" : "done");
    if (step !== "done") show(step);
    tour.addEventListener("click", (event) => { const to = event.target.closest("[data-tour]"); if (to) show(to.dataset.tour); });
  }
})();
