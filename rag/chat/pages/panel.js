// Runs once, when the panel is there: `element` is the panel, `trigger` calls Python, `watch` tells
// when the panel was filled.
let opener = null;

const reveal = () => {
  const target = element.querySelector("#cited") || element.querySelector(".rag-close");
  target?.scrollIntoView({ block: "center", behavior: "instant" });
  target?.focus({ preventScroll: true });
};

const close = () => {
  trigger("clear", {});
  opener?.focus();
};

document.addEventListener("click", (event) => {
  const chosen = event.target.closest?.("[data-open], [data-close]");
  // With a key held down the link leads to a tab of its own, as any other does.
  if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if ("close" in chosen.dataset) return close();
  opener = chosen;
  const id = chosen.dataset.open;
  if (element.querySelector(".rag-article")?.dataset.shown === id) reveal();
  else trigger("select", { id, session: sessionStorage.getItem("rag-session") ?? "" });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && element.querySelector(".rag-close")) close();
});

watch("value", () => element.querySelector(".rag-article") && reveal());
