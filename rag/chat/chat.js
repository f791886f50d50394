// Runs once, when the evidence panel is there: `element` is the panel, `trigger` calls Python,
// `watch` tells when the panel was filled. Articles are never read here, only links of our own.
let opened = "";
let shown = "";

const reveal = () => {
  const target = element.querySelector("#cited") || element.querySelector(".rag-close");
  target?.scrollIntoView({ block: "center", behavior: "instant" });
  target?.focus({ preventScroll: true });
};

const open = (reference) => {
  opened = reference;
  if (element.querySelector(".rag-article")?.dataset.shown === reference) reveal();
  else trigger("select", { reference });
};

const close = () => {
  trigger("clear", {});
  const link = document.querySelector(`#rag-chat a[href="#${CSS.escape(opened)}"]`);
  (link || document.querySelector("#rag-question textarea"))?.focus();
};

document.addEventListener("click", (event) => {
  const chosen = event.target.closest?.(
    "#rag-chat a[href^='#'], #rag-evidence [data-cite], #rag-evidence [data-close]",
  );
  if (!chosen) return;
  event.preventDefault();
  if ("close" in chosen.dataset) return close();
  const name = chosen.dataset.cite || chosen.getAttribute("href").slice(1);
  if (name.startsWith("cite-")) open(name);
  else trigger("submit", { link: name });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && element.querySelector(".rag-article")) close();
});

watch("value", reveal);

// The chat labels every message with its own source text, markup and all; a screen reader should
// hear the message. And a new answer is read from its question down, not from its end.
const settle = () => {
  const chat = document.querySelector("#rag-chat");
  chat?.querySelectorAll("[data-testid][aria-label]").forEach((message) => {
    message.removeAttribute("aria-label");
  });
  const rows = chat?.querySelectorAll(".user-row, .bot-row:has(.rag-notice)") ?? [];
  const state = `${rows.length} ${chat?.querySelector(".rag-pending") ? "pending" : ""}`;
  if (rows.length && state !== shown) rows[rows.length - 1].scrollIntoView({ block: "start" });
  shown = state;
};
new MutationObserver(settle).observe(document.body, { childList: true, subtree: true });
