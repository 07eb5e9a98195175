// The search of a careers site: loads the index on its first use, filters, sorts, and
// keeps what was asked for in the address. Without it the page shows the same openings.
"use strict";
(() => {
  const form = document.querySelector("form.search");
  const list = document.getElementById("openings");
  if (!form || !list) return;
  const at = (id) => document.getElementById(id);
  const [count, none, more, still, row] = ["count", "none", "more", "static", "row"].map(at);
  const STEP = 40;
  const filters = ["department", "place", "employment_type", "family"].filter((name) => form.elements[name]);
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const first = { rows: [...list.children], count: count.textContent };
  let index = null;
  let loading = null;
  let shown = STEP;
  let asked = 0;

  const load = () => {
    loading ??= fetch(form.dataset.index)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
      .then((found) => { index = found; })
      .catch(() => { loading = null; throw new Error("index"); });
    return loading;
  };

  const wanted = () => {
    const words = fold(form.elements.q.value).split(/\s+/).filter(Boolean);
    const facets = filters.map((name) => [name, form.elements[name].value]).filter(([, slug]) => slug);
    return { words, facets, sort: form.elements.sort.value };
  };

  const found = ({ words, facets, sort }) => {
    const numbers = facets.map(([name, slug]) => index.facets.findIndex((it) => it[0] === name && it[1] === slug));
    const fits = (it) => numbers.every((number) => it.k.includes(number)) && words.every((word) => it.w.includes(word));
    const all = index.openings.filter(fits);
    const titled = (it) => words.every((word) => fold(it.t).includes(word));
    if (sort === "closing") all.sort((a, b) => (a.o[1] || "9999").localeCompare(b.o[1] || "9999"));
    else if (sort === "pay") all.sort((a, b) => b.o[2] - a.o[2]);
    else if (sort === "title") all.sort((a, b) => a.t.localeCompare(b.t, document.documentElement.lang));
    else if (words.length) all.sort((a, b) => titled(b) - titled(a));
    return all;
  };

  const item = (opening) => {
    const made = row.content.firstElementChild.cloneNode(true);
    const link = made.querySelector("a");
    link.textContent = opening.t;
    link.href = form.dataset.jobs + opening.u + ".html";
    made.querySelector(".facts").replaceChildren(...opening.f.map((fact) => {
      const part = document.createElement("span");
      part.textContent = fact;
      return part;
    }));
    made.querySelector(".pay").textContent = opening.p;
    const [posted, closes] = made.querySelectorAll(".days span");
    posted.textContent = opening.d;
    closes.textContent = opening.c;
    return made;
  };

  const show = (openings) => {
    list.replaceChildren(...openings.slice(0, shown).map(item));
    const number = openings.length;
    count.textContent = number === 1 ? form.dataset.countOne : form.dataset.count.replace("{n}", number);
    none.textContent = form.dataset.none;
    none.hidden = number > 0;
    more.hidden = number <= shown;
    still.hidden = true;
  };

  const asShipped = () => {
    list.replaceChildren(...first.rows);
    count.textContent = first.count;
    none.hidden = true;
    more.hidden = true;
    still.hidden = false;
  };

  const address = ({ sort }) => {
    const said = new URLSearchParams();
    if (form.elements.q.value.trim()) said.set("q", form.elements.q.value.trim());
    for (const name of filters) if (form.elements[name].value) said.set(name, form.elements[name].value);
    if (sort) said.set("sort", sort);
    const query = said.toString();
    history.replaceState(null, "", query ? "?" + query : location.pathname);
  };

  const update = async () => {
    const mine = ++asked;
    const now = wanted();
    address(now);
    if (!now.words.length && !now.facets.length && !now.sort) return asShipped();
    try {
      await load();
      if (mine === asked) show(found(now));
    } catch {
      if (mine !== asked) return;
      asShipped();
      none.textContent = form.dataset.failed;
      none.hidden = false;
    }
  };

  let waiting = 0;
  form.addEventListener("input", () => {
    shown = STEP;
    clearTimeout(waiting);
    waiting = setTimeout(update, 80);
  });
  form.addEventListener("focusin", () => { load().catch(() => {}); }, { once: true });
  form.addEventListener("submit", (event) => { event.preventDefault(); update(); });
  form.addEventListener("reset", () => { shown = STEP; setTimeout(update); });
  more.addEventListener("click", () => {
    const before = list.children.length;
    shown += STEP;
    show(found(wanted()));
    list.children[before]?.querySelector("a")?.focus();
  });

  const said = new URLSearchParams(location.search);
  for (const name of ["q", "sort", ...filters]) {
    const value = said.get(name);
    if (value && form.elements[name]) form.elements[name].value = value;
  }
  if (said.size) update();
})();
