// @ts-check
// What a Discord message may hold beside its text: embeds, attachments, buttons, selects, layouts of components.

import { anchor, el } from './dom.js';
import { discordMarks } from './marks.js';

const [ROW, BUTTON, SELECT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, LINE, CONTAINER] = [1, 2, 3, 9, 10, 11, 12, 13, 14, 17];
const STYLES = { 1: 'primary', 2: 'plain', 3: 'success', 4: 'danger', 5: 'plain' };
const LINK = 5;

/**
 * Everything below the text of a message.
 * @param {any} item @param {any} room @param {any} acts what can be done with it: `press` and `pick`
 */
export function below(item, room, acts) {
  const { body } = item, around = { item, room, acts };
  return [
    ...(body.embeds ?? []).map(each => embed(each, around)),
    !item.layout && attached(item),
    ...(body.components ?? []).map(each => component(each, around)),
  ];
}

function component(node, around) {
  const inside = () => (node.components ?? []).map(each => component(each, around));
  const draw = {
    [ROW]: () => el('div', { className: 'row' }, ...inside()),
    [BUTTON]: () => button(node, around),
    [SECTION]: () => el('div', { className: 'section' }, el('div', {}, ...inside()), node.accessory && component(node.accessory, around)),
    [TEXT]: () => el('div', { className: 'text' }, discordMarks(node.content ?? '', around.room)),
    [THUMBNAIL]: () => media(node.media, node.description, around.item, 'thumb'),
    [GALLERY]: () => el('div', { className: 'gallery' }, ...(node.items ?? []).map(each => media(each.media, each.description, around.item))),
    [FILE]: () => paper(node.file?.url?.replace('attachment://', '') ?? 'File', ''),
    [LINE]: () => el('hr', {}),
    [CONTAINER]: () => coloured(el('div', { className: 'embed' }, ...inside()), node.accent_color),
  }[node.type];
  if (draw) return draw();
  return node.options || node.type > SELECT && node.type < SECTION ? select(node, around) : el('p', { className: 'picture' }, `component ${node.type}`);
}

function button(each, { acts }) {
  const label = [each.emoji?.name && `${each.emoji.name} `, each.label ?? ''];
  if (each.style === LINK) return anchor(el('span', { className: 'linked' }, ...label), each.url);
  return el('button', { type: 'button', className: STYLES[each.style] ?? 'plain', disabled: each.disabled ?? false, on: { click: () => acts.press(each.custom_id) } }, ...label);
}

/** A menu that opens: one pick is sent at once, several when they are done. */
function select(node, { room, acts }) {
  const options = node.options ?? room.offered(node.type).map(name => ({ label: name, value: name }));
  const send = values => acts.pick(values, node.custom_id);
  const many = (node.max_values ?? 1) > 1, words = each => [el('b', {}, each.label), each.description && el('span', {}, each.description)];
  const picked = () => [...list.querySelectorAll('input:checked')].map(box => box.value);
  const list = el('div', { className: 'offered' }, ...(many
    ? [...options.map(each => el('label', {}, el('input', { type: 'checkbox', value: each.value, checked: each.default ?? false }), el('span', {}, ...words(each)))), el('button', { type: 'button', className: 'primary', on: { click: () => send(picked()) } }, 'Done')]
    : options.map(each => el('button', { type: 'button', className: 'option', on: { click: () => send([each.value]) } }, ...words(each)))));
  return el('details', { className: 'select' }, el('summary', {}, options.find(each => each.default)?.label ?? node.placeholder ?? 'Make a selection'), list);
}

function embed(e, { item, room }) {
  return coloured(el('div', { className: 'embed' },
    e.thumbnail && media(e.thumbnail, e.thumbnail.description, item, 'thumb'),
    e.author?.name && el('small', {}, e.author.name),
    e.title && el('strong', {}, e.url ? anchor(discordMarks(e.title, room), e.url) : discordMarks(e.title, room)),
    e.description && el('div', { className: 'text' }, discordMarks(e.description, room)),
    e.fields?.length > 0 && el('dl', {}, ...e.fields.map(f => el('div', { className: f.inline ? 'inline' : '' }, el('dt', {}, discordMarks(f.name, room)), el('dd', {}, discordMarks(f.value, room))))),
    e.image && media(e.image, e.image.description, item),
    e.footer?.text && el('small', {}, e.footer.text)), e.color);
}

function coloured(box, colour) {
  if (colour) box.style.borderColor = `#${colour.toString(16).padStart(6, '0')}`;
  return box;
}

function attached(item) {
  const shown = files(item).filter(file => !embedded(item, file)), drawn = shown.filter(pictured);
  return shown.length > 0 && el('div', {}, drawn.length > 0 && el('div', { className: 'pictures' }, ...drawn.map(file => image(file, file.description))),
    ...shown.filter(file => !pictured(file)).map(file => paper(file.filename ?? 'Attachment', file.description)));
}

const pictured = file => /^image\//.test(file.content_type ?? '') || /\.(png|jpe?g|gif|webp)$/i.test(file.filename ?? '');

/** The attachments: what was told of them in the answer knows where they are kept. */
const files = item => item.files ?? item.body.attachments ?? [];
const embedded = (item, file) => (item.body.embeds ?? []).some(e => [e.image?.url, e.thumbnail?.url].includes(`attachment://${file.filename}`));

function media(what, alt, item, look = '') {
  const url = what?.url ?? '', name = url.replace('attachment://', '');
  const file = files(item).find(each => each.filename === name);
  return file ? image(file, alt ?? file.description, look) : shown(url, alt, look);
}

const image = (file, alt, look = '') => file.size ? el('img', { className: look, src: `/sandbox/api/discord/files/${file.id}`, alt: alt || file.filename || 'Picture' }) : placeholder(alt || file.filename);
const shown = (url, alt, look) => url.startsWith(`${location.origin}/`) ? el('img', { className: look, src: url, alt: alt || 'Picture' }) : placeholder(alt);
const placeholder = alt => el('p', { className: 'picture' }, '▣ ', alt || 'Picture');

/** A file that is not a picture. @param {string} name @param {string} about */
export const paper = (name, about) => el('p', { className: 'paper' }, el('span', { aria: { hidden: 'true' } }, '▤'), el('b', {}, name), about && el('span', {}, about));
