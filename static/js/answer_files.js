// Files go up as soon as they are chosen, with their progress; whatever is wrong with one is said beside its question.
import { token } from "./answer_token.js";

function upload(part, field, file) {
  const progress = part.querySelector("[data-progress]");
  return new Promise((resolve) => {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", token());
    data.append(field.name, file);
    const request = new XMLHttpRequest();
    request.open("POST", field.dataset.attach);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = ({ loaded, total }) => {
      const text = `${progress.dataset.sending} ${file.name} ${Math.floor((loaded / total) * 100)} %`;
      if (progress.textContent !== text) progress.textContent = text;
    };
    request.onloadend = () => resolve(judge(part, field, request.responseText, request.responseURL));
    request.send(data);
  });
}

// Return the sentence that says what is wrong; none where the list came back.
function judge(part, field, text, address) {
  let told = null;
  try {
    told = JSON.parse(text);
  } catch {}
  if (told?.files !== undefined) {
    part.querySelector("[data-list]").innerHTML = told.files;
    part.dispatchEvent(new CustomEvent("files-changed", { bubbles: true, detail: told }));
    return "";
  }
  const isElsewhere = address && !address.endsWith(field.dataset.attach) && !address.includes("/attachments/");
  return told?.message ?? (isElsewhere ? field.dataset.signedOut : field.dataset.failed);
}

function say(part, sentences, done) {
  const said = part.closest("[data-question]").querySelector("[data-said]");
  said.textContent = sentences.join(" ");
  said.hidden = !sentences.length;
  part.querySelector("[data-progress]").textContent = sentences.length ? "" : done;
}

async function send(part, field) {
  const sentences = [];
  const chosen = [...field.files];
  field.value = "";
  for (const file of chosen) {
    const isTooLarge = file.size > Number(field.dataset.largest);
    const sentence = isTooLarge ? field.dataset.tooLarge : await upload(part, field, file);
    if (sentence) sentences.push(`${file.name}: ${sentence}`);
  }
  if (chosen.length) say(part, sentences, part.querySelector("[data-progress]").dataset.done);
}

async function remove(part, field, button) {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", token());
  const headers = { Accept: "application/json" };
  const answer = await fetch(button.dataset.remove, { method: "POST", body: data, headers }).catch(() => null);
  const sentence = judge(part, field, (await answer?.text()) ?? "", answer?.url);
  say(part, sentence ? [sentence] : [], part.querySelector("[data-progress]").dataset.gone);
  if (!sentence) field.focus();
}

for (const part of document.querySelectorAll("[data-files]")) {
  const field = part.querySelector("[type=file]");
  if (!field.dataset.attach) continue; // the teacher's preview
  part.querySelector("[data-upload]").hidden = true;
  field.addEventListener("change", () => send(part, field));
  part.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    remove(part, field, button);
  });
}
