// Runs once, when the evidence panel is there: `element` is the panel, `trigger` calls Python,
// `watch` tells when the panel was filled. Articles are never read here, only what we wrote.
const byId = (id) => document.getElementById(id);
const narrow = matchMedia("(max-width: 860px)");
let opened = "";
let state = "";

// The evidence: the focus goes to the passage and, when it is closed, back to the number. Where it
// lies over the page, nothing else can be reached.
const cover = () => {
  const over = narrow.matches && Boolean(element.querySelector(".rag-article"));
  for (const part of ["rag-heading", "rag-talk"]) byId(part).inert = over;
  const panel = byId("rag-evidence");
  panel.setAttribute("role", over ? "dialog" : "region");
  panel.setAttribute("aria-label", "Evidence");
  panel.toggleAttribute("aria-modal", over);
};

const reveal = () => {
  cover();
  const target = element.querySelector("#cited") || element.querySelector(".rag-close");
  target?.scrollIntoView({ block: "center", behavior: "instant" });
  target?.focus({ preventScroll: true });
};

const open = (reference) => {
  hide();
  opened = reference;
  if (element.querySelector(".rag-article")?.dataset.shown === reference) reveal();
  else trigger("select", { reference });
};

const close = () => {
  trigger("clear", {});
  element.querySelector(".rag-article")?.remove();
  cover();
  const link = document.querySelector(`#rag-chat a[href="#${CSS.escape(opened)}"]`);
  (link || document.querySelector("#rag-question textarea"))?.focus();
};

// A preview floats beside its number, under it if there is room; it stays while the pointer is on
// it, and Escape hides it.
let preview = null;
let leaving = 0;

const hide = () => {
  clearTimeout(leaving);
  if (preview) preview.hidden = true;
  preview = null;
};

const show = (link) => {
  const next = byId(`preview-${link.getAttribute("href").slice(1)}`);
  clearTimeout(leaving);
  if (next === preview) return;
  hide();
  if (!next) return;
  preview = next;
  preview.hidden = false;
  const at = link.getBoundingClientRect();
  const below = at.bottom + 6 + preview.offsetHeight <= innerHeight;
  const top = below ? at.bottom + 6 : Math.max(6, at.top - 6 - preview.offsetHeight);
  const left = Math.max(8, Math.min(at.left, innerWidth - preview.offsetWidth - 8));
  Object.assign(preview.style, { top: `${top}px`, left: `${left}px` });
};

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const link = event.target.closest?.("#rag-chat a.rag-cite");
  if (link) show(link);
  else if (event.target.closest?.(".rag-preview")) clearTimeout(leaving);
  else if (preview) leaving = setTimeout(hide, 200);
});
document.addEventListener("focusin", (event) => {
  const link = event.target.closest?.("#rag-chat a.rag-cite");
  if (link?.matches(":focus-visible")) show(link);
  else hide();
});

// A screen reader is told what the eye sees.
const tell = (words) => {
  byId("rag-status").textContent = words;
};

const copy = async (button) => {
  const given = button.dataset.copy;
  const text = "address" in button.dataset ? new URL(given, location.href).href : given;
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else {
    // Without HTTPS, and not on this machine itself: the older way.
    const field = Object.assign(document.createElement("textarea"), { value: text });
    button.after(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
  }
  button.dataset.copied = "";
  setTimeout(() => delete button.dataset.copied, 2000);
  tell(`Copied as ${button.textContent}`);
};

// Texts that are edited in place.
const edit = (button, shown) => {
  const form = byId(button.dataset.edit);
  form.hidden = !shown;
  button.setAttribute("aria-expanded", shown);
  if (shown) {
    form.elements.text.select();
    form.scrollIntoView({ block: "nearest" });
  } else button.focus();
};
const stopEditing = (form) => edit(document.querySelector(`[data-edit="${form.id}"]`), false);

const ACTIONS = {
  cite: (chosen) => open(chosen.dataset.cite),
  close,
  copy,
  edit: (chosen) => edit(chosen, byId(chosen.dataset.edit).hidden),
  cancel: (chosen) => stopEditing(chosen.form),
  ask: ({ dataset }) => trigger("submit", { ask: dataset.ask }),
  link: (chosen) => trigger("submit", { link: chosen.dataset.link }),
  judge: ({ dataset }) => trigger("like", { turn: +dataset.judge, verdict: dataset.verdict }),
};

document.addEventListener("click", (event) => {
  const number = event.target.closest?.("#rag-chat a.rag-cite");
  if (number) {
    event.preventDefault();
    return open(number.getAttribute("href").slice(1));
  }
  const chosen = event.target.closest?.("#rag-chat button, #rag-evidence button");
  const action = Object.keys(ACTIONS).find((name) => chosen && name in chosen.dataset);
  if (action) ACTIONS[action](chosen);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form.rag-edit");
  if (!form) return;
  event.preventDefault();
  trigger("submit", { link: form.dataset.link, text: form.elements.text.value });
  form.hidden = true;
  document.querySelector("#rag-question textarea")?.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const form = event.target.closest?.("form.rag-edit");
  const menu = event.target.closest?.("details.rag-menu[open]");
  if (preview) hide();
  else if (form) stopEditing(form);
  else if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (element.querySelector(".rag-article")) close();
});

watch("value", reveal);
narrow.addEventListener("change", cover);
cover();

// A new answer is read from its question down, not from its end; while more is read, the page stays
// where the reader moved it. Where the button that asked for it
// is gone, the focus goes to the question.
const settle = () => {
  const all = document.querySelectorAll("#rag-chat .rag-turn, #rag-chat .rag-notice");
  const last = all[all.length - 1];
  const now = `${all.length} ${last?.querySelector(".rag-answer") ? "answered" : ""}`;
  if (last && now !== state) last.scrollIntoView({ block: "start" });
  if (last && document.activeElement === document.body) {
    last.querySelector(".rag-question")?.focus({ preventScroll: true });
  }
  state = now;
};
new MutationObserver(settle).observe(byId("rag-chat"), { childList: true, subtree: true });
