// Hashes a chosen or dropped file in the browser and asks only for the verdict, so the file stays at home.
// Where the browser offers no hashing (no secure context), the form uploads the file as it does without scripts.
const form = document.getElementById("file-check");
const input = form.elements.file;
const result = document.getElementById("verdict");

const hexadecimal = (buffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

function show(tone, { detail, hint = "", file = "", url = null }) {
  const box = document.getElementById(`verdict-${tone}`).content.cloneNode(true);
  box.querySelector("[data-detail]").textContent = detail;
  box.querySelector("[data-hint]").textContent = hint;
  box.querySelector("[data-file]").textContent = file;
  if (url && url !== location.pathname) {
    const link = Object.assign(document.createElement("a"), { href: url, textContent: form.dataset.open });
    box.querySelector("[data-hint]").append(" ", link);
  }
  result.replaceChildren(box);
}

async function verdictOf(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  const answer = await fetch(`${form.dataset.hashes}/${hexadecimal(digest)}.json`, { cache: "no-store" });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.json();
}

async function check(file) {
  show("warn", { detail: form.dataset.hashing, file: file.name });
  try {
    const verdict = await verdictOf(file);
    show(verdict.tone, { ...verdict, file: file.name });
  } catch {
    show("bad", { detail: form.dataset.failed, file: file.name });
  }
  result.focus();
}

function checkInTheBrowser() {
  const hint = document.getElementById("file-hint");
  hint.textContent = hint.dataset.local;
  input.addEventListener("change", () => input.files.length && check(input.files[0]));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files.length) check(input.files[0]);
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) check(event.dataTransfer.files[0]);
  });
}

if (window.crypto?.subtle) checkInTheBrowser();
