// The Library section: the table with its filters, the chart, what is followed, what was removed; and an article's
// versions in the reader. Loaded before script.js, whose helpers it uses once they are there (window.byline). Everything
// that comes from the library enters the page as textContent.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const { say, sayN, number } = window.bylineWords;
  const make = (...what) => window.byline.make(...what);
  const open = () => document.body.dataset.library === "open" && Boolean($("#rows"));
  const mayChange = () => document.body.dataset.mayChange === "true";

  function button(words, className, data = {}) {
    const node = make("button", className, words);
    node.type = "button";
    Object.assign(node.dataset, data);
    return node;
  }

  // ---- The table and the chart over it --------------------------------------------------------------------------

  let order = "published";
  let descending = true;
  let offset = 0;
  let size = 100;
  let asked = 0;
  let charted = 0;
  let later = 0;
  const FILTERS = { query: "#filter", outlet: "#by-outlet", origin: "#by-origin", first: "#from-day", last: "#to-day" };

  function filters() {
    const wanted = {};
    for (const [name, selector] of Object.entries(FILTERS)) {
      const value = $(selector).value.trim();
      if (value && $(selector).validity.valid) wanted[name] = value;
    }
    if ($("#only-copies").checked) wanted.copies = "true";
    return wanted;
  }

  async function load({ chart = true, top = true } = {}) {
    if (!open()) return;
    clearTimeout(later);
    if (top) offset = 0;
    const ticket = ++asked;
    const wanted = filters();
    // The chart has a turn of its own: another page of the same rows must not cut it off.
    const drawn = chart ? loadChart(wanted) : null;
    $("#clear-filters").hidden = !Object.keys(wanted).length;
    let page;
    try {
      page = await window.byline.getJson("/byline/articles", { ...wanted, order, descending, offset });
    } catch (error) {
      $("#rows-status").textContent = error.message;
      return;
    }
    if (ticket === asked) showRows(page, wanted);
    await drawn;
  }

  async function loadChart(wanted) {
    const ticket = ++charted;
    const timeline = await window.byline.getJson("/byline/timeline", wanted).catch(() => null);
    if (ticket !== charted) return;
    showChart(timeline, wanted);
    await loadFacets(ticket);
  }

  function showRows(page, wanted) {
    $("#rows").replaceChildren(...page.rows.map((row) => {
      const line = make("tr");
      line.append(make("td", "title"), make("td", "outlet", row.outlet), make("td", "date", row.published), make("td", "added", row.added), make("td", "n", String(row.passages)));
      line.firstChild.append(button(row.title, "open", { article: row.id }));
      if (row.copies) line.firstChild.append(make("span", "copies", row.copies));
      return line;
    }));
    size = page.size;
    const filtered = Object.keys(wanted).length > 0;
    const [from, to] = [page.offset + 1, page.offset + page.rows.length];
    const all = to - from + 1 === page.total;
    const span = all ? sayN("{n} article shown.", "{n} articles shown.", page.total) : say("{from} to {to} of {total} articles shown.", { from, to, total: page.total });
    $("#rows-status").textContent = page.rows.length ? span : filtered ? say("No article is left by these filters.") : "";
    $(".pager").hidden = page.total <= page.size;
    $("#previous-rows").disabled = !page.offset;
    $("#next-rows").disabled = to >= page.total;
    for (const head of $$(".articles th button")) {
      head.parentNode.setAttribute("aria-sort", head.dataset.order !== order ? "none" : descending ? "descending" : "ascending");
    }
  }

  function showChart(timeline, wanted) {
    const steps = timeline?.steps ?? [];
    const most = Math.max(1, ...steps.map((step) => step.n));
    const peak = steps.find((step) => step.n === most);
    $("#chart").hidden = steps.length < 2 && !wanted.first && !wanted.last;
    const [first, last] = [steps[0]?.name ?? "", steps.at(-1)?.name ?? ""];
    const total = steps.reduce((sum, step) => sum + step.n, 0);
    const about = steps.length ? sayN("{n} article over time, from {first} to {last}, most in {peak}: {most}.", "{n} articles over time, from {first} to {last}, most in {peak}: {most}.", total, { first, last, peak: peak.name, most }) : say("No article has a date here.");
    const bars = $("#chart .bars");
    bars.setAttribute("aria-label", about);
    $("#chart").style.setProperty("--steps", String(steps.length));
    bars.classList.toggle("few", steps.length < 8);
    bars.replaceChildren(...steps.map((step) => {
      const bar = make("span", step.n ? "bar" : "bar none");
      bar.style.setProperty("--share", String(step.n / most));
      bar.title = sayN("{when}: {n} article", "{when}: {n} articles", step.n, { when: step.name });
      Object.assign(bar.dataset, { first: step.first, last: step.last });
      return bar;
    }));
    $("#chart .ends").replaceChildren(make("span", "", first), make("span", "", steps.length > 1 ? last : ""));
    $("#chart .peak").textContent = peak ? [sayN("Most in {when}: {n} article", "Most in {when}: {n} articles", peak.n, { when: peak.name }), timeline.undated && say("{n} undated", { n: timeline.undated })].filter(Boolean).join(" · ") : say("No article has a date here.");
    $("#all-dates").hidden = !wanted.first && !wanted.last;
    $("#chart tbody").replaceChildren(...steps.filter((step) => step.n).map((step) => {
      const row = make("tr");
      const name = make("td");
      name.append(button(step.name, "step", { first: step.first, last: step.last }));
      row.append(name, make("td", "n", number(step.n)));
      return row;
    }));
  }

  let facetsOf = "";
  async function loadFacets(ticket) {
    const held = `${document.body.dataset.generation}/${document.body.dataset.mayChange}`;
    if (held === facetsOf) return;
    const facets = await window.byline.getJson("/byline/facets").catch(() => null);
    if (!facets || ticket !== charted) return;
    facetsOf = held;
    for (const [selector, choices] of [["#by-outlet", facets.outlets], ["#by-origin", facets.origins]]) {
      const select = $(selector), chosen = select.value;
      select.replaceChildren(select.options[0], ...choices.map(({ key, name, n }) => new Option(`${name} (${number(n)})`, key, false, key === chosen)));
    }
  }

  function setDays(first, last) {
    $("#from-day").value = first;
    $("#to-day").value = last;
    load();
  }

  // ---- What is followed -----------------------------------------------------------------------------------------

  const HEALTH = { well: say("Well"), failing: say("Failing"), ended: say("Ended") };
  const KINDS = { feed: say("feed"), folder: say("folder"), gone: say("feed") };

  async function loadSources() {
    if (!open()) return;
    const sources = await window.byline.getJson("/byline/sources").catch(() => []);
    $("#sources").hidden = !sources.length;
    $("#sources .followed").replaceChildren(...sources.map((source) => {
      const item = make("li", source.health);
      const facts = [
        source.checked ? say("checked {when}", { when: source.checked }) : say("not checked yet"),
        source.next && say("next {when}", { when: source.next }),
        source.every && source.next && say("every {time}", { time: source.every }),
        source.new ? say("{n} new last time", { n: source.new }) : "",
        source.failures > 1 ? say("failed {n} times in a row", { n: source.failures }) : "",
      ].filter(Boolean);
      const name = make("p", "name", source.name);
      name.append(make("span", "kind", KINDS[source.kind] ?? source.kind));
      item.append(name, make("p", "health", `${HEALTH[source.health]}: ${facts.join(" · ")}`));
      if (source.problem) item.append(make("p", "problem", source.problem));
      if (source.place && source.place !== source.name) item.append(make("p", "place", source.place));
      if (mayChange() && source.place) {
        const does = make("p", "does");
        if (source.health !== "ended") does.append(button(say("Check now"), "quiet", { check: source.place }));
        does.append(button(say("Unfollow"), "quiet", { unfollow: source.place }));
        item.append(does);
      }
      return item;
    }));
  }

  // The server tells how far it is, an object a line, and at last what became of each item.
  async function work(path, place, pressed, more = {}) {
    const status = $("#follow-status");
    pressed.disabled = true;
    status.textContent = say("Reading {place}…", { place });
    window.bylineArriving.set(place, 1);
    let lines = [{ outcome: "failed", name: place, detail: say("The connection broke before it was done.") }];
    try {
      const response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ place, ...more }) });
      if (!response.ok) {
        const told = await response.json().catch(() => ({}));
        lines[0].detail = typeof told.detail === "string" ? told.detail : say("It could not be done.");
      } else {
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        let text = "";
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          text += part.value;
          const parts = text.split("\n");
          text = parts.pop();
          for (const said of parts.map((line) => JSON.parse(line))) {
            if (said.lines) lines = said.lines;
            else {
              status.textContent = say("Reading {place}: {done} of {of}", { place, done: said.done, of: said.of });
              window.bylineArriving.set(place, Math.max(1, said.of - said.done));
            }
          }
        }
      }
    } catch {
      // The words above stand.
    }
    status.textContent = "";
    pressed.disabled = false;
    window.bylineArriving.set(place, 0);
    for (const line of lines) window.byline.addResult(line);
    await Promise.all([window.byline.libraryChanged(), loadSources()]);
    return !lines.some((line) => line.outcome === "failed");
  }

  async function follow(pressed) {
    const box = $("#link-url"), place = box.value.trim();
    if (!place) return box.focus();
    const every = $("#follow-every"), more = every.value ? { minutes: Number(every.value) } : {};
    if (await work("/byline/follow", place, pressed, more)) box.value = every.value = "";
  }

  async function unfollow(pressed) {
    const place = pressed.dataset.unfollow;
    try {
      await window.byline.post("/byline/unfollow", { place });
      window.byline.addResult({ outcome: "removed", name: place, detail: say("Followed no more; its articles stay.") });
    } catch (error) {
      window.byline.addResult({ outcome: "failed", name: place, detail: error.message });
    }
    await loadSources();
  }

  // ---- What was removed -----------------------------------------------------------------------------------------

  async function loadRemoved() {
    const section = $("#removed");
    if (!open()) return;
    const gone = mayChange() ? await window.byline.getJson("/byline/removed").catch(() => null) : null;
    section.hidden = !gone?.total;
    if (!gone?.total) return;
    $("summary", section).textContent = say("Removed in the last 30 days ({n})", { n: gone.total });
    $("ul", section).replaceChildren(...gone.articles.map(({ id, title, when }) => {
      const item = make("li");
      const name = make("span", "name", title);
      item.append(name, make("span", "detail", say("removed {when}", { when })), button(say("Take back"), "quiet undo", { article: id, name: title }));
      return item;
    }));
  }

  // ---- An article's versions in the reader ------------------------------------------------------------------------

  let shown = null;

  // Shows the article, or what it said when it was cited; gives the cited sentence where neither has it.
  function showArticle(id, quote, article, draw) {
    shown = { id, quote, article, draw };
    $(".reader .versions").hidden = !article.old;
    showSource();
    return show(article.cited_before ? "old" : "now", article.cited_before);
  }

  function show(view, marked) {
    const { article, draw } = shown, old = article.old;
    const spans = (of, kind) => (marked ? of : []).map(([start, end]) => ({ start, end, kind }));
    const missing = old && view === "old" ? draw(old.text, spans(old.lost, "lost")) : draw(article.text, spans(old?.came ?? [], "came"));
    const notice = $(".reader .notice");
    const words = [article.changed && article.cited_before && view === "old" ? `${article.changed_when} ${say("This is what it said until then, as it was cited.")}` : article.changed || (missing ? say("This article has changed since it was cited.") : "")];
    if (missing && !words[0].includes(missing)) words.push(say("The cited sentence was: “{quote}”", { quote: missing }));
    notice.textContent = words.filter(Boolean).join(" ");
    notice.hidden = !notice.textContent;
    if (!old) return missing;
    const [before, now] = $$(".reader .versions button");
    before.textContent = say("Until {day}", { day: old.until });
    before.setAttribute("aria-pressed", String(view === "old"));
    now.setAttribute("aria-pressed", String(view === "now"));
    const n = view === "old" ? old.lost.length : old.came.length;
    const day = old.until;
    const what = view === "old"
      ? n ? sayN("{n} sentence that it no longer has, underlined.", "{n} sentences that it no longer has, underlined.", n) : say("No sentence that it no longer has.")
      : n ? sayN("{n} sentence that came after {day}, underlined.", "{n} sentences that came after {day}, underlined.", n, { day }) : say("No sentence that came after {day}.", { day });
    $(".reader .versions .hint").textContent = marked ? what : "";
    return missing;
  }

  function showSource() {
    const { article } = shown, list = $(".provenance ul");
    $(".provenance .from").textContent = say("Read from {source}.", { source: article.from });
    list.replaceChildren(...article.versions.map(({ number, until }) => {
      const item = make("li");
      item.append(button(say("What it said until {day}", { day: until }), "quiet", { version: String(number) }));
      return item;
    }));
    $(".provenance summary").textContent = article.versions.length ? sayN("Where it came from, and {n} earlier version", "Where it came from, and {n} earlier versions", article.versions.length) : say("Where it came from");
    $(".provenance").hidden = false;
  }

  async function openVersion(number) {
    const before = shown;
    const article = await window.byline.getJson("/byline/article", { id: shown.id, quote: shown.quote.slice(0, 1500), version: number }).catch(() => null);
    if (!article?.old || before !== shown) return;
    shown = { ...shown, article };
    $(".reader .versions").hidden = false;
    show("old", true);
    $(".reader-page").scrollTop = 0;
    $(".reader-page").focus({ preventScroll: true });
  }

  function hideVersions() {
    shown = null;
    $(".reader .versions").hidden = true;
    $(".provenance").hidden = true;
  }

  // ---- Events -------------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    if (on(".articles th button")) {
      const by = on("th button").dataset.order;
      descending = order === by ? !descending : ["published", "added", "passages"].includes(by);
      order = by;
      load({ chart: false });
    } else if (on("#previous-rows, #next-rows")) {
      offset = Math.max(0, offset + (on("#next-rows") ? size : -size));
      load({ chart: false, top: false }).then(() => $(".table-head").scrollIntoView({ block: "start" }));
    } else if (on("#chart .bar, #chart .step")) setDays(on("[data-first]").dataset.first, on("[data-first]").dataset.last);
    else if (on("#all-dates")) setDays("", "");
    else if (on("#clear-filters")) {
      for (const selector of Object.values(FILTERS)) $(selector).value = "";
      $("#only-copies").checked = false;
      load();
      $("#filter").focus();
    } else if (on("#follow")) follow(on("#follow"));
    else if (on("[data-check]")) work("/byline/check", on("[data-check]").dataset.check, on("[data-check]"));
    else if (on("[data-unfollow]")) unfollow(on("[data-unfollow]"));
    else if (on("[data-version]")) openVersion(on("[data-version]").dataset.version);
    else if (on(".versions button") && shown) show(on(".versions button").dataset.view, true);
  });
  document.addEventListener("input", (event) => {
    if (!event.target.closest?.(".filters")) return;
    clearTimeout(later);
    later = setTimeout(load, event.target.type === "search" ? 120 : 0);
  });

  window.bylineShelf = {
    load: async () => { await Promise.all([load(), loadRemoved()]); },
    show: async () => { await Promise.all([load(), loadSources(), loadRemoved()]); },
    showArticle,
    hideVersions,
  };
})();
