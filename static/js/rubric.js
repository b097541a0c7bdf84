// The editor without this module is a plain form whose buttons ask the server. With it: the same buttons change the
// page at once, what was removed can be put back, and the highest sum is counted while one types.
const form = document.querySelector("#rubric-form");
const criteria = document.querySelector("#criteria");
const blank = document.querySelector("#blank");
const removed = document.querySelector("#removed");
const most = { criterion: Number(form.dataset.mostCriteria), level: Number(form.dataset.mostLevels) };
let isDirty = document.querySelector("#faults, .alert-info") !== null;
let isLeaving = false;

// Full-width digits, and a decimal comma, as the server reads them.
function numberIn(text) {
  const plain = text.normalize("NFKC").trim().replace(",", ".");
  return plain === "" ? NaN : Number(plain);
}

const spelled = (number) => Number(number.toFixed(3)).toLocaleString(document.documentElement.lang);

// What a criterion can bring: its best level × its weight; NaN while one of the two is missing.
function worthOf(criterion) {
  const weight = numberIn(criterion.querySelector("[name$='-weight']").value);
  const points = [...criterion.querySelectorAll("[name$='-points']")].map((field) => numberIn(field.value));
  const best = Math.max(...points.filter((one) => !Number.isNaN(one)));
  return Number.isFinite(best) ? { best, weight, worth: best * weight } : { worth: NaN };
}

function count() {
  const worths = [...criteria.children].map((criterion) => ({ criterion, ...worthOf(criterion) }));
  const sum = worths.reduce((soFar, one) => soFar + one.worth, 0);
  const points = Number(form.dataset.points ?? NaN);
  for (const { criterion, best, weight, worth } of worths) {
    const part = criterion.querySelector("[data-worth]");
    const share = sum > 0 ? ` → ${spelled((points * worth) / sum)} / ${spelled(points)}` : "";
    part.hidden = Number.isNaN(worth);
    const product = part.hidden ? "" : `${spelled(best)} × ${spelled(weight)} = ${spelled(worth)}`;
    part.querySelector("output").value = product + (Number.isNaN(points) ? "" : share);
  }
  document.querySelector("#total-sum").value = Number.isFinite(sum) ? spelled(sum) : "–";
  document.querySelector("#total").hidden = false;
}

function renumber() {
  [...criteria.children].forEach((criterion, at) => {
    criterion.querySelector("[data-number]").textContent = at + 1;
    [...criterion.querySelectorAll("[data-level]")].forEach((level, place) => {
      level.setAttribute("aria-label", `${level.dataset.label} ${place + 1}`);
    });
  });
  isDirty = true;
  count();
}

const numberOf = (name) => Number(name.match(/[0-9]+$/)[0]);
const after = (parts) => Math.max(-1, ...[...parts].map((part) => numberOf(part.id))) + 1;

// A copy of a pattern under another name, in everything that carries it.
function copied(pattern, from, to) {
  const part = pattern.cloneNode(true);
  for (const one of [part, ...part.querySelectorAll("*")]) {
    for (const { name, value } of [...one.attributes]) {
      if (value.includes(from)) one.setAttribute(name, value.replaceAll(from, to));
    }
  }
  return part;
}

function addCriterion() {
  const part = copied(blank.content.querySelector("[data-criterion]"), "c-new", `c-${after(criteria.children)}`);
  criteria.append(part);
  return part.querySelector("[name$='-title']");
}

function addLevel(criterion) {
  const levels = criterion.querySelector("[data-levels]");
  const name = `${criterion.id}-l-${after(levels.children)}`;
  const part = copied(blank.content.querySelector("[data-level]"), "c-new-l-0", name);
  levels.append(part);
  return part.querySelector("[name$='-points']");
}

function remove(part) {
  const [parent, next] = [part.parentElement, part.nextElementSibling];
  const name = part.querySelector("[name$='-title'], [name$='-label']").value;
  const title = name || part.getAttribute("aria-label") || part.querySelector("legend").textContent;
  part.remove();
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "btn btn-sm btn-outline-secondary";
  undo.textContent = removed.dataset.undo;
  undo.addEventListener("click", () => {
    parent.insertBefore(part, next?.parentElement === parent ? next : null);
    removed.replaceChildren();
    renumber();
    part.querySelector("input:not([type=hidden])").focus();
  });
  removed.replaceChildren(`${removed.dataset.text.replace("{}", () => title)} `, undo);
  return undo;
}

// Returns what to go on with, or null where the server has to answer.
function changed(button) {
  const [, verb, place] = button.value.match(/^(add|up|down|remove)(?:-(.+))?$/) ?? [];
  if (!verb) return null;
  if (!place) return criteria.children.length < most.criterion ? addCriterion() : null;
  const part = document.getElementById(place);
  if (verb === "add") {
    return part.querySelectorAll("[data-level]").length < most.level ? addLevel(part) : null;
  }
  if (verb === "remove") return remove(part);
  const other = verb === "up" ? part.previousElementSibling : part.nextElementSibling;
  if (other) part.parentElement.insertBefore(verb === "up" ? part : other, verb === "up" ? other : part);
  return button;
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=do]");
  const goOn = button && changed(button);
  if (!goOn) return;
  event.preventDefault();
  renumber();
  goOn.focus();
});

form.addEventListener("input", () => {
  isDirty = true;
  count();
});

// Enter in a field saves nothing: a rubric is saved by its button.
form.addEventListener("submit", (event) => {
  if (event.submitter?.value === "keep") event.preventDefault();
  else isLeaving = true;
});

// Another form of the page, such as the language, leaves when what was typed is kept.
for (const one of document.forms) {
  if (one === form) continue;
  one.addEventListener("submit", async (event) => {
    if (!isDirty || isLeaving) return;
    event.preventDefault();
    await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => null);
    isLeaving = true;
    one.requestSubmit(event.submitter);
  });
}

document.querySelectorAll("a[href*='as-it-is']").forEach((link) => link.addEventListener("click", () => (isLeaving = true)));
addEventListener("beforeunload", (event) => isDirty && !isLeaving && event.preventDefault());
addEventListener("pageshow", (event) => event.persisted && (isLeaving = false));
count();
