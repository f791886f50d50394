// Runs once, when the forms are there: files go to Python in parts, then what is written in a form.
// A token that only this tab knows says whose files they are.
const PART = 600_000;

const token = () => {
  const known = sessionStorage.getItem("rag-session");
  if (known) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const made = Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem("rag-session", made);
  return made;
};

const encode = (blob) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });

// What is refused is told by the report.
const send = async (file, tell) => {
  for (let at = 0; at === 0 || at < file.size; at += PART) {
    tell(`Sending ${file.name}: ${Math.round((100 * at) / (file.size || 1))} %`);
    const data = await encode(file.slice(at, at + PART));
    const part = { session: token(), name: file.name, first: at === 0, data };
    if (!(await server.receive(part))) return;
  }
};

element.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const sent = { form: form.dataset.form, session: token() };
  const files = form.querySelector("[type=file]");
  const status = form.querySelector("[role=status]");
  for (const [name, value] of new FormData(form, event.submitter)) {
    if (!(value instanceof File)) sent[name] = value;
  }
  for (const file of files?.files ?? []) await send(file, (said) => (status.textContent = said));
  if (files) {
    status.textContent = "";
    form.reset();
  }
  trigger("submit", sent);
});
