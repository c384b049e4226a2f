// The options of a transport as a form. `values` is what stands in it, now.

/** Fills `form`, and tells `changed(name)`. */
export function build(form, options, values, changed) {
  form.replaceChildren(...options.filter(option => !option.more).map(option => field(option, values, changed)));
  const more = options.filter(option => option.more);
  if (more.length > 0) form.append(details(more, values, changed));
  form.onsubmit = event => event.preventDefault();
}

/** Shows values that were changed by something else than the form. */
export function refresh(form, values) {
  for (const input of form.elements) if (input.name in values && input.type !== 'checkbox' && input.value !== values[input.name]) input.value = values[input.name];
}

/** What is seldom wanted is folded away, unless it was chosen. */
function details(options, values, changed) {
  const box = document.createElement('details'), summary = document.createElement('summary'), row = document.createElement('div');
  box.className = 'options';
  box.open = options.some(({ name, value }) => values[name] !== value);
  summary.textContent = 'More options';
  row.append(...options.map(option => field(option, values, changed)));
  box.append(summary, row);
  return box;
}

function field({ name, label, type, wide, hint, choices }, values, changed) {
  const box = document.createElement('label');
  box.className = type === 'check' ? 'check' : type === 'area' ? 'full' : wide ? 'wide' : '';
  const input = document.createElement(type === 'select' ? 'select' : type === 'area' ? 'textarea' : 'input');
  if (type === 'check') input.type = 'checkbox';
  else if (type === 'number') { input.type = 'number'; input.min = '0'; }
  else if (type === 'text') { input.type = 'text'; input.dir = 'auto'; input.maxLength = 4000; }
  if (type === 'area') input.spellcheck = false;
  input.name = name;
  for (const choice of choices ?? []) input.append(new Option(choice === '' ? '0' : choice, choice));
  if (type === 'check') input.checked = values[name] !== '';
  else input.value = values[name];
  input.oninput = () => { values[name] = type === 'check' ? (input.checked ? '1' : '') : input.value; changed(name); };
  const text = hint ? `${label} (${hint})` : label;
  if (type === 'check') box.append(input, text);
  else box.append(text, input);
  return box;
}
