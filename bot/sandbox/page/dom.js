// @ts-check
// Elements from values. Whatever was typed by somebody becomes a text node, never markup.

/**
 * @param {string} tag
 * @param {Record<string, any>} [props] properties; `data`, `aria` and `on` hold datasets, aria attributes and listeners
 * @param {...(Node | string | number | null | undefined | false)} kids
 * @returns {any}
 */
export function el(tag, props = {}, ...kids) {
  const { data = {}, aria = {}, on = {}, role, ...rest } = props;
  const made = Object.assign(document.createElement(tag), rest);
  Object.assign(made.dataset, data);
  for (const [name, value] of Object.entries(aria)) made.setAttribute(`aria-${name}`, String(value));
  for (const [name, listener] of Object.entries(on)) made.addEventListener(name, listener);
  if (role) made.setAttribute('role', role);
  made.append(...kids.filter(kid => kid !== null && kid !== undefined && kid !== false).map(kid => kid instanceof Node ? kid : String(kid)));
  return made;
}

/** A link that can be followed, or its plain text when it does not lead to the web. */
export function anchor(label, href) {
  let url = null;
  try { url = new URL(href); } catch { /* not an address */ }
  return url && /^https?:$/.test(url.protocol)
    ? el('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer' }, label)
    : el('span', {}, label);
}

export const clock = seconds => new Date(seconds * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

/** Form-encoded requests carry nested values as JSON text. */
export function unpacked(value) {
  if (typeof value !== 'string') return value;
  try { return JSON.parse(value); } catch { return undefined; }
}

const channel = value => { const c = value / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const luminance = rgb => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);

/** The colour, made lighter until it can be read on `ground` (contrast 4.5). Both are #rrggbb. */
export function readable(colour, ground = '#18181b') {
  const parse = text => [1, 3, 5].map(at => Number.parseInt(text.slice(at, at + 2), 16));
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return '#e6e6ea';
  const dark = luminance(parse(ground)) + 0.05;
  let rgb = parse(colour);
  while ((luminance(rgb) + 0.05) / dark < 4.6) rgb = rgb.map(part => Math.min(255, Math.ceil(part + (255 - part) * 0.12)));
  return `#${rgb.map(part => part.toString(16).padStart(2, '0')).join('')}`;
}

const PALETTE = ['#ff8a65', '#4fc3f7', '#aed581', '#ffd54f', '#f48fb1', '#80cbc4', '#b39ddb'];

/** A steady colour for a name. */
export const tint = name => PALETTE[[...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0) >>> 0, 7) % PALETTE.length];
