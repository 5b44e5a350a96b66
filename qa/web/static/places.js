// Where a section is scrolled to when it is opened: the chat where it was left, the others at their top.
"use strict";
window.bylinePlaces = (() => {
  // A browser's own place is that of another section, which is as long as its own list is.
  history.scrollRestoration = "manual";
  let chat = 0;

  // Called once the section stands on the page; `left` is the one before it, none on arriving.
  function move(left, place, section) {
    if (left === section || !left) return;
    if (left === "ask") chat = place;
    scrollTo({ top: section === "ask" ? chat : 0, behavior: "instant" });
  }

  return { move };
})();
