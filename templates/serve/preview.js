// The preview in a browser: what changed is fetched and put in place of what it was, so
// that nothing flashes and nothing scrolls; the search and the choice on the overview.
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

  // What the server said last of each region: the page itself may have been used since.
  const said = new Map();
  const regions = (page) => page.querySelectorAll("[data-live]");
  for (const region of regions(document)) said.set(region.id, region.outerHTML);

  const used = () => {
    const focused = document.activeElement;
    const region = focused?.closest("[data-live]");
    if (!region) return () => {};
    const same = [...region.querySelectorAll("a, button, input, select")].indexOf(focused);
    return () => {
      const now = at(region.id)?.querySelectorAll("a, button, input, select") ?? [];
      if (!at(region.id)?.contains(document.activeElement)) now[same]?.focus({ preventScroll: true });
    };
  };

  // A page of the library within a page: its content is exchanged, the frame stays.
  const exchange = async (frame, source) => {
    const answer = await fetch(source, { cache: "no-store" });
    if (!answer.ok) throw new Error(`${source}: ${answer.status}`);
    const text = await answer.text();
    const now = frame.contentDocument;
    if (!now?.body) { frame.src = source; return; }
    // Read under the frame's own rules, which allow the styles that a document has.
    const next = new frame.contentWindow.DOMParser().parseFromString(text, "text/html");
    const kept = [now.scrollingElement.scrollLeft, now.scrollingElement.scrollTop];
    const states = [...now.querySelectorAll("input[type=checkbox]")].map((box) => [box.id, box.checked]);
    now.documentElement.lang = next.documentElement.lang;
    now.head.replaceChildren(...[...next.head.childNodes].map((node) => now.importNode(node, true)));
    now.body.replaceWith(now.importNode(next.body, true));
    for (const [id, checked] of states) {
      const box = id && now.getElementById(id);
      if (box) box.checked = checked;
    }
    now.scrollingElement.scrollTo(...kept);
  };

  // A PDF is loaded behind the one that is there, which goes when the new one is drawn. No
  // viewer says when: Chromium draws the first page some six times as long after it was
  // loaded as the loading took.
  const drawn = (loading) => Math.min(Math.max(6 * loading, 120), 1000);
  const lay = async (view, next) => {
    const [address, how] = next.querySelector("iframe").getAttribute("src").split("#");
    const source = `${address}${address.includes("?") ? "&" : "?"}v=${next.dataset.version.slice(0, 12)}`;
    // A frame does not say whether it got what it asked for.
    const answer = await fetch(source, { method: "HEAD", cache: "no-store" });
    if (!answer.ok) throw new Error(`${source}: ${answer.status}`);
    const [old, ...waiting] = view.querySelectorAll("iframe");
    for (const frame of waiting) frame.remove();
    const frame = next.querySelector("iframe").cloneNode();
    const begun = performance.now();
    frame.src = `${source}#${how}`;
    frame.classList.add("waiting");
    frame.addEventListener("load", () => setTimeout(() => {
      if (!frame.isConnected) return;
      old.remove();
      frame.classList.remove("waiting");
    }, drawn(performance.now() - begun)), { once: true });
    view.append(frame);
  };

  const renew = async (view, next) => {
    if (view.dataset.version === next.dataset.version && view.dataset.source === next.dataset.source) return;
    const frame = view.querySelector("iframe");
    const has = next.querySelector("iframe");
    if (!frame || !has) view.replaceChildren(...document.importNode(next, true).childNodes);
    else if (view.dataset.pane === "pdf") await lay(view, next);
    else await exchange(frame, next.dataset.source);
    view.dataset.version = next.dataset.version;
    view.dataset.source = next.dataset.source;
    viewerless();
  };

  let tag = "";
  const take = async (address) => {
    const answer = await fetch(address, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
    if (answer.status === 304) return;
    const now = answer.headers.get("etag") ?? "";
    const next = parsed(await answer.text());
    if (next.body.className !== document.body.className) { location.reload(); return; }
    document.title = next.title;
    const focus = used();
    for (const region of regions(document)) {
      const other = next.getElementById(region.id);
      if (!other || said.get(region.id) === other.outerHTML) continue;
      said.set(region.id, other.outerHTML);
      region.replaceWith(document.importNode(other, true));
    }
    focus();
    arrange();
    const views = [...document.querySelectorAll("[data-pane]")];
    const done = await Promise.allSettled(views.map((view) => renew(view, next.getElementById(view.id) ?? view)));
    // What could not be fetched is tried again with the next change.
    tag = done.every((it) => it.status === "fulfilled") ? now : "";
    document.documentElement.dataset.renewed = String(Number(document.documentElement.dataset.renewed ?? 0) + 1);
  };

  // One after the other; of several changes meanwhile, only the last is fetched.
  let busy = false;
  let again = false;
  const refresh = async () => {
    if (document.hidden || busy) { again = true; return; }
    busy = true;
    do {
      again = false;
      try { await take(location.href); } catch { /* The server has gone; the stream says so. */ }
    } while (again && !document.hidden);
    busy = false;
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden && again) refresh(); });

  // A browser has few connections to one server: of all tabs, one listens for the others.
  const state = at("state");
  const channel = new BroadcastChannel("rolebook");
  const heard = (message) => {
    const lost = message === "lost";
    document.documentElement.classList.toggle("lost", lost);
    state.title = lost ? state.dataset.lost : state.dataset.liveWords;
    state.firstElementChild.textContent = state.title;
    if (!lost) refresh();
  };
  const tell = (message) => { channel.postMessage(message); heard(message); };
  channel.addEventListener("message", (event) => heard(event.data));
  const listen = () => new Promise(() => {
    const events = new EventSource("/events");
    events.addEventListener("change", () => tell("change"));
    events.addEventListener("error", () => {
      tell("lost");
      // Some browsers give up for good when nobody answers.
      if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 2000);
    });
  });
  if (navigator.locks) navigator.locks.request("rolebook-events", listen);
  else listen();

  // A browser without a viewer of PDFs offers them to be opened.
  function viewerless() {
    if (navigator.pdfViewerEnabled !== false) return;
    for (const hint of document.querySelectorAll(".viewerless")) {
      hint.hidden = false;
      for (const frame of hint.parentElement.querySelectorAll("iframe")) frame.remove();
    }
  }

  // A chart wider than the screen begins with its top, from which all lines come.
  const chart = document.querySelector(".organization .view iframe");
  const centre = () => {
    const top = chart.contentDocument?.querySelector(".org-top");
    const box = top?.getBoundingClientRect();
    if (box) chart.parentElement.scrollLeft = box.left + (box.width - chart.parentElement.clientWidth) / 2;
  };
  chart?.addEventListener("load", centre, { once: true });
  if (chart) centre();

  // Which of both documents is shown changes without a load, and the address keeps it.
  const choose = (link) => {
    at("panes").dataset.show = link.dataset.show;
    for (const other of document.querySelectorAll("[data-show][href]")) other.toggleAttribute("aria-current", false);
    link.setAttribute("aria-current", "true");
    history.replaceState(null, "", link.href);
    tag = "";
    take(link.href).catch(() => {});
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-show]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(link);
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "theme") event.target.form.requestSubmit();
  });

  // The overview: search as one types, and the roles that are chosen for comparing.
  const form = at("chooser");
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const chosen = new Set();
  const count = (pattern, n, all) => pattern.replace("{n}", n).replace("{all}", all);
  function arrange() {
    if (!form) return;
    const words = fold(at("q").value).split(/\s+/).filter(Boolean);
    const only = at("only").checked;
    let shown = 0;
    let all = 0;
    for (const group of document.querySelectorAll(".group")) {
      let here = 0;
      let inside = 0;
      for (const row of group.querySelectorAll(".one")) {
        row.folded ??= fold(row.dataset.words);
        const fits = words.every((word) => row.folded.includes(word)) && (!only || row.dataset.findings !== "0");
        row.hidden = !fits;
        here += fits;
        inside += 1;
        const box = row.querySelector("input");
        box.checked = chosen.has(box.value);
      }
      group.hidden = here === 0;
      group.querySelector(".number").textContent = here === inside ? inside : `${here} / ${inside}`;
      shown += here;
      all += inside;
    }
    const { shown: some, chosen: number } = form.dataset;
    at("shown").textContent = shown === all ? "" : count(some, shown, all);
    at("nothing").hidden = shown > 0 || all === 0;
    at("chosen").textContent = count(number, chosen.size, all);
    at("chosen-bar").classList.toggle("open", chosen.size > 0);
    at("compare").disabled = chosen.size < 2 || chosen.size > 6;
  }
  if (form) {
    const start = new URLSearchParams(location.hash.slice(1));
    at("q").value = start.get("q") ?? at("q").value;
    for (const box of form.querySelectorAll("input[name=role]:checked")) chosen.add(box.value);
    form.addEventListener("input", (event) => {
      if (event.target.name === "role") {
        if (event.target.checked) chosen.add(event.target.value);
        else chosen.delete(event.target.value);
      }
      if (event.target.id === "q") history.replaceState(null, "", event.target.value ? "#" + new URLSearchParams({ q: event.target.value }) : location.pathname);
      arrange();
    });
    form.addEventListener("reset", () => { chosen.clear(); at("only").checked = false; setTimeout(() => { at("q").value = ""; arrange(); }); });
    form.addEventListener("submit", (event) => {
      if (event.submitter?.id !== "compare") { event.preventDefault(); return; }
      // A role that the search hides is chosen all the same.
      event.preventDefault();
      location.href = form.action + "?" + new URLSearchParams([...chosen].map((id) => ["role", id]));
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
      event.preventDefault();
      at("q").focus();
    });
    document.documentElement.classList.add("scripted");
  }
  arrange();
  viewerless();
})();
