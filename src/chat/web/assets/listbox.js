import { element } from "./dom.js";

/** A list under a field (WAI-ARIA combobox): arrows choose, Enter or Tab takes, Escape closes. */
export function createListbox(field, list, onTake) {
  let active = -1;

  function close() {
    list.hidden = true;
    activate(-1);
    field.ariaExpanded = "false";
  }

  function show(items) {
    list.replaceChildren(...items.map(itemOf));
    list.hidden = items.length === 0;
    activate(-1);
    field.ariaExpanded = String(!list.hidden);
  }

  function activate(index) {
    active = index;
    for (const [position, item] of [...list.children].entries()) {
      item.ariaSelected = String(position === index);
    }
    const item = list.children[index];
    field.setAttribute("aria-activedescendant", item?.id ?? "");
    item?.scrollIntoView({ block: "nearest" });
  }

  const count = () => list.children.length;
  const take = () => active >= 0 && onTake(active);
  const keys = {
    ArrowDown: () => activate((active + 1) % count()),
    ArrowUp: () => activate((active <= 0 ? count() : active) - 1),
    Enter: take,
    Tab: take,
    Escape: close,
  };
  field.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (act === undefined || event.isComposing || list.hidden || act() === false) return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("li");
    if (item !== null) onTake([...list.children].indexOf(item));
  });
  return { close, show };
}

function itemOf({ label, value }, index) {
  const item = element("li", "", "");
  item.id = `suggestion-${index}`;
  item.setAttribute("role", "option");
  item.append(element("code", "", value), element("span", "", label === value ? "" : label));
  return item;
}
