"use strict";
(() => {
  const form = document.getElementById("filters");
  const search = document.getElementById("search");
  const count = document.getElementById("count");
  const nothing = document.getElementById("nothing");
  const claims = [...document.querySelectorAll("details.claim")];
  const groups = [...document.querySelectorAll("article.statement, section.paper")].reverse();
  const errata = document.querySelectorAll(".errata li");
  const total = claims.length;
  let texts = null;

  // What is searched: the claim's line and address, and the statement that it belongs to.
  const textOf = (claim) => {
    const statement = claim.closest("article");
    const parts = [decodeURI(claim.id), claim.querySelector("summary").textContent];
    for (const one of statement.querySelectorAll("h3, .said")) parts.push(one.textContent);
    return parts.join(" ").toLowerCase();
  };

  const valueOf = {
    paper: (claim) => [claim.closest("section.paper").dataset.paper],
    kind: (claim) => [claim.dataset.kind],
    verdict: (claim) => claim.dataset.verdict.split(" "),
    strength: (claim) => [claim.dataset.strength],
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && !texts) texts = new Map(claims.map((claim) => [claim, textOf(claim)]));
    const wanted = [...form.querySelectorAll("select")].filter((one) => one.value);
    let shown = 0;
    for (const claim of claims) {
      const fits = wanted.every((one) => valueOf[one.name](claim).includes(one.value))
        && words.every((word) => texts.get(claim).includes(word));
      claim.hidden = !fits;
      shown += fits;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("details.claim:not([hidden])");
    }
    const paper = form.elements.paper.value;
    for (const one of errata) one.hidden = paper !== "" && one.dataset.paper !== paper;
    nothing.hidden = shown > 0;
    count.textContent = `${shown} of ${total} claims`;
  };

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  form.addEventListener("reset", () => setTimeout(filter));

  // To a browser that runs scripts a picture is mere text until its claim is opened: hundreds of
  // them would take longer to read than everything else.
  const reveal = (claim) => {
    const kept = claim.querySelector("figure > noscript");
    if (kept) kept.parentElement.innerHTML = kept.textContent;
  };
  const setOpen = (open) => {
    for (const claim of claims) if (!claim.hidden) claim.open = open;
  };
  for (const claim of claims) {
    claim.addEventListener("toggle", () => { if (claim.open) reveal(claim); });
  }
  const button = document.getElementById("open");
  button.addEventListener("click", () => {
    const open = button.textContent === "Open all";
    setOpen(open);
    button.textContent = open ? "Close all" : "Open all";
  });

  // An address opens its claim, and shows it even if a filter hides it.
  const visit = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = document.getElementById(location.hash.slice(1)) || document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]") || target.hidden) { form.reset(); setTimeout(visit, 50); return; }
    if (target.matches("details")) {
      reveal(target);
      target.open = true;
    }
    // Twice: what was not laid out before changes its height when it comes into view.
    requestAnimationFrame(() => {
      target.scrollIntoView();
      requestAnimationFrame(() => target.scrollIntoView());
    });
    const place = target.matches("details") ? target.querySelector("summary") : target;
    place.focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", visit);
  if (location.hash) visit();

  // Paper shows what is open; who prints has everything open that is not filtered away.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")].filter((one) => !one.closest("[hidden]"));
    for (const one of opened) {
      if (one.matches(".claim")) reveal(one);
      one.open = true;
    }
  });
  window.addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
    opened = [];
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select")) {
      event.preventDefault();
      search.focus();
    }
  });
})();
