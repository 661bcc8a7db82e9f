// Makes elements. All text of people and of models goes through here or through `append`, and is set as text.

/** An element with properties (or attributes, where there is no such property) and children; empty ones are left out. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name in element) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

/** The elements of the page by their ids. */
export const at = Object.fromEntries(Array.from(document.querySelectorAll("[id]"), (element) => [element.id, element]));
