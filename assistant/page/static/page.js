// What the page does without asking the server: panes, stepping through citations, copying,
// two-step deletion, renaming, the clock, and the keys. Loaded once, in the page's head.
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const frame = () => one(".gradio-container");

  // -- Citations: the group is the answer (or the cards) that the open one belongs to ----------
  let group = null;
  let at = -1;

  const key = (button) => [button.dataset.document, button.dataset.start, button.dataset.end].join(":");

  function citations(name) {
    const holder = one(`[data-group="${CSS.escape(name)}"]`);
    const seen = new Set();
    return (holder ? all('[data-do="open"]', holder) : []).filter(
      (button) => !seen.has(key(button)) && seen.add(key(button)),
    );
  }

  function place(button) {
    const holder = button.closest("[data-group]");
    if (!holder) {
      group = null;
      return "";
    }
    group = holder.dataset.group;
    const buttons = citations(group);
    at = buttons.findIndex((other) => key(other) === key(button));
    return buttons.length > 1 ? `${at + 1} of ${buttons.length}` : "";
  }

  function markOpen(button) {
    all('[aria-current="location"]').forEach((other) => other.removeAttribute("aria-current"));
    if (button.closest("[data-group]")) button.setAttribute("aria-current", "location");
  }

  function step(by) {
    if (!group) return;
    const buttons = citations(group);
    if (buttons.length) buttons[(at + by + buttons.length) % buttons.length].click();
  }

  function showMark() {
    const pane = one("#source-pane");
    const mark = one("#source mark") || one("#source .page-hit");
    showPane("source");
    if (mark) mark.scrollIntoView({ block: "center" });
    else pane.scrollTop = 0;
  }

  // -- Panes -----------------------------------------------------------------------------------
  function showPane(name) {
    frame().dataset.pane = name;
    all('#switcher [data-do="pane"]').forEach((button) =>
      button.dataset.pane === name
        ? button.setAttribute("aria-current", "true")
        : button.removeAttribute("aria-current"),
    );
  }

  function fold(folded) {
    frame().dataset.library = folded ? "folded" : "open";
    const button = one('[data-do="fold"]');
    if (!button) return;
    button.setAttribute("aria-expanded", String(!folded));
    button.textContent = folded ? "Library" : "Fold";
    localStorage.setItem("citewell.library", frame().dataset.library);
  }

  // -- Buttons that need no server -------------------------------------------------------------
  async function copy(button) {
    const text = button.dataset.text;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea"); // no clipboard without a secure context
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say(button, "Copied");
  }

  // A file is made when it is asked for; where that fails, the reason stands beside its button.
  async function save(button) {
    one(".failure", button.parentElement)?.remove();
    button.disabled = true;
    try {
      const reply = await fetch(button.dataset.place);
      if (!reply.ok) throw new Error((await reply.json()).error);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await reply.blob());
      link.download = button.dataset.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    } catch (error) {
      const told = document.createElement("p");
      told.className = "failure";
      told.setAttribute("role", "alert");
      told.textContent = error.message || "The page does not answer.";
      button.parentElement.append(told);
    }
    button.disabled = false;
  }

  function say(button, words) {
    const label = button.textContent;
    button.textContent = words;
    setTimeout(() => (button.textContent = label), 1500);
  }

  function confirmed(button) {
    if (!button.dataset.confirm || button.classList.contains("armed")) return true;
    const label = button.textContent;
    button.classList.add("armed");
    button.textContent = button.dataset.confirm;
    const disarm = () => {
      button.classList.remove("armed");
      button.textContent = label;
    };
    button.addEventListener("blur", disarm, { once: true });
    return false;
  }

  function rename(button, trigger) {
    const row = button.closest("li");
    const input = document.createElement("input");
    input.value = button.dataset.title;
    input.maxLength = 60;
    input.setAttribute("aria-label", "New name");
    const title = one(".chat-title", row);
    title.hidden = true;
    title.before(input);
    input.focus();
    input.select();
    const close = () => {
      input.removeEventListener("blur", close); // removal itself takes the focus away
      input.remove();
      title.hidden = false;
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        trigger("rename", { chat: button.dataset.chat, title: input.value });
        close();
      }
      if (event.key === "Escape") {
        event.stopPropagation();
        close();
        button.focus();
      }
    });
    input.addEventListener("blur", close);
  }

  const local = {
    step: (button) => step(Number(button.dataset.by)),
    copy,
    save,
    fold: () => fold(frame().dataset.library !== "folded"),
    pane: (button) => showPane(button.dataset.pane),
    calibrate: () => {
      one("#evaluate-tab-button").click();
      setTimeout(() => one("#calibrate").focus(), 100); // once the tab is there
    },
    edit: (button) => {
      const box = one("#question textarea");
      box.value = button.dataset.question;
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.focus();
    },
    rename,
  };

  // -- The delegate of every live component ----------------------------------------------------
  function wire(name, element, trigger, watch, events) {
    element.addEventListener("click", (event) => {
      const target = event.target.closest("[data-do]");
      if (!target || target.type === "checkbox") return;
      act(target, trigger, events);
    });
    element.addEventListener("change", (event) => {
      const { do: name } = event.target.dataset;
      if (event.target.type === "checkbox" && name)
        send(name, { ...event.target.dataset, checked: event.target.checked, ...ticked(event.target) }, trigger);
    });
    let resting;
    element.addEventListener("input", (event) => {
      const form = event.target.closest("[data-changes]");
      if (!form) return;
      clearTimeout(resting);
      resting = setTimeout(() => send(form.dataset.changes, values(form), trigger), TYPED_MS);
    });
    const after = {
      source: showMark,
      "chat-menu": remember,
      current: keepInView,
      history: keepInView,
      documents: settle,
    };
    if (after[name]) watch("value", after[name]);
    return true;
  }

  function act(target, trigger, events) {
    const name = target.dataset.do;
    if (!confirmed(target)) return;
    if (local[name]) return local[name](target, trigger);
    if (!events.includes(name)) return;
    const data = { ...target.dataset, ...fields(target) };
    if (name === "open") {
      data.place = place(target);
      markOpen(target);
    }
    turned ||= name === "leaf";
    if (name === "show" || name === "new") one(".chats")?.removeAttribute("open");
    send(name, data, trigger);
  }

  // What the fields beside a form's button say; a tick is true or false.
  function fields(button) {
    if (!("form" in button.dataset)) return {};
    return values(button.parentElement);
  }

  function values(form) {
    const inputs = all("input, select", form);
    return Object.fromEntries(
      inputs.map((input) => [input.name, input.type === "checkbox" ? input.checked : input.value]),
    );
  }

  // -- The list of documents ---------------------------------------------------------------------
  const TYPED_MS = 120; // of rest, after which what was typed is looked for
  let turned = false;

  // What changes the list or its ticks goes one after the other: each takes up what the one before
  // left. Of what waits, ticks that follow each other are one event, and so with words and pages.
  const ORDERED = ["arrange", "leaf", "tick", "tick_all", "tick_found", "narrow", "remove"];
  const JOINED = ["arrange", "leaf", "tick"];
  const waiting = [];
  let underway = false;

  function send(name, data, trigger) {
    if (!ORDERED.includes(name)) return trigger(name, data);
    const last = waiting.at(-1);
    if (last?.name === name && JOINED.includes(name))
      last.data = { ...data, ticks: { ...last.data.ticks, ...data.ticks } };
    else waiting.push({ name, data, trigger });
    next();
  }

  function next() {
    if (underway || !waiting.length) return;
    underway = true;
    const { name, data, trigger } = waiting.shift();
    trigger(name, data);
  }

  // Python has answered the one that is under way, or failed.
  function answered() {
    underway = false;
    next();
  }

  const ticked = (box) => (box.dataset.do === "tick" ? { ticks: { [box.dataset.document]: box.checked } } : {});

  // A list that was made anew: its ticks are as it says, but for those that wait; another page
  // begins at its top.
  function settle() {
    const clicked = Object.assign({}, ...waiting.map(({ data }) => data.ticks));
    for (const box of all("#documents input")) {
      box.checked = clicked[box.dataset.document] ?? box.hasAttribute("checked");
      box.indeterminate = "some" in box.dataset;
    }
    if (turned) one("#documents .note").scrollIntoView({ block: "nearest" });
    turned = false;
  }

  // The conversation's id goes into the address, so that a reload brings it back.
  function remember() {
    const chat = one(".chat-bar")?.dataset.chat;
    const url = new URL(window.location);
    chat ? url.searchParams.set("chat", chat) : url.searchParams.delete("chat");
    window.history.replaceState(null, "", url);
  }

  let questions = 0;
  function keepInView() {
    const count = all("#history .exchange, #current .exchange").length;
    const talk = one("#talk");
    if (talk && count > questions) {
      const last = all("#history .exchange, #current .exchange").at(-1);
      last.scrollIntoView({ block: "start" });
    }
    questions = count;
  }

  // -- Clock: seconds since a waiting question was first seen -----------------------------------
  const since = new Map();
  setInterval(() => {
    all("[data-clock]").forEach((clock) => {
      if (!since.has(clock.dataset.clock)) since.set(clock.dataset.clock, Date.now());
      clock.textContent = `${Math.floor((Date.now() - since.get(clock.dataset.clock)) / 1000)} s`;
    });
  }, 250);

  // -- Keys --------------------------------------------------------------------------------------
  const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

  // Gradio gives each radio button a name of its own, which leaves the arrow keys without effect.
  function arrowed(radio, key) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
    if (!by) return;
    const radios = all("input[type=radio]", radio.closest("fieldset"));
    const next = radios[(radios.indexOf(radio) + by + radios.length) % radios.length];
    next.focus();
    next.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.target.type === "radio") arrowed(event.target, event.key);
    const form = event.key === "Enter" && event.target.matches("input[name]") && event.target.closest("details");
    if (form) one("[data-form]", form)?.click();
    if (event.key === "Escape") {
      const menu = event.target.closest?.(".chats[open]");
      if (menu) {
        menu.removeAttribute("open");
        one("summary", menu).focus();
      } else all("#stop, #stop-summary, #stop-evaluation").find((button) => button.offsetParent)?.click();
      return;
    }
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const inSource = event.target.closest?.("#source-pane");
    if (event.key === "n" || (inSource && event.key === "ArrowRight")) step(1);
    if (event.key === "p" || (inSource && event.key === "ArrowLeft")) step(-1);
  });

  // A report tells how high it is, so that it scrolls with the page and not within it.
  window.addEventListener("message", (event) => {
    const report = all("#evaluation-report iframe").find((each) => each.contentWindow === event.source);
    if (report && Number.isFinite(event.data?.height)) report.style.height = `${event.data.height + 2}px`;
  });

  document.addEventListener("click", (event) => {
    const menu = one(".chats[open]");
    if (menu && !menu.contains(event.target)) menu.removeAttribute("open");
  });

  function start() {
    if (!one("#panes")) return setTimeout(start, 30);
    const regions = { "library-pane": "Library", "work-pane": "Conversation", "source-pane": "Source" };
    for (const [id, label] of Object.entries(regions)) {
      one(`#${id}`).setAttribute("role", "region");
      one(`#${id}`).setAttribute("aria-label", label);
    }
    one("#source-pane").tabIndex = 0;
    showPane("work");
    if (localStorage.getItem("citewell.library") === "folded") fold(true);
  }

  window.citewell = { wire, answered };
  start();
})();
