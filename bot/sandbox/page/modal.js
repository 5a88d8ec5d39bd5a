// @ts-check
// A modal of Discord: a dialog with the fields that the bot asks for.

import { given } from './composer.js';
import { el } from './dom.js';
import { discordMarks } from './marks.js';

const [SELECT, INPUT, TEXT, UPLOAD] = [3, 4, 10, 19];

/**
 * Show it; `submit` gets the values by custom_id and tells whether they were taken.
 * @param {any} data @param {any} room @param {(values: Record<string, any>) => Promise<string>} submit
 */
export function open(data, room, submit) {
  const fields = data.components.filter(each => each.component).map(each => field(each, room));
  const trouble = el('p', { className: 'trouble', role: 'alert' });
  const close = () => { dialog.close(); };
  const form = el('form', { on: { submit: async event => {
    event.preventDefault();
    trouble.textContent = '';
    const values = {};
    for (const one of fields) {
      const value = await read(one.input);
      if (value !== '' && value.length !== 0) values[one.id] = value;
    }
    trouble.textContent = await submit(values);
    if (!trouble.textContent) close();
  } } }, ...data.components.map(each => each.type === TEXT ? el('div', { className: 'text' }, discordMarks(each.content, room)) : fields.find(one => one.id === each.component?.custom_id)?.label), trouble,
  el('p', { className: 'acts' }, el('button', { type: 'button', className: 'quiet', on: { click: close } }, 'Cancel'), el('button', { type: 'submit', className: 'send' }, 'Submit')));
  const dialog = el('dialog', { className: 'modal discord', aria: { label: data.title }, on: { close: () => dialog.remove() } }, el('h2', {}, data.title), form);
  document.body.append(dialog);
  dialog.showModal();
}

function field(outer, room) {
  const inner = outer.component, input = widget(inner, room);
  input.required = inner.required ?? true;
  const label = el('label', {}, el('span', {}, outer.label, input.required && el('i', { aria: { hidden: 'true' } }, ' *')), outer.description && el('small', {}, outer.description), input);
  return { id: inner.custom_id, input, label };
}

function widget(inner, room) {
  const many = (inner.max_values ?? 1) > 1;
  if (inner.type === UPLOAD) return el('input', { type: 'file', multiple: many });
  if (inner.type === INPUT) {
    const limits = { ...(inner.max_length ? { maxLength: inner.max_length } : {}), ...(inner.min_length ? { minLength: inner.min_length } : {}), placeholder: inner.placeholder ?? '', value: inner.value ?? '' };
    return inner.style === 2 ? el('textarea', { rows: 4, ...limits }) : el('input', { autocomplete: 'off', ...limits });
  }
  const offered = inner.type === SELECT ? inner.options : room.offered(inner.type).map(name => ({ label: name, value: name }));
  return el('select', { multiple: many }, !many && el('option', { value: '' }, inner.placeholder ?? '–'), ...offered.map(each => el('option', { value: each.value, selected: each.default ?? false }, each.label)));
}

/** @returns {Promise<any>} */
async function read(input) {
  if (input.type === 'file') return Promise.all([...input.files].map(given));
  if (input.tagName !== 'SELECT') return input.value;
  return [...input.selectedOptions].map(each => each.value).filter(Boolean);
}
