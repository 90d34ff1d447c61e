"use strict";
document.documentElement.classList.add("live");
const search = document.querySelector("input[type=search]");
const chips = [...document.querySelectorAll(".chips button")];
const articles = [...document.querySelectorAll("article")];
const shown = document.getElementById("shown");
const nothing = document.getElementById("nothing");

function isWanted(article, words, pressed) {
  const levels = pressed.filter((name) => name !== "bypassed");
  return (
    words.every((word) => article.dataset.words.includes(word)) &&
    (levels.length === 0 || levels.includes(article.dataset.confidence)) &&
    (!pressed.includes("bypassed") || article.dataset.around !== "0")
  );
}

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const pressed = chips.filter((chip) => chip.ariaPressed === "true").map((chip) => chip.value);
  let count = 0;
  for (const article of articles) {
    const wanted = isWanted(article, words, pressed);
    article.hidden = !wanted;
    document.querySelector(`nav a[href="#${article.id}"]`).parentElement.hidden = !wanted;
    count += wanted;
  }
  shown.textContent = count === articles.length ? "" : `${count} shown`;
  nothing.hidden = count > 0;
}

if (search) {
  search.addEventListener("input", filter);
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.ariaPressed = chip.ariaPressed === "true" ? "false" : "true";
      filter();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    }
  });
}

for (const article of articles) {
  article.querySelector("svg").addEventListener("click", (event) => {
    if (event.target.closest(".user")) article.querySelector("details").open = true;
  });
}
