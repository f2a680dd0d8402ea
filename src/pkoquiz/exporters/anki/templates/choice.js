// Shuffles the options, lets the learner choose, and shows the same order and the choice on the back.
// The order is stored in sessionStorage, which survives AnkiDroid's new page for the back, or else in a
// variable. Without a script the options are in the order of the HTML.
(function () {
  var roots = document.querySelectorAll(".pko[data-id]");
  if (!roots.length) return;
  var back = document.querySelector(".pko-back");
  var key = "pkoquiz:" + roots[0].getAttribute("data-id");

  function recall() {
    try {
      var stored = sessionStorage.getItem(key);
      if (stored) return JSON.parse(stored);
    } catch (ignored) {}
    return (window.pkoquizKept || {})[key];
  }
  function keep(state) {
    (window.pkoquizKept = window.pkoquizKept || {})[key] = state;
    try {
      sessionStorage.setItem(key, JSON.stringify(state));
    } catch (ignored) {}
  }
  function items(list) {
    return Array.prototype.slice.call(list.children);
  }
  function arrange(list, order) {
    var all = items(list);
    if (!order || order.length !== all.length) return;
    var byNumber = Object.create(null);
    all.forEach(function (item) { byNumber[item.getAttribute("data-option")] = item; });
    if (!order.every(function (number) { return byNumber[number]; })) return;
    order.forEach(function (number) { list.appendChild(byNumber[number]); });
  }
  function shuffled(list) {
    var all = items(list);
    var free = all.filter(function (item) { return !item.hasAttribute("data-pin"); });
    if (!list.hasAttribute("data-fixed")) {
      for (var last = free.length - 1; last > 0; last--) {
        var other = Math.floor(Math.random() * (last + 1));
        var item = free[last]; free[last] = free[other]; free[other] = item;
      }
    }
    return all.map(function (item) {
      return (item.hasAttribute("data-pin") ? item : free.shift()).getAttribute("data-option");
    });
  }

  if (back) {
    var state = recall();
    if (!state) return;
    document.querySelectorAll(".pko-back .pko-options").forEach(function (list) {
      arrange(list, state.order);
      items(list).forEach(function (item) {
        if (state.chosen.indexOf(item.getAttribute("data-option")) >= 0) item.classList.add("pko-chosen");
        else if (state.several && state.chosen.length && item.classList.contains("pko-right")) item.classList.add("pko-missed");
      });
    });
    return;
  }

  var list = document.querySelector(".pko-choose .pko-options");
  if (!list) return;
  var several = list.hasAttribute("data-several");
  var state = { order: shuffled(list), chosen: [], several: several };
  arrange(list, state.order);
  keep(state);
  list.setAttribute("role", several ? "group" : "radiogroup");
  items(list).forEach(function (item) {
    item.classList.add("tappable");
    item.setAttribute("role", several ? "checkbox" : "radio");
    item.setAttribute("aria-checked", "false");
    item.setAttribute("tabindex", "0");
    function choose(event) {
      event.stopPropagation();
      var number = item.getAttribute("data-option");
      var wasChosen = state.chosen.indexOf(number) >= 0;
      state.chosen = several ? state.chosen.filter(function (other) { return other !== number; }) : [];
      if (!wasChosen) state.chosen.push(number);
      items(list).forEach(function (option) {
        var isChosen = state.chosen.indexOf(option.getAttribute("data-option")) >= 0;
        option.classList.toggle("pko-chosen", isChosen);
        option.setAttribute("aria-checked", isChosen ? "true" : "false");
      });
      keep(state);
    }
    item.addEventListener("click", choose);
    item.addEventListener("keydown", function (event) {
      // Space and Enter turn the card, so the right arrow key chooses.
      if (event.key === "ArrowRight") { event.preventDefault(); choose(event); }
    });
  });
})();
