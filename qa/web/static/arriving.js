// What is being added by this reader: a question asked meanwhile waits for it a little, and is never answered without
// it unsaid. Loaded before the scripts that add.
"use strict";
window.bylineArriving = (() => {
  const $ = (selector) => document.querySelector(selector);
  const { say, sayN } = window.bylineWords;
  const PATIENCE = 10_000; // milliseconds, then it is asked of what there is
  const under = new Map(); // what is on its way: how many articles each may bring
  let waiting = 0; // the timer of a question that waits

  const count = () => [...under.values()].reduce((sum, n) => sum + n, 0);

  // So many articles are on their way by this name; none any more with 0.
  function set(name, n) {
    if (n) under.set(name, n);
    else under.delete(name);
    fillIn();
    if (!waiting) return;
    if (count()) tell();
    else send();
  }

  // The server is told with the question, and says so in the answer.
  function fillIn() {
    const box = $("#arriving textarea, #arriving input");
    const words = String(count());
    if (!box || box.value === words) return;
    box.value = words;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function tell() {
    const line = document.createElement("span");
    line.textContent = sayN("{n} article that you added is still being read. Your question waits for it.", "{n} articles that you added are still being read. Your question waits for them.", count());
    const now = document.createElement("button");
    now.type = "button";
    now.textContent = say("Ask now");
    now.addEventListener("click", send);
    $("#waits").replaceChildren(line, " ", now);
    $("#waits").hidden = false;
  }

  function leave() {
    clearTimeout(waiting);
    waiting = 0;
    if ($("#waits")) $("#waits").hidden = true;
  }

  let passing = false;
  function send() {
    leave();
    fillIn();
    requestAnimationFrame(() => setTimeout(() => {
      passing = true;
      $("#send").click();
      passing = false;
    }));
  }

  // Before Gradio's own listeners, which send it.
  function hold(event) {
    if (passing || !count() || !$("#question textarea")?.value.trim()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (waiting) return;
    waiting = setTimeout(send, PATIENCE);
    tell();
  }

  addEventListener("click", (event) => { if (event.target.closest?.("#send")) hold(event); }, true);
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.closest?.("#question")) hold(event);
  }, true);
  addEventListener("input", (event) => { if (waiting && event.target.closest?.("#question")) leave(); });

  return { set, leave };
})();
