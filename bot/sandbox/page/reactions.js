// @ts-check
// Reactions below a message.

import { el } from './dom.js';

/** Note that somebody put an emoji on it or took it off. @param {any} item @param {string} who @param {string} emoji @param {boolean} added @param {any} wire */
export function reacted(item, who, emoji, added, wire) {
  item.reactions ??= new Map();
  const by = item.reactions.get(emoji) ?? new Set();
  if (added) by.add(who); else by.delete(who);
  if (by.size) item.reactions.set(emoji, by); else item.reactions.delete(emoji);
  item.wires.push(wire);
  return item;
}

/** Each emoji with its number; pressing one puts it there too, or takes it off. @param {any} item @param {any} room @param {any} acts */
export function reactions(item, room, acts) {
  if (!item.reactions?.size) return null;
  return el('p', { className: 'reactions' }, ...[...item.reactions].map(([emoji, by]) => {
    const mine = by.has(room.me());
    return el('button', { type: 'button', title: [...by].map(id => room.name(id)).join(', '), aria: { pressed: mine }, on: { click: () => acts.react(mine ? null : emoji) } }, emoji, ' ', by.size);
  }));
}
