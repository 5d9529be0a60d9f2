/** The reader's keys as rows of a name and a masked value. */
import { button, openDialog } from './dialogs';
import { el } from './dom';
import { type Secrets, validName } from './secrets';

export function openSecretsDialog(
  secrets: Secrets,
  wanted?: { name: string; value: string },
): void {
  const rows = el('div', { class: 'secret-rows' });
  const said = el('p', { class: 'dialog-note', attrs: { role: 'status' } });
  const keep = el('input', { attrs: { type: 'checkbox' } });
  keep.checked = secrets.remembered;

  const store = () => {
    const list = [...rows.querySelectorAll('.secret-row')].map((row) => {
      const [name, value] = row.querySelectorAll('input');
      return { name: name!.value.trim(), value: value!.value };
    });
    const wrong = list.find(({ name, value }) => (name !== '' || value !== '') && !validName(name));
    said.textContent = wrong
      ? `“${wrong.name}” is no name of a variable: letters, digits and _, no digit first.`
      : '';
    secrets.set(list, keep.checked);
  };
  const add = (name = '', value = '') => {
    const nameField = el('input', {
      class: 'field',
      attrs: {
        'aria-label': 'Name',
        placeholder: 'API_KEY',
        autocomplete: 'off',
        spellcheck: 'false',
      },
    });
    const valueField = el('input', {
      class: 'field',
      attrs: { 'aria-label': 'Value', type: 'password', autocomplete: 'off' },
    });
    nameField.value = name;
    valueField.value = value;
    const show = button('Show', () => {
      const hidden = valueField.type === 'password';
      valueField.type = hidden ? 'text' : 'password';
      show.textContent = hidden ? 'Hide' : 'Show';
    });
    const row = el(
      'div',
      { class: 'secret-row' },
      nameField,
      valueField,
      show,
      button('Delete', () => {
        row.remove();
        store();
      }),
    );
    row.addEventListener('input', store);
    rows.append(row);
    return nameField;
  };

  for (const { name, value } of secrets.all) add(name, value);
  keep.addEventListener('change', store);
  openDialog(
    'Secrets',
    el('p', {
      text: 'Snippets find these in os.environ, and as .env for load_dotenv(). They stay in this tab: no link, export or log holds them.',
    }),
    rows,
    el(
      'div',
      { class: 'dialog-row' },
      button('Add', () => add().focus()),
    ),
    el('label', { class: 'dialog-check' }, keep, 'Remember in this browser, unencrypted'),
    said,
  );
  if (wanted) {
    add(wanted.name, wanted.value);
    store();
  } else if (secrets.all.length === 0) {
    add().focus();
  }
}
