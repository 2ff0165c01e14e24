// Choosing many: one box for all, shift-click for a stretch, and how many are chosen.
const form = document.getElementById("queue");

function watch() {
  const boxes = [...form.querySelectorAll("input[name=item]")];
  const all = document.getElementById("select-all");
  const buttons = [...form.querySelectorAll("button[name=action]")];
  let last = -1;

  function show() {
    const count = boxes.filter((box) => box.checked).length;
    document.getElementById("picked").textContent = `${count} / ${boxes.length}`;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    for (const button of buttons) button.disabled = count === 0;
  }

  function chooseStretch(event) {
    const here = boxes.indexOf(event.target);
    if (event.shiftKey && last >= 0) {
      const [from, to] = [Math.min(last, here), Math.max(last, here)];
      for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
    }
    last = here;
    show();
  }

  for (const box of boxes) box.addEventListener("click", chooseStretch);
  all.addEventListener("click", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  all.closest("label").hidden = false;
  show();
}

document.getElementById("results")?.focus();
if (document.getElementById("select-all")) watch();
