// The Evals section. What comes from sets, answers and runs enters the page as textContent; the two exceptions are
// HTML that the server has escaped: an answer as the chat shows it, and the charts.
"use strict";
(() => {
  const $ = (selector) => document.querySelector(selector);
  const { make, getJson, ask, begin } = window.byline;
  const { say, sayN, number, language } = window.bylineWords;
  const base = "/byline/tabs/evals";
  const shown3 = (value) => (value === null ? "–" : value.toLocaleString(language, { minimumFractionDigits: 3, maximumFractionDigits: 3, useGrouping: false }));
  let timer = 0;
  let shown = "";
  let wanted = "";
  let watched = "";

  async function post(path, body = {}) {
    const response = await fetch(`${base}/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const told = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(typeof told.detail === "string" ? told.detail : say("The page got no answer."));
    return told;
  }

  function complain(message) {
    $("#evals-problem").hidden = !message;
    $("#evals-problem").textContent = message;
  }

  function fill(select, options, chosen) {
    const now = options.map(({ value, text }) => `${value}\n${text}`).join("\n\n");
    if (select.dataset.now === now && (!chosen || select.value === chosen)) return;
    const keep = chosen || select.value;
    select.dataset.now = now;
    select.replaceChildren(...options.map(({ value, text, off }) => Object.assign(make("option", "", text), { value, disabled: Boolean(off) })));
    if (options.some(({ value }) => value === keep)) select.value = keep;
  }

  const spellTime = (seconds) => (seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`);
  const spellDay = (iso) => new Date(iso).toLocaleString(language === "en" ? "en-GB" : language, { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });

  async function refresh() {
    clearTimeout(timer);
    let state;
    try {
      state = await getJson(`${base}/state`);
    } catch (error) {
      complain(error.message);
      return;
    }
    fill($("#evals-set"), state.sets.map((set) => ({ value: set.name, text: set.problem ? `${set.name}: ${set.problem}` : `${set.name} (${set.n})`, off: set.problem })));
    const { progress } = state;
    const running = progress?.state === "running";
    $("#evals-run").disabled = running || !state.sets.length;
    $("#evals-stop").hidden = !running;
    $("#evals-progress").hidden = !running;
    if (running) {
      watched = progress.run;
      $("#evals-progress progress").value = progress.total ? progress.done / progress.total : 0;
      const { set_name: name, done, total } = progress;
      const asked = progress.left === null ? say("{name}: {done} of {total} asked", { name, done, total }) : say("{name}: {done} of {total} asked, about {time} to go", { name, done, total, time: spellTime(progress.left) });
      $("#evals-progress .status").textContent = done ? asked : say("{name}: opening its articles…", { name });
    } else if (progress && watched === progress.run) {
      watched = "";
      if (progress.state === "done") wanted = progress.run;
      else complain(progress.message || say("The run failed. The terminal says more."));
    }
    const runs = state.runs.map(({ run, title, began, system }) => ({ value: run, text: `${title}, ${spellDay(began)}${system === "byline" ? "" : `, ${system}`}` }));
    fill($("#evals-which"), runs, wanted);
    wanted = "";
    $("#evals-runs").hidden = !runs.length;
    $("#evals-empty").hidden = Boolean(runs.length) || running;
    if (runs.length && $("#evals-which").value !== shown) await show($("#evals-which").value);
    if (running && !$("#tab-evals").hidden) timer = setTimeout(refresh, 1000);
  }

  async function show(run) {
    let found;
    $("#evals-results").hidden = false;
    $("#evals-lead").textContent = say("Reading the run…");
    try {
      found = await getJson(`${base}/run`, { run });
    } catch (error) {
      complain(error.message);
      return;
    }
    shown = run;
    const link = $("#evals-report");
    link.hidden = false;
    link.href = `${base}/report?${new URLSearchParams({ run })}`;
    link.setAttribute("download", "");
    $("#evals-lead").textContent = [say("{n} of {of} questions scored.", { n: found.n_scored, of: found.n_asked }), found.last && say("The last run is of {day}.", { day: spellDay(found.last) })].filter(Boolean).join(" ");
    $("#evals-rows").replaceChildren(...found.figures.map(figureRow));
    $("#evals-charts").innerHTML = found.charts.map((chart) => `<figure>${chart}</figure>`).join("");
    $("#evals-risk").textContent = found.risk;
    $("#evals-failed-title").textContent = found.n_failed ? say("To look at ({n})", { n: found.n_failed }) : say("Nothing to look at");
    $("#evals-failed").replaceChildren(...found.failed.map((one) => caseRow(run, one)));
  }

  function figureRow(figure) {
    const row = make("tr");
    const name = make("th", "", figure.name);
    name.scope = "row";
    name.append(make("span", "means", figure.unscored ? `${figure.means}. ${figure.unscored}` : figure.means));
    const ends = figure.low === null ? "" : say("{low} to {high}", { low: shown3(figure.low), high: shown3(figure.high) });
    const bar = make("td", "ends");
    if (figure.low !== null && figure.high <= 1) {
      const track = make("span", "track");
      const span = make("span", "span");
      span.style.left = `${figure.low * 100}%`;
      span.style.width = `${Math.max(0.6, (figure.high - figure.low) * 100)}%`;
      const dot = make("span", "dot");
      dot.style.left = `calc(${figure.value * 100}% - 1px)`;
      track.append(span, dot);
      bar.append(track);
    }
    bar.append(make("span", "between", ends));
    const wrong = figure.name === "exact_quotes" && figure.value < 1 ? " wrong" : "";
    const last = make("td", `n ${figure.moved}`, figure.last === null ? "–" : shown3(figure.last));
    last.dataset.name = say("last run");
    if (figure.moved) last.append(make("span", "moved", figure.moved === "better" ? say("better now") : say("worse now")));
    row.append(name, make("td", `n value${wrong}`, shown3(figure.value)), bar, make("td", "n", String(figure.n)), last);
    return row;
  }

  function caseRow(run, one) {
    const item = make("li");
    const button = make("button", "evals-case");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.append(make("span", "evals-verdict", one.verdict), make("span", "evals-question", one.question), make("span", "evals-id", [one.id, ...one.tags].join(" · ")));
    const body = make("div", "evals-body");
    body.hidden = true;
    button.addEventListener("click", async () => {
      if (!body.childNodes.length) {
        try {
          fillCase(body, await getJson(`${base}/case`, { run, n: one.n }));
        } catch (error) {
          body.append(make("p", "problem-line", error.message));
        }
      }
      body.hidden = !body.hidden;
      button.setAttribute("aria-expanded", String(!body.hidden));
    });
    item.append(button, body);
    return item;
  }

  function fillCase(body, found) {
    for (const turn of found.turns) body.append(make("p", "status", turn.content));
    if (found.error) body.append(make("p", "problem-line", found.error));
    const answer = make("div");
    answer.innerHTML = found.html;
    body.append(answer);
    const gold = make("div", "evals-gold");
    gold.append(make("h3", "", found.answerable ? say("Known answer") : say("No article answers this")), ...found.gold.map((text) => make("p", "", text)));
    const again = make("button", "evals-button", say("Ask it in the chat"));
    again.type = "button";
    again.addEventListener("click", () => (found.turns.length ? begin(found.turns, found.question).catch((error) => complain(error.message)) : ask(found.question)));
    body.append(gold, again);
  }

  async function showInbox() {
    const found = await getJson(`${base}/inbox`).catch(() => ({ waiting: [], n: 0 }));
    $("#evals-inbox").hidden = !found.n && !$("#evals-inbox-told").textContent;
    $("#evals-inbox-title").textContent = found.n ? say("From readers ({n})", { n: found.n }) : say("Nothing waits from readers");
    $("#evals-waiting").replaceChildren(...found.waiting.map(waitingRow));
  }

  function waitingRow(one) {
    const item = make("li");
    const button = make("button", "evals-case");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.append(make("span", "evals-verdict", one.verdict === "right" ? say("called right") : say("called wrong")), make("span", "evals-question", one.question), make("span", "evals-id", spellDay(one.at)));
    const body = make("div", "evals-body");
    body.hidden = true;
    for (const turn of one.turns) body.append(make("p", "status", turn.content));
    body.append(make("p", "", one.answer));
    const gold = make("div", "evals-gold");
    gold.append(make("h3", "", say("Cited")), ...one.quotes.map((text) => make("p", "", text)));
    if (one.quotes.length) body.append(gold);
    for (const [what, label, kind] of [["draft", say("Keep as a draft"), "evals-button"], ["drop", say("Drop"), "quiet"]]) {
      const press = make("button", kind, label);
      press.type = "button";
      press.addEventListener("click", async () => {
        press.disabled = true;
        try {
          $("#evals-inbox-told").textContent = (await post("inbox", { id: one.id, at: one.at, what })).told;
          await showInbox();
        } catch (error) {
          press.disabled = false;
          $("#evals-inbox-told").textContent = error.message;
        }
      });
      body.append(press, " ");
    }
    button.addEventListener("click", () => {
      body.hidden = !body.hidden;
      button.setAttribute("aria-expanded", String(!body.hidden));
    });
    item.append(button, body);
    return item;
  }

  $("#evals-run").addEventListener("click", async () => {
    complain("");
    try {
      await post("start", { name: $("#evals-set").value });
    } catch (error) {
      complain(error.message);
    }
    refresh();
  });
  $("#evals-stop").addEventListener("click", async () => {
    $("#evals-stop").disabled = true;
    await post("stop").catch((error) => complain(error.message));
    $("#evals-stop").disabled = false;
    refresh();
  });
  $("#evals-which").addEventListener("change", () => show($("#evals-which").value));
  addEventListener("byline-section", (event) => { if (event.detail === "evals") { refresh(); showInbox(); } });
  if (!$("#tab-evals").hidden) { refresh(); showInbox(); }
})();
