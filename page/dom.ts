type Child = Node | string | undefined;
type Attributes = Readonly<Record<string, string | undefined>>;

/** An element of HTML. Strings become text, never markup; what is undefined is left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

/** The same of SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function filled<E extends Element>(
  element: E,
  attributes: Attributes,
  children: readonly Child[],
): E {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** A part of the page under a heading of its own. */
export function section(id: string, title: string, ...children: readonly Child[]): HTMLElement {
  const heading = h('h2', { id: `${id}-title` }, title);
  return h('section', { id, 'aria-labelledby': `${id}-title` }, heading, ...children);
}

/** What is behind a summary; made when it is opened for the first time. */
export function foldable(
  summary: readonly Child[],
  isOpen: boolean,
  make: () => readonly Child[],
): HTMLDetailsElement {
  const details = h('details', {}, h('summary', {}, ...summary));
  const fill = () => {
    if (details.childElementCount > 1) return;
    details.append(...make().filter((child) => child !== undefined));
  };
  details.addEventListener('toggle', () => details.open && fill());
  // Paper has all of it.
  addEventListener('beforeprint', () => {
    fill();
    details.open = true;
  });
  if (isOpen) fill();
  details.open = isOpen;
  return details;
}
