// The page: which transport is chosen, starting and ending it, and where its bytes go.

import { BrowserLog, WireLog } from './log.js';
import { Charts } from './charts.js';
import { Tap } from './tap.js';
import { build, refresh } from './form.js';
import { exportOf, save } from './copy.js';
import { follow, legend } from './bytes.js';
import { inspect } from './inspector.js';
import { read, write } from './state.js';
import { transports } from './transports.js';

const $ = id => document.getElementById(id);
const wire = new WireLog($('wire')), browser = new BrowserLog($('browser')), charts = new Charts($('charts'));
const values = new Map();
let all, chosen, running, theme = '', byte = '';

// ------------------------------------------------------------------------------------------------ choosing

function showTransports() {
  const nav = $('transports'), groups = Map.groupBy(all, transport => transport.group);
  for (const [group, list] of groups) {
    const title = document.createElement('h2'), items = document.createElement('ul');
    title.textContent = group;
    for (const { id, name } of list) {
      const item = document.createElement('li'), link = document.createElement('a');
      link.href = `${location.origin}/#${id}`;
      link.dataset.id = id;
      link.textContent = name;
      item.append(link);
      items.append(item);
    }
    nav.append(title, items);
  }
}

/** Takes what the address says. */
function choose() {
  const { id, values: given } = read(), transport = all.find(t => t.id === id) ?? all[0];
  if (given.theme !== undefined) setTheme(given.theme);
  byte = given.byte ?? '';
  wire.wanted = byte;
  const remembered = transport.options.some(({ name }) => name in given) ? {} : values.get(transport.id) ?? {};
  const mine = Object.fromEntries(transport.options.map(({ name, value }) => [name, given[name] ?? remembered[name] ?? value]));
  values.set(transport.id, mine);
  if (transport !== chosen) {
    stop();
    clear();
    $('result').replaceChildren();
  }
  chosen = transport;
  document.title = `${transport.name} – wire serve`;
  $('title').textContent = transport.name;
  $('about').textContent = transport.about;
  transport.changed?.(mine, '');
  build($('options'), transport.options, mine, name => {
    transport.changed?.(mine, name);
    refresh($('options'), mine);
    write(transport, mine, { theme, byte });
  });
  for (const link of $('transports').querySelectorAll('a')) {
    if (link.dataset.id === transport.id) { link.setAttribute('aria-current', 'page'); link.scrollIntoView({ block: 'nearest', inline: 'nearest' }); } else link.removeAttribute('aria-current');
  }
  showActions();
}

function setTheme(value) {
  theme = value;
  $('theme').value = value;
  if (value) document.documentElement.dataset.theme = value; else delete document.documentElement.dataset.theme;
}

// ------------------------------------------------------------------------------------------------ running

async function start() {
  stop();
  clear();
  const transport = chosen, mine = running = { end: new AbortController() }, isMine = () => running === mine;
  const element = e => { if (!isMine()) return; if (e.number === undefined) charts.wire(e); wire.add(e); };
  mine.tap = new Tap({ element, note: note => { if (isMine()) wire.note(note); } });
  mine.actions = [];
  charts.start();
  setState(true);
  showActions();
  const told = (label, text, bad) => { if (isMine()) browser.tell(label, text, bad); };
  try {
    await mine.tap.open();
    if (mine.end.signal.aborted) return;
    await transport.run({
      tap: mine.tap, options: values.get(transport.id), signal: mine.end.signal, told, element,
      message: time => { if (isMine()) charts.message(time); },
      actions: list => { if (isMine()) { mine.actions = list; showActions(); } },
      result: table => { if (isMine()) $('result').replaceChildren(table); },
    });
  } catch (error) {
    if (!mine.end.signal.aborted) told('error', error.message, true);
  } finally {
    ended(mine);
  }
}

function ended(mine) {
  mine.tap.closeWhenQuiet();
  if (mine !== running) return;
  mine.isOver = true;
  mine.actions = [];
  charts.stop();
  setState(false);
  showActions();
}

function stop() { running?.end.abort(); }

function clear() {
  wire.clear();
  browser.clear();
  charts.clear();
}

function setState(isOn) {
  $('state').textContent = isOn ? 'running' : 'idle';
  $('state').className = isOn ? 'on' : '';
}

function showActions() {
  const isOn = running !== undefined && !running.isOver;
  const focused = document.activeElement?.closest?.('#actions, #cuts') ? document.activeElement.textContent : '';
  $('actions').replaceChildren(
    isOn ? button('Stop', stop) : button('Start', start, 'first'),
    ...(isOn ? running.actions.map(({ label, run, first }) => button(label, run, first ? 'first' : '')) : []));
  const cuts = isOn && !['compare', 'raw', 'bad'].includes(chosen.id) ? [
    Object.assign(document.createElement('span'), { className: 'label', textContent: 'Cut by' }),
    button('the client', stop, 'quiet'),
    button('the server', () => running.tap.cut('end'), 'quiet'),
    button('the network, for 3 s', () => running.tap.cut('drop', 3000), 'quiet'),
  ] : [];
  $('cuts').replaceChildren(...cuts);
  if (focused) [...document.querySelectorAll('#actions button, #cuts button')].find(b => b.textContent === focused || focused === 'Start' || focused === 'Stop')?.focus();
}

function button(text, run, className = '') {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.className = className;
  made.onclick = run;
  return made;
}

// ------------------------------------------------------------------------------------------------ the rest of the page

follow($('wire'), (source, at, isFocus) => {
  inspect($('inspector'), source, at);
  document.querySelector('.inspector').classList.add('open');
  if (!isFocus || source.number === undefined) return;
  byte = `${source.number}.${at}`;
  write(chosen, values.get(chosen.id), { theme, byte });
});
$('close').onclick = () => document.querySelector('.inspector').classList.remove('open');
document.addEventListener('keydown', event => { if (event.key === 'Escape') $('close').click(); });
document.querySelector('.skip').onclick = event => { event.preventDefault(); $('wire').focus(); };
$('clear').onclick = clear;
$('export').onclick = () => save(`wire-${chosen.id}.json`, JSON.stringify(exportOf(wire.elements), null, 1));
$('theme').onchange = () => { setTheme($('theme').value); write(chosen, values.get(chosen.id), { theme, byte }); };
$('legend').append(...legend());
addEventListener('hashchange', choose);

// For tests: what is shown, as it is exported.
self.shown = () => exportOf(wire.elements);

all = await transports();
showTransports();
choose();
if (location.hash) start();
