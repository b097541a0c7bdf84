// Keeps what somebody types into a form of this tab until the form is taken: through a change of the language, a
// session that ended, a lost page. The paper and the desk keep theirs with the server.
const { person, notTaken, signOut, isBack, throwAway, isAnswer } = document.body.dataset;
const OURS = "kept ";
const MOST_ROWS = 60;
const UNKEPT = ["password", "file", "submit", "button", "reset", "image"];
const EXEMPT = "body > header form, #desk, #paper, [data-autosave], [data-draft]";

function all() {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(OURS));
  } catch {
    return []; // a browser that stores nothing
  }
}
const read = (key) => JSON.parse(sessionStorage.getItem(key));
function write(key, entry) {
  try {
    sessionStorage.setItem(key, JSON.stringify(entry));
  } catch {
    // full or forbidden: then nothing is kept
  }
}

// A button may be called "action": the form's own property is then the button.
const addressOf = (form) => new URL(form.getAttribute("action") || location.href, location.href);
const isTick = (field) => field.type === "radio" || field.type === "checkbox";
const valueOf = (field) => (isTick(field) ? field.checked : field.value);

function fieldsOf(form) {
  return [...form.querySelectorAll("input[name], textarea[name], select[name]")].filter(
    (field) => !UNKEPT.includes(field.type) && (field.type !== "hidden" || "keep" in field.dataset),
  );
}
const typedFields = (form) => fieldsOf(form).filter((field) => field.type !== "hidden");

// Forms that go to one address, such as an appeal per criterion, differ in their first field.
function keyOf(form) {
  const [first] = typedFields(form);
  const { pathname, search } = addressOf(form);
  return `${OURS}${person} ${pathname}${search} ${first?.id || first?.name}`;
}

const forms = () =>
  [...document.querySelectorAll("form[method=post]")].filter((form) => !form.matches(EXEMPT) && typedFields(form).length);

// By name, the values of all fields of this name in their order; of a list that takes several, those chosen.
function snapshot(fields) {
  const values = {};
  for (const field of fields) {
    const value = field.type === "select-multiple" ? [...field.selectedOptions].map((one) => one.value) : valueOf(field);
    (values[field.name] ??= []).push(value);
  }
  return values;
}

function put(form, values) {
  const seen = {};
  for (const field of fieldsOf(form)) {
    const place = (seen[field.name] = (seen[field.name] ?? -1) + 1);
    if (!(field.name in values)) continue;
    const value = values[field.name][place];
    if (isTick(field)) field.checked = value ?? false;
    else if (field.type === "select-multiple") {
      for (const option of field.options) option.selected = value?.includes(option.value) ?? false;
    } else field.value = value ?? "";
  }
  form.querySelector("input, textarea, select")?.dispatchEvent(new Event("input", { bubbles: true }));
}

// Rows that were added before are added again, by the form's own buttons; most are there from the start.
function grow(form, values) {
  for (const rows of form.querySelectorAll("[data-rows]")) {
    const button = rows.closest("fieldset")?.querySelector("[data-add]");
    const name = rows.querySelector("[data-row] input:not([type=radio], [type=checkbox])")?.name;
    for (let left = MOST_ROWS; button && name && left > 0; left -= 1) {
      if (rows.querySelectorAll(`[name="${name}"]`).length >= (values[name]?.length ?? 0)) break;
      button.click();
    }
  }
}

function keep(form, state) {
  write(keyOf(form), { state, values: snapshot(fieldsOf(form)) });
}

function putBack(form, key) {
  const { values } = read(key);
  const drawn = snapshot(fieldsOf(form));
  const isSame = typedFields(form).every(({ name }) => !(name in values) || `${values[name]}` === `${drawn[name]}`);
  const isLonger = typedFields(form).some(({ name }) => (values[name]?.length ?? 0) > drawn[name].length);
  if (isSame && !isLonger) return;
  const focused = document.activeElement;
  grow(form, values);
  put(form, values);
  focused?.focus?.();
  const around = form.closest("details");
  if (around) around.open = true;
  const note = document.createElement("p");
  note.className = "alert alert-info d-flex flex-wrap gap-2 align-items-center";
  note.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-outline-secondary";
  button.textContent = throwAway;
  button.addEventListener("click", () => {
    put(form, drawn);
    sessionStorage.removeItem(key);
    note.remove();
    typedFields(form)[0].focus();
  });
  form.before(note);
  note.append(isBack, " ", button);
}

function begin() {
  if (notTaken !== undefined) {
    // The page to sign in, or an error: whatever was on its way was not taken.
    for (const key of all()) write(key, { ...read(key), state: "typed" });
    return;
  }
  const answered = new Set();
  for (const key of all()) {
    const entry = read(key);
    const isOthers = !key.startsWith(`${OURS}${person} `);
    // A form that was taken leads to another page; a page that answers a form itself did not take it.
    if (isOthers || (entry.state === "sent" && isAnswer === undefined)) sessionStorage.removeItem(key);
    else if (entry.state === "sent") {
      answered.add(key);
      write(key, { ...entry, state: "typed" });
    }
  }
  const kept = new Set(all());
  for (const form of forms().filter((one) => kept.has(keyOf(one)))) {
    if (answered.has(keyOf(form))) keep(form, "typed"); // the server has drawn what was sent to it
    else putBack(form, keyOf(form));
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[method=post]");
    if (event.isTrusted && form && forms().includes(form)) keep(form, "typed");
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[method=post]");
    if (event.isTrusted && form && forms().includes(form)) keep(form, "typed");
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "get" && addressOf(form).pathname === signOut) {
      for (const key of all()) sessionStorage.removeItem(key);
    } else if (!event.defaultPrevented && forms().includes(form)) keep(form, "sent");
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("a[data-leaves]")) return;
    for (const form of forms()) sessionStorage.removeItem(keyOf(form));
  });
}

begin();
