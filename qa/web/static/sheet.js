// A panel beside the page where there is room; a sheet over it, which holds the focus, where there is not.
"use strict";
window.bylineSheet = (() => {
  const wide = matchMedia("(min-width: 1024px)");

  // What a sheet lies over: everything but the panel itself.
  const behind = (panel) => [...document.querySelectorAll(".masthead, gradio-app, .skip, .tab, .reader")].filter((part) => part !== panel);

  // `state` is the class of the body while the panel is shown.
  function show(panel, state) {
    const sheet = !wide.matches;
    panel.hidden = false;
    document.body.classList.add(state);
    panel.setAttribute("role", sheet ? "dialog" : "complementary");
    if (sheet) panel.setAttribute("aria-modal", "true");
    else panel.removeAttribute("aria-modal");
    for (const part of behind(panel)) part.inert = sheet;
  }

  function hide(panel, state) {
    panel.hidden = true;
    document.body.classList.remove(state);
    for (const part of behind(panel)) part.inert = false;
  }

  return { show, hide };
})();
