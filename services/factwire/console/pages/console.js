// Comfort only, the pages read without it: words and cards light up together, tips stand beside their words, Now is kept
// fresh, commands are copied with one click.
const root = document.documentElement;
root.classList.add("scripted");

// -- an article beside its claims
const lit = (element, on) => element?.classList.toggle("lit", on);
const words = (card) => document.querySelectorAll(`[data-for="${CSS.escape(card.id)}"]`);
const card = (word) => document.getElementById(word.dataset.for);
const panel = document.querySelector(".panel");
const besideText = matchMedia("(min-width: 56.01rem)");

const tip = document.createElement("div");
tip.className = "tip";
tip.id = "tip";
tip.role = "tooltip";
tip.hidden = true;
let explained = null;
let closing = 0;

const explain = (word) => {
  clearTimeout(closing);
  const [head, ...rest] = word.dataset.tip.split("\n");
  const title = document.createElement("b");
  title.textContent = head;
  tip.replaceChildren(title, ...rest.map((line) => Object.assign(document.createElement("span"), { textContent: line })));
  tip.hidden = false;
  explained?.removeAttribute("aria-describedby");
  explained = word;
  word.setAttribute("aria-describedby", "tip");
  const at = word.getBoundingClientRect();
  const left = Math.max(8, Math.min(word.getClientRects()[0].left, root.clientWidth - tip.offsetWidth - 8));
  const below = at.bottom + tip.offsetHeight + 12 < innerHeight;
  tip.style.left = `${left}px`;
  tip.style.top = `${below ? at.bottom + 6 : at.top - tip.offsetHeight - 6}px`;
};
const hush = () => {
  tip.hidden = true;
  explained?.removeAttribute("aria-describedby");
  explained = null;
};
const hushSoon = () => { closing = setTimeout(hush, 120); };

// Scrolls the panel alone: the text stays where the reader is.
const bringIntoPanel = (element) => {
  if (!element || !panel || !besideText.matches) return;
  const [outer, inner] = [panel.getBoundingClientRect(), element.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) panel.scrollBy({ top: inner.top - outer.top - 24 });
};

if (panel) {
  document.querySelector("main").append(tip);
  tip.addEventListener("pointerenter", () => clearTimeout(closing));
  tip.addEventListener("pointerleave", hushSoon);
  addEventListener("scroll", hush, { passive: true });
  addEventListener("keydown", (event) => { if (event.key === "Escape") hush(); });
  for (const entry of document.querySelectorAll(".card, .names li[id]")) {
    for (const [event, on] of [["pointerenter", true], ["pointerleave", false]]) {
      entry.addEventListener(event, () => words(entry).forEach((word) => lit(word, on)));
    }
  }
  for (const word of document.querySelectorAll("[data-for]")) {
    const begin = (event) => {
      if (event.target.closest("[data-for]") !== word) return;
      explain(word);
      lit(card(word), true);
      bringIntoPanel(card(word));
    };
    const end = () => { hushSoon(); lit(card(word), false); };
    word.addEventListener("pointerover", begin);
    word.addEventListener("pointerout", end);
    word.addEventListener("focus", begin);
    word.addEventListener("blur", end);
  }
}

// A permalink names a card; show its words too, where both fit on the screen.
const showTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const mark = document.getElementById(target?.dataset.mark ?? "");
  document.querySelectorAll(".claim.named").forEach((word) => word.classList.remove("named", "lit"));
  mark?.classList.add("named", "lit");
  if (besideText.matches) mark?.scrollIntoView({ block: "center" });
};
addEventListener("hashchange", showTarget);
showTarget();

// -- Now
const board = document.getElementById("board");
const pause = document.getElementById("pause");
if (board && pause) {
  let paused = false;
  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Paused: go on" : "Pause";
  });
  const refresh = async () => {
    if (!paused && !document.hidden && !board.contains(document.activeElement)) {
      try {
        const answer = await fetch(board.dataset.refresh);
        if (answer.ok) {
          const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
          board.replaceChildren(...fresh.body.children);
        }
        board.classList.toggle("stale", !answer.ok);
      } catch {
        board.classList.add("stale");
      }
    }
    setTimeout(refresh, 2500);
  };
  setTimeout(refresh, 2500);
}

// -- addresses that say only what was asked
for (const form of document.querySelectorAll("form[method=get]")) {
  form.addEventListener("submit", () => {
    const empty = [...form.elements].filter((field) => field.name && !field.value);
    empty.forEach((field) => { field.disabled = true; });
    setTimeout(() => empty.forEach((field) => { field.disabled = false; }));
  });
}

// -- copying
for (const button of document.querySelectorAll("[data-copy]")) {
  const name = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = name; }, 2000);
  });
}
