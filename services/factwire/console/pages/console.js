// Comfort only, the pages read without it: a claim's card and its words light up together.
const lit = (element, on) => element?.classList.toggle("lit", on);
const words = (card) => document.querySelectorAll(`[data-for="${CSS.escape(card.id)}"]`);

for (const card of document.querySelectorAll(".card, .names li")) {
  for (const [event, on] of [["pointerenter", true], ["pointerleave", false]]) {
    card.addEventListener(event, () => words(card).forEach((word) => lit(word, on)));
  }
}
for (const word of document.querySelectorAll("[data-for]")) {
  const card = document.getElementById(word.dataset.for);
  for (const [event, on] of [["pointerenter", true], ["pointerleave", false], ["focus", true], ["blur", false]]) {
    word.addEventListener(event, () => lit(card, on));
  }
}

// A permalink names a card; show its words too, where both fit on the screen.
const besideText = matchMedia("(min-width: 56rem)");
const showTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const mark = document.getElementById(target?.dataset.mark ?? "");
  document.querySelectorAll(".claim.named").forEach((word) => word.classList.remove("named", "lit"));
  mark?.classList.add("named", "lit");
  if (besideText.matches) mark?.scrollIntoView({ block: "center" });
};
addEventListener("hashchange", showTarget);
showTarget();
