// Offers only the capacities that fit whoever is chosen. Without this script all are offered, and one that does
// not fit is refused with its reason.
const who = document.querySelector("select[name=who]");
const capacity = document.querySelector("select[name=capacity]");

function offerWhatFits() {
  const fitting = who.selectedOptions[0].dataset.capacities.split(" ");
  for (const option of capacity.options) {
    option.hidden = option.disabled = option.value !== "" && !fitting.includes(option.value);
    if (option.disabled && option.selected) capacity.value = "";
  }
}

if (who && capacity) {
  who.addEventListener("change", offerWhatFits);
  offerWhatFits();
}
