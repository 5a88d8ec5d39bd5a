// @ts-check
// Discord's marks and Telegram's entities as elements.

import { anchor, el } from './dom.js';

const MARKS = [
  [/\\([^a-z0-9\s])/iy, found => found[1]],
  [/```(?:\w*\n)?([^]+?)```/y, found => el('pre', {}, found[1])],
  [/^> ([^\n]*(?:\n> [^\n]*)*)\n?/my, (found, room) => el('blockquote', {}, discordMarks(found[1].replace(/\n> /g, '\n'), room))],
  [/^#{1,3} ([^\n]+)\n?/my, (found, room) => el('strong', { className: 'heading' }, discordMarks(found[1], room))],
  [/^-# ([^\n]+)\n?/my, (found, room) => el('small', { className: 'sub' }, discordMarks(found[1], room))],
  [/``([^]+?)``|`([^`]+)`/y, found => el('code', {}, (found[1] ?? found[2]).trim())],
  [/\*\*(?=\S)((?:\\[^]|[^\\])+?)\*\*(?!\*)/y, (found, room) => el('strong', {}, discordMarks(found[1], room))],
  [/__((?:\\[^]|[^\\])+?)__/y, (found, room) => el('u', {}, discordMarks(found[1], room))],
  [/~~((?:\\[^]|[^\\])+?)~~/y, (found, room) => el('s', {}, discordMarks(found[1], room))],
  [/\*(?=\S)((?:\\[^]|[^\\*])+?)\*|_((?:\\[^]|[^\\_])+?)_(?!\w)/y, (found, room) => el('em', {}, discordMarks(found[1] ?? found[2], room))],
  [/\|\|([^]+?)\|\|/y, (found, room) => spoiler(discordMarks(found[1], room))],
  [/<@!?(\d+)>/y, (found, room) => el('span', { className: 'mention' }, `@${room.name(found[1])}`)],
  [/<@&(\d+)>/y, (found, room) => el('span', { className: 'mention' }, `@${room.role(found[1])}`)],
  [/<#(\d+)>/y, (found, room) => el('span', { className: 'mention' }, `#${room.place(found[1])}`)],
  [/<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y, found => moment(Number(found[1]), '', found[2])],
  [/<a?:(\w+):\d+>/y, found => el('span', { className: 'emoji', title: 'An emoji of a server' }, `:${found[1]}:`)],
  [/<\/([^:>]+):\d+>/y, found => el('span', { className: 'mention' }, `/${found[1]}`)],
  [/\[([^\]]+)\]\(<?([^)>\s]+)>?\)/y, found => anchor(found[1].replace(/\\([^a-z0-9\s])/gi, '$1'), found[2])],
  [/<?(https?:\/\/[^\s>]+)>?/y, found => anchor(found[1], found[1])],
];

/** Hidden until it is pressed. @param {Node} inside */
function spoiler(inside) {
  const made = el('button', { type: 'button', className: 'spoiler', title: 'Spoiler', aria: { expanded: false }, on: { click: () => made.setAttribute('aria-expanded', String(made.getAttribute('aria-expanded') === 'false')) } }, el('span', {}, inside));
  return made;
}

/** What Discord's styles of a time show. @type {Record<string, Intl.DateTimeFormatOptions>} */
const TIMES = {
  t: { timeStyle: 'short' }, T: { timeStyle: 'medium' }, d: { dateStyle: 'short' }, D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' }, F: { dateStyle: 'full', timeStyle: 'short' },
};

/** A time as the reader's clock shows it. @param {number} seconds */
function moment(seconds, shown = '', style = 'f') {
  const when = new Date(seconds * 1000), known = !Number.isNaN(when.getTime());
  return el('time', { className: 'moment', ...(known ? { dateTime: when.toISOString() } : {}) }, shown || (known ? when.toLocaleString([], TIMES[style] ?? TIMES.f) : 'some time'));
}

/** @param {string} text @param {{name: (id: string) => string, role: (id: string) => string, place: (id: string) => string}} room @returns {DocumentFragment} */
export function discordMarks(text, room) {
  const out = document.createDocumentFragment();
  let plain = '';
  const flush = () => { if (plain) out.append(plain); plain = ''; };
  for (let at = 0; at < text.length;) {
    const hit = match(text, at);
    if (!hit) { plain += text[at++]; continue; }
    const [found, draw] = hit, made = draw(found, room);
    if (typeof made === 'string') plain += made; else { flush(); out.append(made); }
    at += found[0].length;
  }
  flush();
  return out;
}

/** @returns {[RegExpExecArray, Function] | null} */
function match(text, at) {
  for (const [rule, draw] of MARKS) {
    const pattern = /** @type {RegExp} */ (rule);
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) return [found, /** @type {Function} */ (draw)];
  }
  return null;
}

const TAGS = { bold: 'strong', italic: 'em', underline: 'u', strikethrough: 's', code: 'code', pre: 'pre', blockquote: 'blockquote', expandable_blockquote: 'blockquote' };

/**
 * Text with entities; offsets count UTF-16 units, as JavaScript's strings do.
 * @param {string} text @param {any[]} entities @returns {DocumentFragment}
 */
export function entities(text, entities = []) {
  const cuts = new Set([0, text.length]);
  for (const { offset, length } of entities) cuts.add(offset).add(offset + length);
  const edges = [...cuts].filter(cut => cut >= 0 && cut <= text.length).sort((a, b) => a - b);
  const out = document.createDocumentFragment();
  for (let at = 0; at + 1 < edges.length; at++) {
    const [from, to] = [edges[at], edges[at + 1]];
    const over = entities.filter(e => e.offset <= from && e.offset + e.length >= to).sort((a, b) => a.length - b.length);
    out.append(over.reduce((node, entity) => wrapped(node, entity, text), /** @type {any} */ (document.createTextNode(text.slice(from, to)))));
  }
  return out;
}

function wrapped(node, entity, text) {
  if (TAGS[entity.type]) return el(TAGS[entity.type], {}, node);
  if (entity.type === 'spoiler') return spoiler(node);
  if (entity.type === 'custom_emoji') return el('span', { className: 'emoji', title: 'A custom emoji' }, node);
  if (entity.type === 'date_time') return moment(entity.unix_time, node.textContent);
  if (entity.type === 'text_link') return anchor(node, entity.url);
  if (entity.type === 'url') return anchor(node, text.slice(entity.offset, entity.offset + entity.length));
  if (/mention|command|hashtag|email|cashtag/.test(entity.type)) return el('span', { className: 'tag' }, node);
  return node;
}
