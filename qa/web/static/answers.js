// Answers that a language model writes: who answers, Stop, asking again and editing. Loaded before script.js asks it.
"use strict";
window.bylineAnswers = (() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const { say } = window.bylineWords;
  const STORED = "byline-answerer";
  const opened = new Set(); // built-in answers that the reader unfolded: a page that grows must not fold them again
  let answerers = [];
  let lastHeld = null;
  let anytime = ""; // the question that its dates were taken from, until it is sent

  function setBox(id, value) {
    const box = $(`#${id} textarea, #${id} input`);
    if (!box || box.value === value) return;
    box.value = value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function chosen() {
    let name = "";
    try {
      name = localStorage.getItem(STORED) ?? "";
    } catch {
      // No storage: the usual one answers.
    }
    return answerers.find((one) => one.name === name) ?? answerers[0];
  }

  // What a question's "yesterday" counts from is the reader's own day.
  function clock() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
    return anytime ? `${zone} ${anytime}` : zone;
  }

  function choose(name) {
    try {
      localStorage.setItem(STORED, name);
    } catch {
      // It holds until the page is left.
    }
    setBox("chosen", name);
  }

  // What the head of the page says: who answers, chosen where there is a choice, and where questions go.
  function facts(held) {
    lastHeld = held;
    answerers = held.answerers ?? [{ name: held.answerer, host: null }];
    const one = chosen();
    setBox("chosen", one.name);
    const goes = one.host ? say("questions and passages go to {host}", one) : say("nothing leaves this machine");
    showChoice(one);
    return [say(one.name), goes]; // the built-in one has a name of ours
  }

  function showChoice(one) {
    $("#answerers")?.remove();
    if (answerers.length < 2) return;
    const select = document.createElement("select");
    select.id = "answerers";
    select.setAttribute("aria-label", say("Who answers"));
    for (const { name, host } of answerers) {
      const option = document.createElement("option");
      option.value = name;
      option.textContent = host ? say("{name}, by {host}", { name, host }) : say(name);
      option.selected = name === one.name;
      select.append(option);
    }
    select.addEventListener("change", () => {
      choose(select.value);
      const spans = document.querySelectorAll("#standing span");
      const [name, goes] = facts(lastHeld);
      if (spans.length > 1) [spans[0].textContent, spans[1].textContent] = [name, goes];
    });
    $("#standing").after(select);
  }

  function send(question, replacing, any = false) {
    anytime = any ? question : "";
    setBox("clock", clock());
    setBox("chosen", chosen()?.name ?? "");
    setBox("replacing", replacing ? "yes" : "");
    setBox("question", question);
    requestAnimationFrame(() => setTimeout(() => $("#send").click()));
  }

  function editLast(question) {
    setBox("question", question);
    setBox("replacing", "yes");
    $("#composer").dataset.note = say("Sending replaces the last answer. Esc to leave it.");
    document.body.classList.add("editing");
    const box = $("#question textarea");
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    box.scrollIntoView({ block: "nearest" });
  }

  function stopEditing() {
    document.body.classList.remove("editing");
    setBox("replacing", "");
  }

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    if (on(".stop")) {
      on(".stop").disabled = true;
      fetch(`/byline/stop?${new URLSearchParams({ key: on(".stop").dataset.stop })}`, { method: "POST" });
    } else if (on(".retry")) send(on(".retry").dataset.ask, true);
    else if (on(".anytime")) send(on(".anytime").dataset.ask, on(".exchange") === [...document.querySelectorAll("#ask .exchange")].pop(), true);
    else if (on(".edit")) editLast(on(".edit").dataset.ask);
    else if (on(".built-in > summary")) {
      const details = on(".built-in");
      opened[details.open ? "delete" : "add"](details.id);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("editing")) stopEditing();
  });

  // Each showing of a growing answer is new markup: unfold again what was unfolded, and end editing once it is sent.
  new MutationObserver(() => {
    for (const id of opened) {
      const details = document.getElementById(id);
      if (details && !details.open) details.open = true;
    }
    if ($('#now .exchange[data-done="false"]')) {
      document.body.classList.remove("editing");
      setBox("replacing", "");
      anytime = "";
    }
    setBox("clock", clock());
    if (lastHeld) setBox("chosen", chosen()?.name ?? "");
  }).observe(document.body, { childList: true, subtree: true });

  return { facts };
})();
