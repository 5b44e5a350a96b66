// What the page's scripts say, in the language that the page is in: its catalogue stands in the head, English needs none.
// Messages are written in English where they are made: say("{n} of {m}", { n, m }), sayN("{n} day", "{n} days", n).
"use strict";
window.bylineWords = (() => {
  const node = document.getElementById("words");
  const catalogue = node ? JSON.parse(node.textContent) : {};
  const language = document.documentElement.lang || "en";
  const number = (n) => n.toLocaleString(language);
  const fill = (text, inside) => text.replace(/\{(\w+)\}/g, (all, name) => (!(name in inside) ? all : typeof inside[name] === "number" ? number(inside[name]) : String(inside[name])));

  function say(english, inside = {}) {
    return fill(Object.hasOwn(catalogue, english) ? catalogue[english][0] : english, inside);
  }

  function sayN(one, many, n, inside = {}) {
    const [single, plural] = Object.hasOwn(catalogue, one) ? catalogue[one] : [one, many];
    return fill(n === 1 ? single : plural, { n, ...inside });
  }

  return { say, sayN, number, language };
})();
