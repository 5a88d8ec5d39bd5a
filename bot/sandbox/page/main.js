// @ts-check
// The page: who you are, three panes, the record of the wire.

import { el } from './dom.js';
import { inspect } from './drawer.js';
import { follow, read } from './net.js';
import { Pane } from './pane.js';

const NAMES = { discord: 'Discord', twitch: 'Twitch', telegram: 'Telegram' };
const at = id => /** @type {HTMLElement} */ (document.getElementById(id));
const state = { me: 'ada' };
/** @type {Map<string, Pane>} */
const panes = new Map();
/** @type {any[]} */
let wires = [];

async function fresh() {
  const world = await read('/world');
  wires = [];
  panes.clear();
  for (const platform of Object.keys(NAMES)) panes.set(platform, new Pane(platform, world, state, item => inspect(`${NAMES[platform]}: what went over the wire`, item.wires, true)));
  at('panes').replaceChildren(...[...panes.values()].map(pane => pane.element));
  at('people').replaceChildren(...world.people.map(person));
}

function person(one) {
  const pick = el('input', { type: 'radio', name: 'me', value: one.name, checked: one.name === state.me, on: { change: () => {
    state.me = one.name;
    for (const pane of panes.values()) pane.looks();
  } } });
  return el('label', { title: one.role }, pick, el('span', {}, one.name));
}

function take(news) {
  wires.push(...news);
  for (const [platform, pane] of panes) pane.take(news.filter(wire => wire.platform === platform));
  if (news.length) count();
}

let counting = 0;

function count() {
  clearTimeout(counting);
  counting = setTimeout(async () => {
    const numbers = await read('/state').catch(() => ({}));
    for (const cell of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('#state dd'))) cell.textContent = numbers[cell.dataset.key ?? ''] ?? '–';
  }, 120);
}

function tab(platform) {
  const pick = el('button', { type: 'button', aria: { pressed: platform === 'discord', controls: `pane-${platform}` }, on: { click: () => {
    at('panes').dataset.tab = platform;
    for (const other of at('tabs').children) other.setAttribute('aria-pressed', String(other === pick));
    panes.get(platform)?.settle(true);
  } } }, el('span', { className: `dot ${platform}`, aria: { hidden: 'true' } }), NAMES[platform]);
  return pick;
}

at('tabs').append(...Object.keys(NAMES).map(tab));
at('panes').dataset.tab = 'discord';
at('open-wire').addEventListener('click', () => inspect('Wire log', wires, false));
count();
follow({ fresh, wires: take, link: up => {
  const text = up ? 'connected' : 'not connected, trying again…';
  if (at('link').textContent !== text) at('link').textContent = text;
  at('link').classList.toggle('down', !up);
} });
