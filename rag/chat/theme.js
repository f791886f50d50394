// Runs once, when the switch is there. Light or dark: as the reader chose here, else as the system
// has it; so with the size of the text.
const KEY = "rag-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

const apply = () => {
  const chosen = localStorage.getItem(KEY);
  document.body.classList.toggle("dark", chosen ? chosen === "dark" : system.matches);
  document.documentElement.style.fontSize = localStorage.getItem("rag-size") ?? "";
};

// A choice that is the system's own is not kept: from then on the system is followed.
element.querySelector("button").addEventListener("click", () => {
  const dark = !document.body.classList.contains("dark");
  if (dark === system.matches) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, dark ? "dark" : "light");
  apply();
});

// The page sets the system's theme when it is ready, and whenever the system changes.
new MutationObserver(apply).observe(document.body, { attributeFilter: ["class"] });
window.addEventListener("rag-settings", apply);
apply();
