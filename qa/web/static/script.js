// The page's behaviour. Everything that comes from the library, a file name or a person enters the page as textContent.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const { say, sayN } = window.bylineWords;
  const wide = matchMedia("(min-width: 1024px)");

  function make(tag, className = "", text = "") {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  }

  // Gradio builds its part of the page late: run once the element is there.
  function whenThere(selector, run) {
    if ($(selector)) return run($(selector));
    const watch = new MutationObserver(() => {
      if (!$(selector)) return;
      watch.disconnect();
      run($(selector));
    });
    watch.observe(document.body, { childList: true, subtree: true });
  }

  async function getJson(path, params = {}) {
    const response = await fetch(`${path}?${new URLSearchParams(params)}`);
    if (!response.ok) {
      const told = await response.json().catch(() => ({}));
      throw Object.assign(new Error(typeof told.detail === "string" ? told.detail : say("The page got no answer.")), { status: response.status });
    }
    return response.json();
  }

  // ---- Sections -----------------------------------------------------------------------------------------------

  function showSection() {
    const section = $$("nav a").map((link) => link.dataset.section).find((name) => location.hash === `#${name}`) ?? "ask";
    const left = document.body.dataset.section, place = scrollY;
    document.body.dataset.section = section;
    for (const link of $$("nav a")) {
      if (link.dataset.section === section) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    for (const tab of $$(".tab")) tab.hidden = tab.id !== `tab-${section}`;
    closeReader(false);
    window.bylinePlaces.move(left, place, section);
    if (section === "library") showLibrary();
    else if (section === "ask") syncChat();
    dispatchEvent(new CustomEvent("byline-section", { detail: section }));
  }

  // At once as it was last seen, and again where others changed it since.
  async function showLibrary() {
    const { library, generation } = document.body.dataset;
    window.bylineShelf.show();
    if (library !== "open") return;
    await refreshLibrary();
    if (document.body.dataset.generation !== generation) window.bylineShelf.show();
  }

  // ---- What the library holds ---------------------------------------------------------------------------------

  async function refreshLibrary() {
    let held;
    try {
      held = await getJson("/byline/library");
    } catch {
      $("#standing").textContent = say("Byline does not answer. Is it still running?");
      return;
    }
    if (held.state === "opening") {
      setTimeout(refreshLibrary, 400);
      return;
    }
    const standing = $("#standing");
    if (held.state === "failed") {
      standing.textContent = held.message;
      standing.className = "standing problem";
      return;
    }
    const n = held.n_articles;
    const articles = held.span ? sayN("{n} article, {span}.", "{n} articles, {span}.", n, held) : sayN("{n} article.", "{n} articles.", n);
    const facts = window.bylineAnswers.facts(held);
    if (held.owner) facts.push(say("Another Byline ({owner}) keeps this library’s indexes; this page answers all the same", held));
    standing.replaceChildren(...facts.map((fact) => make("span", "", fact)));
    whenThere("#holdings", (node) => {
      node.textContent = n ? articles : say("No articles yet. Add some below; they are answered from at once.");
    });
    whenThere("#intro", (node) => showIntro(node, held, articles));
    whenThere("#starters", (node) => showStarters(node, held.starters));
    document.body.dataset.mayChange = String(held.may_change !== false);
    document.body.dataset.generation = String(held.generation);
    document.body.dataset.language = held.language;
    nameLanguage();
    whenThere("#login", (node) => { node.hidden = held.may_change !== false || !held.has_login; });
    if (document.body.dataset.library !== "open") {
      document.body.dataset.library = "open";
      window.bylineShelf.show();
    }
  }

  function showIntro(node, held, articles) {
    const lead = make("p", "lead");
    if (held.n_articles) {
      lead.textContent = `${articles} ${say("Every sentence of an answer leads to the sentence it rests on.")}`;
    } else {
      const link = make("a", "", say("Add articles"));
      link.href = "#library";
      lead.append(say("The library is empty."), " ", link, say(", then ask about them."));
    }
    node.replaceChildren(make("h1", "", say("Ask the articles")), lead);
  }

  function showStarters(node, questions) {
    const list = make("ul", "starter-list");
    for (const question of questions) {
      const button = make("button", "ask", question);
      button.type = "button";
      button.dataset.ask = question;
      list.append(make("li"));
      list.lastChild.append(button);
    }
    node.replaceChildren(...(questions.length ? [make("h2", "", say("In the news here")), list] : []));
  }

  // What articles say is read aloud in their language, also on a page in another.
  function nameLanguage() {
    const code = document.body.dataset.language;
    if (!code || code === document.documentElement.lang) return;
    for (const node of $$(".said, .title, .open, blockquote, .starter-list button, #reader-title, .article-text")) node.lang ||= code;
  }

  // ---- Asking -------------------------------------------------------------------------------------------------

  function fill(box, text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // `exactly`: the words are searched for as they are, whatever was said before.
  function ask(question, exactly = false) {
    fill($("#question textarea"), question);
    if (exactly) fill($("#exactly textarea, #exactly input"), question);
    requestAnimationFrame(() => setTimeout(() => $("#send").click()));
  }

  // A verdict goes through a hidden form of the page, which holds the chat; its answer says what became of it.
  function tell(button) {
    const box = $("#verdict textarea, #verdict input");
    if (!box) return;
    box.value = `${button.dataset.verdict} ${button.dataset.answer}`;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(() => setTimeout(() => $("#tell").click()));
  }

  function showTold(node) {
    const told = $("[data-answer]", node);
    if (!told) return;
    for (const group of $$(".verdicts")) {
      const buttons = $$(".tell", group);
      if (buttons[0]?.dataset.answer !== told.dataset.answer) continue;
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.verdict === told.dataset.verdict));
      $(".told", group).textContent = told.textContent;
    }
  }

  let shownKey = "";
  let restored = false; // a chat kept from before is shown from its last exchange, once
  function syncChat() {
    const now = $("#now .exchange");
    const any = Boolean($("#ask .exchange"));
    document.body.classList.toggle("chatting", any);
    nameLanguage();
    if (any) document.body.classList.remove("restoring");
    $(".new-chat").hidden = !any;
    const here = document.body.dataset.section === "ask";
    if (!now) {
      shownKey = "";
      if (!here) return;
      if (any && !restored) $("#past .exchange:last-of-type").scrollIntoView({ block: "start" });
      restored ||= any;
      return;
    }
    restored = true;
    if (here && now.id !== shownKey) {
      shownKey = now.id;
      closeReader(false);
      hideCard();
      now.scrollIntoView({ block: "start" });
    }
    if (now.dataset.done === "true" && $("#spoken").dataset.key !== now.id) {
      $("#spoken").dataset.key = now.id;
      $("#spoken").textContent = $$(".said, .verdict, .problem, .claims + .status", now).filter((n) => !n.closest(".built-in")).map((n) => n.textContent).join(" ");
    }
  }

  // ---- The card of a mark -------------------------------------------------------------------------------------

  const card = $("#card");
  let cardMark = null;
  let hideLater = 0;
  let quietFocus = false;
  let pointer = "mouse";

  function showCard(mark) {
    const text = document.getElementById(mark.dataset.card);
    if (!text) return;
    keepCard();
    cardMark = mark;
    const open = make("button", "card-open", say("Read it in the article"));
    open.type = "button";
    open.tabIndex = -1;
    open.addEventListener("click", () => openFrom(mark));
    const parts = [...text.cloneNode(true).childNodes];
    for (const part of parts) part.removeAttribute?.("id");
    const words = mark.closest(".version") ? say("direct quote") : mark.closest(".claim")?.querySelector(".support")?.textContent ?? "";
    card.replaceChildren(...parts, make("p", `card-support ${mark.closest(".claim")?.classList[1] ?? ""}`, words), open);
    card.style.maxHeight = "";
    card.hidden = false;
    const at = mark.getBoundingClientRect();
    const size = card.getBoundingClientRect();
    const left = Math.min(Math.max(12, at.left + at.width / 2 - size.width / 2), document.documentElement.clientWidth - size.width - 12);
    // Above where there is room: what is below is what one reads next. Never over the mark, however long the quote.
    const roomAbove = at.top - $(".masthead").getBoundingClientRect().bottom - 16;
    const roomBelow = innerHeight - at.bottom - 16;
    const above = size.height <= roomAbove || (size.height > roomBelow && roomAbove > roomBelow);
    const height = Math.min(size.height, Math.max(60, above ? roomAbove : roomBelow));
    card.style.maxHeight = `${height}px`;
    card.style.left = `${left}px`;
    card.style.top = `${above ? at.top - height - 8 : at.bottom + 8}px`;
  }

  function hideCard() {
    keepCard();
    card.hidden = true;
    cardMark = null;
  }

  const hideSoon = () => {
    if (!hideLater) hideLater = setTimeout(hideCard, 140);
  };
  const keepCard = () => {
    clearTimeout(hideLater);
    hideLater = 0;
  };

  document.addEventListener("pointerdown", (event) => { pointer = event.pointerType; }, true);
  document.addEventListener("keydown", () => { pointer = "keyboard"; }, true);
  // Only a pointer that moves: when the page shifts below a resting one, nobody has pointed at anything.
  document.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    const mark = event.target.closest?.(".mark");
    if (mark && mark === cardMark) keepCard();
    else if (mark) showCard(mark);
    else if (event.target.closest?.("#card")) keepCard();
    else if (!card.hidden && !(pointer === "keyboard" && document.activeElement === cardMark)) hideSoon();
  });
  document.addEventListener("focusin", (event) => {
    const mark = event.target.closest?.(".mark");
    if (mark && pointer === "keyboard" && !quietFocus) showCard(mark);
    else if (!event.target.closest?.("#card")) hideCard();
  });
  addEventListener("scroll", () => { if (!card.hidden) hideCard(); }, { passive: true });

  // ---- The reader ---------------------------------------------------------------------------------------------

  const reader = $("#reader");
  let openedBy = null;
  let openedIn = null;
  let loading = 0;

  function rangesOf(exchange, id, clicked) {
    const ranges = new Map();
    // A built-in answer below another has numbers of its own.
    const within = clicked?.closest(".built-in") ?? null;
    for (const mark of exchange ? $$(".mark", exchange) : []) {
      if (mark.closest(".built-in") === within && mark.dataset.article === id && !ranges.has(mark.dataset.n)) {
        ranges.set(mark.dataset.n, { n: mark.dataset.n, start: +mark.dataset.start, end: +mark.dataset.end, quote: mark.dataset.quote });
      }
    }
    const n = clicked?.dataset.n ?? clicked?.dataset.mark;
    return [...ranges.values()].map((range) => ({ ...range, strong: range.n === n }));
  }

  async function openFrom(button) {
    hideCard();
    const ticket = ++loading;
    const id = button.dataset.article;
    const exchange = button.closest(".exchange");
    const ranges = rangesOf(exchange, id, button);
    const quote = ranges.find((range) => range.strong)?.quote ?? "";
    let article = null;
    let failure = "";
    try {
      article = await getJson("/byline/article", { id, quote: quote.slice(0, 1500) });
    } catch (error) {
      failure = error.message;
    }
    if (ticket !== loading) return;
    openedBy = button;
    openedIn = exchange;
    $("#reader-title").textContent = article?.title ?? say("Article not found");
    $(".reader-page .meta").replaceChildren(...[article?.outlet, article?.published, article?.copies].filter(Boolean).map((t) => apart(t)));
    const original = $(".reader .original");
    original.hidden = !article?.original;
    if (article?.original) original.href = article.original;
    else original.removeAttribute("href");
    const notice = $(".reader .notice");
    const body = $(".reader .article-text");
    notice.hidden = true;
    if (article) {
      window.bylineShelf.showArticle(id, quote, article, (text, differing) => setArticle(body, text, ranges, differing));
    } else {
      window.bylineShelf.hideVersions();
      notice.hidden = false;
      notice.textContent = quote ? `${failure} ${say("The cited sentence was: “{quote}”", { quote })}` : failure;
      body.replaceChildren();
    }
    showOwnerBar(id, article);
    showReader();
    const target = $("mark.strong", body) ?? $("mark", body);
    $(".reader-page").scrollTop = 0;
    if (target) target.scrollIntoView({ block: "center" });
    ($("mark.strong", body) ?? $(".reader-page")).focus({ preventScroll: true });
  }

  // Words of the page and of the article side by side, each in its own direction.
  function apart(words) {
    const span = make("span");
    span.append(make("span", "own", words));
    return span;
  }

  function showReader() {
    window.bylineSheet.show(reader, "reading");
  }

  function closeReader(giveFocus = true) {
    loading++;
    if (reader.hidden) return;
    window.bylineSheet.hide(reader, "reading");
    if (!giveFocus) return;
    quietFocus = true;
    (openedBy?.isConnected ? openedBy : $("#question textarea"))?.focus();
    quietFocus = false;
  }

  wide.addEventListener("change", () => { if (!reader.hidden) showReader(); });

  function backToClaim(n) {
    const from = openedBy?.dataset.n === n && openedBy.isConnected ? openedBy : null;
    const within = openedBy?.closest(".built-in") ?? null;
    const marks = openedIn?.isConnected ? $$(`.mark[data-n="${CSS.escape(n)}"]`, openedIn) : [];
    const mark = from ?? marks.find((one) => one.closest(".built-in") === within);
    if (!mark) return;
    if (!wide.matches) closeReader(false);
    const claim = mark.closest(".claim, .version");
    quietFocus = true;
    claim.focus({ preventScroll: true });
    quietFocus = false;
    claim.scrollIntoView({ block: "nearest" });
    claim.classList.add("found");
    setTimeout(() => claim.classList.remove("found"), 1600);
  }

  // Article text follows four line conventions (see corpus.types.Article); offsets count code points, as Python's do.
  // `differing` are the spans of sentences that another version has not.
  function setArticle(body, text, wanted, differing = []) {
    const chars = Array.from(text);
    let missing = "";
    const ranges = [];
    for (const range of wanted) {
      if (chars.slice(range.start, range.end).join("") === range.quote) {
        ranges.push(range);
        continue;
      }
      const at = text.indexOf(range.quote);
      if (at < 0) {
        if (range.strong) missing = range.quote;
        continue;
      }
      const start = Array.from(text.slice(0, at)).length;
      ranges.push({ ...range, start, end: start + Array.from(range.quote).length });
    }
    ranges.sort((a, b) => b.strong - a.strong);
    ranges.push(...differing);
    body.replaceChildren();
    const lines = [];
    for (let at = 0; at <= chars.length; ) {
      let end = chars.indexOf("\n", at);
      if (end < 0) end = chars.length;
      const line = chars.slice(at, end).join("");
      const kind = !line.trim() ? "" : line.startsWith("## ") ? "h3" : line.startsWith("- ") ? "ul" : /^\|.*\|\s*$/.test(line) ? "table" : "p";
      if (kind === "p" && lines.at(-1)?.kind === "p") lines.at(-1).to = end;
      else lines.push({ from: at, to: end, line, kind });
      at = end + 1;
    }
    const put = (parent, from, to) => putText(parent, chars, ranges, from, to);
    let block = null;
    for (const { from, to, line, kind } of lines) {
      if (kind && (kind === "h3" || block?.localName !== kind)) body.append((block = make(kind)));
      if (kind === "h3") put(block, from + 3, to);
      else if (kind === "p") put(block, from, to);
      else if (kind === "ul") {
        block.append(make("li"));
        put(block.lastChild, from + 2, to);
      } else if (kind === "table" && !/^[|\s:-]+$/.test(line)) putRow(block, line, from, put);
      if (kind === "") block = null;
    }
    return missing;
  }

  function putRow(table, line, from, put) {
    const row = make("tr");
    let at = 1;
    for (const cell of Array.from(line.trimEnd().slice(1, -1)).join("").split("|")) {
      const width = Array.from(cell).length;
      const lead = width - Array.from(cell.trimStart()).length;
      const node = make(table.rows.length ? "td" : "th");
      if (/^[\s$€£+−-]*[\d.,]+\s*%?\s*$/.test(cell)) node.className = "number";
      put(node, from + at + lead, from + at + lead + Array.from(cell.trim()).length);
      row.append(node);
      at += width + 1;
    }
    table.append(row);
  }

  function putText(parent, chars, ranges, from, to) {
    const cuts = new Set([from, to]);
    for (const { start, end } of ranges) for (const cut of [start, end]) if (cut > from && cut < to) cuts.add(cut);
    const points = [...cuts].sort((a, b) => a - b);
    for (let i = 0; i + 1 < points.length; i++) {
      const words = chars.slice(points[i], points[i + 1]).join("");
      const over = ranges.filter(({ start, end }) => start <= points[i] && points[i + 1] <= end);
      const range = over.find(({ kind }) => !kind);
      const differs = over.find(({ kind }) => kind);
      if (!over.length || !words.trim()) {
        parent.append(words);
        continue;
      }
      if (!range) {
        parent.append(make(differs.kind === "lost" ? "del" : "ins", "differs", words));
        continue;
      }
      const mark = make("mark", [range.strong && "strong", differs && `differs ${differs.kind}`].filter(Boolean).join(" "), words);
      mark.dataset.n = range.n;
      mark.tabIndex = 0;
      mark.title = say("Back to the claim that cites this");
      parent.append(mark);
    }
  }

  // ---- Adding files -------------------------------------------------------------------------------------------

  const MAX_FILES = 50;
  const MAX_BYTES = 20 * 1024 * 1024;
  const waiting = [];
  let working = false;
  let nDone = 0;

  function sendFile(file, onProgress) {
    return new Promise((resolve) => {
      const failed = (detail) => resolve([{ outcome: "failed", name: file.name, detail }]);
      if (file.size > MAX_BYTES) return failed(say("Larger than {n} MB.", { n: 20 }));
      const request = new XMLHttpRequest();
      request.open("POST", `/byline/files?${new URLSearchParams({ name: file.name.slice(-300) })}`);
      request.responseType = "json";
      request.upload.onprogress = (event) => onProgress(event.total ? event.loaded / event.total : 0);
      request.onload = () => (request.status === 200 && Array.isArray(request.response) ? resolve(request.response) : failed(typeof request.response?.detail === "string" ? request.response.detail : say("It could not be added.")));
      request.onerror = () => failed(say("The connection broke while it was sent."));
      request.send(file);
    });
  }

  async function addFiles(files) {
    if (files.length > MAX_FILES) {
      addResult({ outcome: "failed", name: sayN("{n} file", "{n} files", files.length), detail: say("At most {n} at a time.", { n: MAX_FILES }) });
      return;
    }
    waiting.push(...files);
    window.bylineArriving.set("files", waiting.length + (working ? 1 : 0));
    if (working) return;
    working = true;
    nDone = 0;
    $("#adding").hidden = false;
    while (waiting.length) {
      const file = waiting.shift();
      const total = nDone + 1 + waiting.length;
      const bar = $("#adding progress");
      $("#adding .status").textContent = say("Adding {name} ({n} of {total})", { name: file.name, n: nDone + 1, total });
      bar.value = nDone / total;
      for (const line of await sendFile(file, (part) => { bar.value = (nDone + 0.7 * part) / total; })) addResult(line);
      nDone++;
      window.bylineArriving.set("files", waiting.length);
    }
    $("#adding").hidden = true;
    working = false;
    libraryChanged();
  }

  async function post(path, said) {
    const response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(said) });
    const told = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(typeof told.detail === "string" ? told.detail : say("It could not be done."));
    return told;
  }

  // ---- Changing the article that is open ------------------------------------------------------------------------

  function showOwnerBar(id, article) {
    const bar = $(".owner-bar");
    bar.hidden = !article || document.body.dataset.mayChange !== "true";
    $(".fields", bar).hidden = true;
    $(".status", bar).textContent = "";
    if (!article) return;
    bar.dataset.article = id;
    $("#edit-title").value = article.title;
    $("#edit-outlet").value = article.outlet;
    $("#edit-published").value = article.day;
  }

  async function changeArticle(button) {
    const bar = $(".owner-bar"), id = bar.dataset.article, title = $("#reader-title").textContent;
    try {
      if (button.id === "remove-article") {
        await post("/byline/remove", { id });
        closeReader();
        location.hash = "#library";
        addResult({ outcome: "removed", name: title, undo: id });
      } else {
        await post("/byline/edit", { id, title: $("#edit-title").value, outlet: $("#edit-outlet").value, published: $("#edit-published").value });
        openFrom(openedBy);
      }
      libraryChanged();
    } catch (error) {
      $(".status", bar).textContent = error.message;
    }
  }

  async function takeBack(button) {
    try {
      await post("/byline/restore", { id: button.dataset.article });
      button.closest("li").remove();
      addResult({ outcome: "added", name: button.dataset.name, detail: say("Back in the library."), article_id: button.dataset.article });
      libraryChanged();
    } catch (error) {
      addResult({ outcome: "failed", name: button.dataset.name, detail: error.message });
    }
  }

  async function logIn() {
    const response = await fetch("/byline/login", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ password: $("#password").value }) });
    const said = await response.json().catch(() => ({}));
    $("#password").value = "";
    $("#login-status").textContent = response.ok ? "" : said.detail ?? say("It could not be checked.");
    if (response.ok) refreshLibrary().then(window.bylineShelf.show);
  }

  async function addLink() {
    const box = $("#link-url"), url = box.value.trim();
    if (!url || $("#link-add").disabled) return;
    $("#link-add").disabled = true;
    $("#link-add").textContent = say("Fetching…");
    window.bylineArriving.set("link", 1);
    let lines = [{ outcome: "failed", name: url, detail: say("It could not be added.") }];
    try {
      const response = await fetch("/byline/links", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ url }) });
      const said = await response.json();
      if (response.ok) lines = said;
      else if (typeof said.detail === "string") lines[0].detail = said.detail;
    } catch { /* the words above stand */ }
    window.bylineArriving.set("link", 0);
    for (const line of lines) addResult(line);
    if (!lines.some((line) => line.outcome === "failed")) box.value = "";
    $("#link-add").disabled = false;
    $("#link-add").textContent = say("Add link");
    libraryChanged();
  }

  const OUTCOMES = { added: say("added"), updated: say("updated"), unchanged: say("unchanged"), removed: say("removed"), failed: say("failed") };

  function addResult({ outcome, name, detail, article_id: id, undo }) {
    const item = make("li", outcome in OUTCOMES ? outcome : "");
    const title = make(id ? "button" : "span", id ? "open" : "", name);
    if (id) {
      title.type = "button";
      title.dataset.article = id;
    }
    item.append(make("span", "outcome", OUTCOMES[outcome] ?? ""), " ", title);
    if (detail) item.append(make("span", "detail", detail));
    if (undo) {
      const back = make("button", "quiet undo", say("Undo"));
      back.type = "button";
      back.dataset.article = undo;
      back.dataset.name = name;
      item.append(" ", back);
    }
    $("#file-results").prepend(item);
  }

  async function libraryChanged() {
    await refreshLibrary();
    await window.bylineShelf.load();
  }

  // ---- Events -------------------------------------------------------------------------------------------------

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".searched-for")) return;
    event.preventDefault();
    const words = event.target.querySelector("input").value.trim();
    if (words) ask(words, true);
  });

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    const mark = on(".mark");
    if (mark && pointer === "touch" && cardMark !== mark) showCard(mark);
    else if (mark) openFrom(mark);
    else if (on(".open, .pill")) openFrom(on(".open, .pill"));
    else if (on(".reader mark")) backToClaim(on(".reader mark").dataset.n);
    else if (on(".reader .close")) closeReader();
    else if (on(".tell")) tell(on(".tell"));
    else if (on("#link-add")) addLink();
    else if (on("#paste-add")) window.bylineArriving.set("paste", 1);
    else if (on("#edit-article")) $(".owner-bar .fields").hidden = !$(".owner-bar .fields").hidden;
    else if (on("#remove-article, #save-article")) changeArticle(on("button"));
    else if (on(".undo")) takeBack(on(".undo"));
    else if (on("#log-in")) logIn();
    else if (on(".ask")) ask(on(".ask").dataset.ask);
    else if (on(".new-chat")) {
      window.bylineChats.open("");
      closeReader(false);
      $("#question textarea").focus();
    } else if (on(".skip")) {
      event.preventDefault();
      location.hash = "#ask";
      $("#question textarea")?.focus();
    }
    if (!mark && !on("#card")) hideCard();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (!card.hidden) hideCard();
      else if (!reader.hidden) closeReader();
    } else if (event.key === "Enter" && event.target.matches?.(".reader mark")) {
      event.preventDefault();
      backToClaim(event.target.dataset.n);
    } else if (event.key === "Tab" && reader.getAttribute("role") === "dialog" && !reader.hidden) {
      const stops = $$("a[href], button, summary, mark", reader).filter((stop) => stop.checkVisibility());
      const edge = event.shiftKey ? stops[0] : stops.at(-1);
      if (document.activeElement === edge) {
        event.preventDefault();
        (event.shiftKey ? stops.at(-1) : stops[0]).focus();
      }
    }
  });

  document.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.id === "link-url") addLink(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.id === "password") logIn(); });
  document.addEventListener("change", (event) => {
    if (event.target.id !== "files") return;
    addFiles([...event.target.files]);
    event.target.value = "";
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault(); // a file dropped beside the zone must not replace the page
      const zone = event.target.closest?.("#library");
      $("#drop")?.classList.toggle("over", Boolean(zone) && name === "dragover");
      if (zone && name === "drop") addFiles([...event.dataTransfer.files]);
    });
  }

  // A kept chat takes a moment to come back; until then the welcome of an empty page would only flash by.
  try {
    if (localStorage.getItem("byline-open")) document.body.classList.add("restoring");
    setTimeout(() => document.body.classList.remove("restoring"), 3000);
  } catch {
    // No storage, nothing to restore.
  }

  // The head wraps as it must; what scrolls below it needs its height.
  whenThere(".masthead", (head) => {
    const measure = () => document.documentElement.style.setProperty("--bar", `${head.offsetHeight}px`);
    new ResizeObserver(measure).observe(head);
  });
  const watchChat = new MutationObserver(syncChat);
  for (const selector of ["#now", "#past"]) {
    whenThere(selector, (node) => {
      watchChat.observe(node, { childList: true, subtree: true });
      syncChat();
    });
  }
  whenThere("#paste-result", (node) => {
    let soon = 0, last = "";
    const changed = () => {
      // Gradio also marks what is being worked on: only another list is a result.
      const list = $(".results", node)?.id ?? "";
      if (list === last) return;
      last = list;
      window.bylineArriving.set("paste", 0);
      clearTimeout(soon);
      if (node.textContent.trim()) soon = setTimeout(libraryChanged, 50);
    };
    new MutationObserver(changed).observe(node, { childList: true, subtree: true });
  });
  whenThere("#told", (node) => {
    document.body.classList.add("telling");
    new MutationObserver(() => showTold(node)).observe(node, { childList: true, subtree: true, characterData: true, attributes: true });
  });
  whenThere("#rows", () => window.bylineShelf.show());
  whenThere("#question textarea", (box) => { if (wide.matches && document.body.dataset.section === "ask") box.focus(); });
  // What the scripts of further sections may use.
  window.byline = { make, getJson, post, addResult, libraryChanged, begin: (turns, question) => window.bylineChats.begin(turns).then(() => ask(question)), ask: (question) => { location.hash = "#ask"; ask(question); } };
  addEventListener("hashchange", showSection);
  showSection();
  refreshLibrary();
})();
