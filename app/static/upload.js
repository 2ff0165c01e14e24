// One request for each chosen file, with its progress and its own answer. Without this script the form
// sends every file at once and the page answers for each.
const form = document.getElementById("upload");
const input = document.getElementById("files");
const drop = document.getElementById("drop");
const list = document.getElementById("chosen");
const send = document.getElementById("send");
const answers = document.getElementById("answers");
const type = document.getElementById("record_type");
const period = document.getElementById("period");
const limit = Number(form.dataset.limitMb) * 1024 * 1024;
const chosen = new Map();
// Names of files that the server answers for at once.
const MOST_ASKED = 100;
let more = null;
const groups = period ? [...period.querySelectorAll("optgroup")] : [];

function showPeriods(keep) {
  const kind = type.selectedOptions[0].dataset.kind;
  const group = groups.find((each) => each.dataset.kind === kind);
  const before = period.value;
  period.replaceChildren(group);
  period.value = keep && [...group.children].some((each) => each.value === before) ? before : group.dataset.expected;
}

function titleOf(name) {
  return name.normalize("NFC").replace(/\.pdf$/i, "").replace(/[_\s]+/g, " ").trim().slice(0, 200);
}

function sizeOf(bytes) {
  const language = document.documentElement.lang;
  const megabytes = bytes / 1024 / 1024;
  if (megabytes < 1) return `${Math.max(1, Math.round(bytes / 1024)).toLocaleString(language)} KB`;
  return `${megabytes.toLocaleString(language, { maximumFractionDigits: 1 })} MB`;
}

function add(file) {
  const row = document.getElementById("chosen-row").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-name]").textContent = file.name;
  row.querySelector("[data-size]").textContent = sizeOf(file.size);
  row.querySelector("[data-title]").value = titleOf(file.name);
  row.querySelector("[data-remove]").addEventListener("click", () => remove(row));
  row.querySelector("[data-slot]")?.addEventListener("change", () => showLesson(row, null));
  list.append(row);
  chosen.set(row, file);
  show();
  return row;
}

// Where each file is for one of many obligations, ask which, and which lesson, by the files' names; the
// person may correct both.
async function place(rows) {
  await offerMore();
  for (let start = 0; start < rows.length; start += MOST_ASKED) {
    await placeSome(rows.slice(start, start + MOST_ASKED));
  }
}

async function placeSome(rows) {
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  for (const row of rows) body.append("name", chosen.get(row)?.name ?? "");
  const answer = await fetch(form.dataset.placeUrl, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return;
  const found = await answer.json();
  rows.forEach((row, number) => {
    const slot = row.querySelector("[data-slot]");
    const option = slot.querySelector(`option[data-id="${found[number].slot}"]`);
    if (!option || slot.value || !chosen.has(row)) return;
    slot.value = option.value;
    showLesson(row, found[number].lesson);
  });
}

// The page itself offers what is most urgent; whatever else is owed in the year comes with the first files.
function offerMore() {
  if (!form.dataset.moreUrl) return null;
  more ??= fetchMore();
  return more;
}

async function fetchMore() {
  const answer = await fetch(form.dataset.moreUrl).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    more = null;
    return;
  }
  const group = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("optgroup");
  const rows = [document.getElementById("chosen-row").content, ...chosen.keys()];
  for (const row of rows) row.querySelector("[data-slot]").append(group.cloneNode(true));
}

function showLesson(row, lesson) {
  row.querySelector("[data-lesson-field]").hidden = !lesson;
  fill(row, [], lesson);
}

function isByLesson() {
  return Boolean(form.dataset.lessonsUrl && "byLesson" in type.selectedOptions[0].dataset);
}

// A period that was asked for in the page's address, or chosen by hand, is kept: no guess moves it.
function isElsewhere(lesson) {
  return Boolean(period && lesson && lesson.period !== period.value);
}

function note(row, name, isShown) {
  const said = row.querySelector(name);
  if (said) said.hidden = !isShown;
}

function choose(row, lesson, isGuess, isHeldBack = false) {
  note(row, "[data-moves]", isElsewhere(lesson));
  note(row, "[data-held-back]", isHeldBack);
  row.querySelector("[data-guess]").hidden = !isGuess;
  const place = row.querySelector("[data-lesson-place]");
  place.textContent = lesson ? lesson.group : "";
  place.hidden = !lesson;
  const title = row.querySelector("[data-title]");
  const isOurs = title.value === (row.dataset.filled ?? titleOf(chosen.get(row).name));
  row.dataset.filled = lesson ? lesson.title : titleOf(chosen.get(row).name);
  if (lesson || isOurs) title.value = row.dataset.filled;
}

// What the select of a row offers: the lessons around the week chosen, and the one the file's name tells.
function fill(row, lessons, guess) {
  const select = row.querySelector("[data-lesson]");
  const known = new Map([...(guess ? [guess] : []), ...lessons].map((each) => [each.id, each]));
  const kept = known.has(select.value) ? select.value : "";
  select.length = 1;
  for (const group of new Set([...known.values()].map((each) => each.group))) {
    const place = document.createElement("optgroup");
    place.label = group;
    const own = [...known.values()].filter((each) => each.group === group);
    place.append(...own.map((each) => new Option(each.title, each.id)));
    select.append(place);
  }
  select.onchange = () => choose(row, known.get(select.value), false);
  const isHeldBack = form.dataset.periodAsked !== undefined && isElsewhere(guess);
  const taken = isHeldBack ? undefined : guess;
  select.value = kept || taken?.id || "";
  if (kept) note(row, "[data-moves]", isElsewhere(known.get(kept)));
  else choose(row, taken, Boolean(taken), isHeldBack);
}

async function offerLessons(rows) {
  for (const row of rows) row.querySelector("[data-lesson-field]").hidden = !isByLesson();
  if (!isByLesson() || !rows.length) return;
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  body.set("period", period.value);
  body.set("school", form.elements.school.value);
  for (const row of rows.slice(0, MOST_ASKED)) body.append("name", chosen.get(row)?.name ?? "");
  const answer = await fetch(form.dataset.lessonsUrl, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return;
  const { lessons, suggested } = await answer.json();
  rows.forEach((row, number) => {
    if (chosen.has(row)) fill(row, lessons, suggested[number]);
  });
}

function addAll(files) {
  const rows = [...files].map(add);
  if (form.dataset.placeUrl) place(rows);
  if (form.dataset.lessonsUrl) offerLessons(rows);
}

function remove(row) {
  chosen.delete(row);
  row.remove();
  show();
  input.focus();
}

function show() {
  document.getElementById("send-count").textContent = chosen.size ? `(${chosen.size})` : "";
  send.disabled = chosen.size === 0;
}

function failed(name, detail, hint) {
  const row = document.getElementById("failed-row").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-name]").textContent = name;
  row.querySelector("[data-detail]").textContent = detail;
  row.querySelector("[data-hint]").textContent = hint;
  return row;
}

function answerIn(request, file) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  if (request.status === 200) return [...page.body.children];
  const said = page.querySelector("main .empty");
  if (!said) return [failed(file.name, form.dataset.noAnswer, form.dataset.noAnswerHint)];
  return [failed(file.name, said.querySelector("h1").textContent, said.querySelector("p").textContent)];
}

function post(body, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Part", "answers");
    request.upload.addEventListener("progress", (event) => {
      progress.value = event.lengthComputable ? (100 * event.loaded) / event.total : 50;
    });
    request.addEventListener("loadend", () => resolve(request));
    request.send(body);
  });
}

async function deliver(row, file) {
  if (file.size > limit) return [failed(file.name, form.dataset.tooLarge, form.dataset.tooLargeHint)];
  const body = new FormData(form);
  body.delete("files");
  const slot = row.querySelector("[data-slot]");
  if (slot && !slot.value) return [failed(file.name, form.dataset.noSlot, form.dataset.noSlotHint)];
  body.set("title", row.querySelector("[data-title]").value);
  if (slot || isByLesson()) body.set("lesson", row.querySelector("[data-lesson]").value);
  for (const [name, value] of Object.entries(slot ? JSON.parse(slot.value) : {})) body.set(name, value);
  body.append("files", file);
  const progress = row.querySelector("progress");
  progress.hidden = false;
  row.querySelector("[data-refused]").hidden = true;
  return answerIn(await post(body, progress), file);
}

async function deliverAll() {
  form.setAttribute("aria-busy", "true");
  send.disabled = true;
  for (const [row, file] of [...chosen]) {
    const said = await deliver(row, file);
    answers.append(...said);
    const isTaken = said.some((each) => each.classList.contains("answer-good"));
    if (isTaken || file.size > limit) {
      chosen.delete(row);
      row.remove();
    } else {
      row.querySelector("progress").hidden = true;
      row.querySelector("[data-refused]").hidden = false;
    }
  }
  form.removeAttribute("aria-busy");
  show();
  answers.scrollIntoView({ block: "start" });
}

input.removeAttribute("required");
input.addEventListener("change", () => {
  addAll(input.files);
  input.value = "";
});
type?.addEventListener("change", () => showPeriods(false));
if (form.dataset.lessonsUrl) {
  form.elements.lesson.disabled = true;
  period.addEventListener("change", () => {
    form.dataset.periodAsked = "";
  });
  for (const each of [type, period]) each.addEventListener("change", () => offerLessons([...chosen.keys()]));
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  answers.replaceChildren();
  deliverAll();
});
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("drop-over");
  });
}
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("drop-over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  addAll(event.dataTransfer.files);
});
window.addEventListener("beforeunload", (event) => {
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
});
document.documentElement.classList.add("scripted");
if (type) showPeriods(true);
show();
