// The list of chats: a drawer at the left, a sheet on a phone. Titles and links enter the page as textContent.
"use strict";
window.bylineChats = (() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const wide = matchMedia("(min-width: 1024px)");
  const roomy = matchMedia("(min-width: 1500px)"); // room for the drawer and an open article together
  const { say, sayN } = window.bylineWords;
  const UNDO_MS = 7000;
  const drawer = $("#chats");
  let rows = [];
  let total = 0;
  let mayShare = false;
  let ticket = 0;
  let doomed = null; // a chat that is deleted unless its Undo is pressed

  function make(tag, className = "", text = "") {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    if (tag === "button") node.type = "button";
    return node;
  }

  async function post(what, said, keepalive = false) {
    const sent = { method: "POST", keepalive, headers: { "content-type": "application/json" }, body: JSON.stringify(said) };
    const response = await fetch(`/byline/chats/${what}`, sent);
    const told = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(typeof told.detail === "string" ? told.detail : say("It could not be done."));
    return told;
  }

  const current = () => $("#here")?.dataset.chat ?? "";

  // ---- Opening a chat: through a hidden form of the page, which holds what is open ------------------------------

  function open(id) {
    const box = $("#picked textarea, #picked input");
    if (!box) return;
    box.value = id;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(() => setTimeout(() => $("#pick").click()));
    if (id) location.hash = "#ask";
  }

  // A chat that begins with turns said elsewhere, opened; done once it is the one in view.
  async function begin(turns) {
    const { id } = await post("begin", { turns });
    open(id);
    for (let tries = 0; current() !== id; tries += 1) {
      if (tries === 400) throw new Error(say("The chat could not be opened."));
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  let shown = null; // the id of the chat in view
  let touched = "";
  function syncHere() {
    const id = current();
    try {
      if (id) localStorage.setItem("byline-open", "1");
      else if (shown) localStorage.removeItem("byline-open");
    } catch {
      // No storage, nothing to remember.
    }
    const now = $("#here")?.dataset.touched ?? "";
    if (id === shown && now === touched) return;
    touched = now;
    // Another chat than the one in view is shown from its last exchange; the first answer of a new one is in view.
    if (shown !== null && id !== shown && id && !$("#now .exchange")) $("#past .exchange:last-of-type")?.scrollIntoView({ block: "start" });
    shown = id;
    if (!drawer.hidden) load();
  }

  // ---- The list -------------------------------------------------------------------------------------------------

  async function load(more = false) {
    const mine = ++ticket;
    const query = $("#chats-search").value.trim();
    let held;
    try {
      const response = await fetch(`/byline/chats?${new URLSearchParams({ query, offset: more ? rows.length : 0 })}`);
      held = await response.json();
      if (!response.ok) throw new Error(typeof held.detail === "string" ? held.detail : say("The chats could not be read."));
    } catch (error) {
      if (mine === ticket) tell(error.message);
      return;
    }
    if (mine !== ticket) return;
    rows = more ? [...rows, ...held.rows] : held.rows;
    total = held.total;
    mayShare = held.may_share;
    render();
    const left = rows.filter((row) => row.id !== doomed?.id).length;
    if (query) tell(left ? sayN("{n} chat found", "{n} chats found", total) : say("No chat has these words."));
    else tell(left ? "" : say("No chats yet. Ask something: it is kept here, for this browser alone."));
  }

  const tell = (words) => { $("#chats-status").textContent = words; };

  function render() {
    const groups = [];
    for (const row of rows) {
      if (row.id === doomed?.id) continue;
      if (groups.at(-1)?.when !== row.when) groups.push({ when: row.when, rows: [] });
      groups.at(-1).rows.push(row);
    }
    $("#chats-list").replaceChildren(...groups.map(({ when, rows: within }) => {
      const section = make("section");
      const list = make("ul");
      list.append(...within.map(renderRow));
      section.append(make("h3", "", when), list);
      return section;
    }));
    $("#more-chats").hidden = rows.length >= total;
  }

  function renderRow(row) {
    const item = make("li", "chat");
    item.dataset.id = row.id;
    const title = make("button", "chat-open", row.title);
    if (row.id === current()) title.setAttribute("aria-current", "true");
    const more = make("button", "chat-more", "⋯");
    more.setAttribute("aria-expanded", "false");
    more.setAttribute("aria-label", say("What to do with “{title}”", row));
    const line = make("div", "chat-line");
    line.append(title, more);
    item.append(line);
    return item;
  }

  function actionsOf(row) {
    const actions = make("div", "chat-actions");
    const button = (name, words) => {
      const node = make("button", `chat-${name}`, words);
      node.dataset.act = name;
      return node;
    };
    const file = (form, words) => {
      const link = make("a", "", words);
      link.href = `/byline/chats/export?${new URLSearchParams({ id: row.id, form })}`;
      link.setAttribute("download", "");
      return link;
    };
    actions.append(button("rename", say("Rename")), file("markdown", "Markdown"), file("json", "JSON"));
    if (mayShare && !row.brought) actions.append(button("share", row.link ? say("Stop sharing") : say("Share")));
    actions.append(button("delete", say("Delete")));
    if (row.link) {
      const link = make("input", "chat-link");
      link.readOnly = true;
      link.value = new URL(row.link, location.href).href;
      link.setAttribute("aria-label", say("Link to the shared chat"));
      actions.append(link, button("copy-link", say("Copy link")));
    }
    return actions;
  }

  const itemOf = (id) => $$(".chat", drawer).find((item) => item.dataset.id === id);

  function toggleActions(item, on) {
    const row = rows.find((one) => one.id === item.dataset.id);
    for (const other of $$(".chat-actions", drawer)) {
      const of = other.closest(".chat");
      other.remove();
      $(".chat-more", of)?.setAttribute("aria-expanded", "false");
    }
    if (!on || !row) return;
    item.append(actionsOf(row));
    $(".chat-more", item).setAttribute("aria-expanded", "true");
  }

  function rename(item) {
    const row = rows.find((one) => one.id === item.dataset.id);
    const box = make("input", "chat-title");
    box.value = row.title;
    box.maxLength = 120;
    box.setAttribute("aria-label", say("Title of the chat"));
    toggleActions(item, false);
    $(".chat-line", item).replaceChildren(box);
    box.focus();
    box.select();
    let over = false;
    const end = async (save) => {
      if (over) return;
      over = true;
      const title = box.value.trim();
      try {
        if (save && title && title !== row.title) row.title = (await post("rename", { id: row.id, title })).title;
      } catch (error) {
        tell(error.message);
      }
      const fresh = renderRow(row);
      const had = item.contains(document.activeElement) || document.activeElement === document.body;
      item.replaceWith(fresh);
      if (had) $(".chat-open", fresh).focus();
    };
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") end(true);
      if (event.key !== "Escape") return;
      event.stopPropagation();
      end(false);
    });
    box.addEventListener("blur", () => end(true));
  }

  // ---- Deleting, with a moment to think better of it --------------------------------------------------------------

  function doom(item) {
    commit();
    const row = rows.find((one) => one.id === item.dataset.id);
    const next = item.nextElementSibling ?? item.previousElementSibling;
    doomed = { id: row.id, wasOpen: row.id === current(), timer: setTimeout(commit, UNDO_MS) };
    if (doomed.wasOpen) open("");
    render();
    $("#chats-undo span").textContent = say("Deleted “{title}”.", row);
    $("#chats-undo").hidden = false;
    (next?.dataset.id && itemOf(next.dataset.id) ? $(".chat-open", itemOf(next.dataset.id)) : $("#chats-undo button")).focus();
  }

  // Deleted for good, at the latest when the page is left.
  function commit(keepalive = false) {
    if (!doomed) return;
    const { id, timer } = doomed;
    clearTimeout(timer);
    rows = rows.filter((row) => row.id !== id);
    total--;
    doomed = null;
    $("#chats-undo").hidden = true;
    post("delete", { id }, keepalive === true).catch((error) => { tell(error.message); load(); });
  }

  function undo() {
    if (!doomed) return;
    const { id, wasOpen, timer } = doomed;
    clearTimeout(timer);
    doomed = null;
    $("#chats-undo").hidden = true;
    render();
    if (wasOpen) open(id);
    $(".chat-open", itemOf(id))?.focus();
  }

  // ---- The drawer ---------------------------------------------------------------------------------------------

  function show() {
    window.bylineSheet.show(drawer, "listing");
    $(".chats-button").setAttribute("aria-expanded", "true");
    load();
    $("#chats-search").focus({ preventScroll: true });
  }

  function close(giveFocus = true) {
    if (drawer.hidden) return;
    commit();
    window.bylineSheet.hide(drawer, "listing");
    $(".chats-button").setAttribute("aria-expanded", "false");
    if (giveFocus) $(".chats-button").focus();
  }

  async function act(button) {
    const item = button.closest(".chat");
    const row = rows.find((one) => one.id === item.dataset.id);
    if (button.dataset.act === "rename") rename(item);
    else if (button.dataset.act === "delete") doom(item);
    else if (button.dataset.act === "copy-link") {
      await copyText($(".chat-link", item).value);
      button.textContent = say("Copied");
    } else if (button.dataset.act === "share") {
      try {
        row.link = (await post("share", { id: row.id, on: !row.link })).link;
        toggleActions(item, true);
        tell(row.link ? say("Whoever has the link can read this chat.") : say("The link no longer works."));
        ($(".chat-link", item) ?? $(".chat-share", item)).focus();
      } catch (error) {
        tell(error.message);
      }
    }
  }

  async function copyText(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // plain HTTP has no clipboard of its own
      const box = make("textarea");
      box.value = text;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
  }

  // One answer with its footnotes, as text to paste elsewhere.
  async function copyAnswer(button) {
    const exchange = button.closest(".exchange");
    const n = exchange.closest("#now") ? $$("#past .exchange").length + 1 : +exchange.id.slice(1);
    try {
      const response = await fetch(`/byline/chats/export?${new URLSearchParams({ id: current(), n })}`);
      if (!response.ok) throw new Error();
      await copyText(await response.text());
      button.textContent = say("Copied");
    } catch {
      button.textContent = say("It could not be copied");
    }
    setTimeout(() => { button.textContent = say("Copy with sources"); }, 2500);
  }

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    if (on(".chats-button")) {
      if (drawer.hidden) show();
      else close();
    } else if (on(".close-chats")) close();
    else if (on(".chat-open")) {
      open(on(".chat").dataset.id);
      for (const one of $$(".chat-open", drawer)) one.removeAttribute("aria-current");
      on(".chat-open").setAttribute("aria-current", "true");
      if (!wide.matches) close(false);
    } else if (on(".chat-more")) toggleActions(on(".chat"), on(".chat-more").getAttribute("aria-expanded") !== "true");
    else if (on("[data-act]")) act(on("[data-act]"));
    else if (on("#chats-undo button")) undo();
    else if (on("#more-chats")) load(true);
    else if (on(".copy")) copyAnswer(on(".copy"));
    else if (on("#chats .new-chat") && !wide.matches) close(false);
  });
  drawer.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    const opened = $(".chat-more[aria-expanded='true']", drawer);
    if (opened) {
      toggleActions(opened.closest(".chat"), false);
      opened.focus();
    } else close();
  });
  let typing = 0;
  $("#chats-search").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => load(), 120);
  });
  wide.addEventListener("change", () => { if (!drawer.hidden) show(); });
  new MutationObserver(() => {
    if (!drawer.hidden && document.body.classList.contains("reading") && !roomy.matches) close(false);
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  addEventListener("pagehide", () => commit(true));

  new MutationObserver((_, watch) => {
    const past = $("#past");
    if (!past) return;
    watch.disconnect();
    new MutationObserver(syncHere).observe(past, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-chat", "data-touched"] });
    syncHere();
  }).observe(document.body, { childList: true, subtree: true });

  return { open, begin };
})();
