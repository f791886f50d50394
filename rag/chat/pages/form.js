// Runs once, when the form is there: what is written in it goes to Python under the fields' names,
// a file as its text. More of a file than is accepted need not be read.
const read = async (value, largest) =>
  value instanceof File ? value.slice(0, Number(largest) + 1).text() : value;

element.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const sent = { form: form.dataset.form };
  for (const [name, value] of new FormData(form, event.submitter)) {
    sent[name] = await read(value, form.dataset.largest);
  }
  trigger("submit", sent);
});
