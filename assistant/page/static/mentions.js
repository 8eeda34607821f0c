// Completion of @name in the question: the collections and tags that the library pane lists.
(() => {
  const one = (selector) => document.querySelector(selector);
  const box = () => one("#question textarea");
  const TYPED = /(^|\s)@([^@\n]*)$/;

  // What stands before the caret from the last @ on, if a name may be meant by it.
  function typed() {
    const found = TYPED.exec(box().value.slice(0, box().selectionStart));
    return found && found[2];
  }

  function names(start) {
    const wanted = start.toLowerCase();
    return [...document.querySelectorAll("#labels li .title")]
      .map((title) => title.textContent)
      .filter((name) => name.replace(/^#/, "").toLowerCase().startsWith(wanted));
  }

  function close() {
    one("#mentions")?.remove();
    box().removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    const caret = box().selectionStart;
    const before = box().value.slice(0, caret).replace(TYPED, `$1@${option.dataset.name.replaceAll("$", "$$$$")} `);
    box().value = before + box().value.slice(caret).trimStart();
    box().setSelectionRange(before.length, before.length);
    box().dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  function mark(option) {
    one("#mentions [aria-selected=true]")?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    box().setAttribute("aria-activedescendant", option.id);
  }

  function show(start) {
    const found = start === null ? [] : names(start);
    close();
    if (!found.length) return;
    const list = document.createElement("ul");
    list.id = "mentions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Collections and tags");
    found.forEach((name, number) => {
      const option = document.createElement("li");
      option.id = `mention-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.name = name.replace(/^#/, "");
      option.textContent = name;
      // Before the box would lose the caret.
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(option);
      });
      list.append(option);
    });
    one("#question-row").append(list);
    mark(list.firstElementChild);
  }

  document.addEventListener("input", (event) => event.target === box() && show(typed()));
  document.addEventListener("focusout", (event) => event.target === box() && close());

  // Before the box hears of it, for which Enter asks.
  function keyed(event) {
    const list = event.target === box() && one("#mentions");
    if (!list || event.isComposing) return;
    const marked = one("#mentions [aria-selected=true]");
    const to = {
      ArrowDown: () => mark(marked.nextElementSibling ?? list.firstElementChild),
      ArrowUp: () => mark(marked.previousElementSibling ?? list.lastElementChild),
      Enter: () => choose(marked),
      Tab: () => choose(marked),
      Escape: close,
    }[event.key];
    if (!to || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    to();
  }
  document.addEventListener("keydown", keyed, true);
})();
