"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const cases = [...document.querySelectorAll(".case")];
  function filter() {
    const words = $("find").value.toLowerCase().trim();
    const which = $("which").value;
    const tag = $("tag") ? $("tag").value : "";
    let n = 0;
    for (const one of cases) {
      const { kind, failed, tags } = one.dataset;
      const fits = !which || (which === "failed" ? failed === "true" : which === "right" ? failed === "false" : kind.includes(which));
      one.hidden = !(fits && (!tag || tags.split("|").includes(tag)) && (!words || one.dataset.words.includes(words)));
      n += !one.hidden;
    }
    $("count").textContent = `${n} of ${cases.length}`;
  }
  for (const id of ["find", "which", "tag"]) if ($(id)) $(id).addEventListener("input", filter);
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = cases.filter((one) => !one.hidden && !one.open);
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of opened) one.open = false; });
  if (!cases.some((one) => one.dataset.failed === "true")) $("which").value = "";
  filter();
})();
