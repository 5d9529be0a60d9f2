/** The examples menu: a button with a menu after the ARIA pattern. */

import type { Example } from '@examples/index';
import { el } from './dom';
import { icon } from './icons';

export class ExamplesMenu {
  private readonly items: HTMLButtonElement[] = [];

  constructor(
    private readonly button: HTMLButtonElement,
    private readonly menu: HTMLElement,
    examples: readonly Example[],
    private readonly onChoose: (example: Example) => void,
  ) {
    button.append(icon('book'), 'Examples', icon('chevron'));
    let group = '';
    for (const example of examples) {
      if (example.group !== group) {
        group = example.group;
        menu.append(
          el('div', { class: 'menu-group', text: group, attrs: { role: 'presentation' } }),
        );
      }
      const item = el(
        'button',
        {
          class: 'menu-item',
          attrs: {
            type: 'button',
            role: 'menuitem',
            tabindex: '-1',
            'data-example': example.name,
          },
          on: { click: () => this.choose(example) },
        },
        el('strong', { text: example.title }),
        el('span', { text: example.about }),
      );
      this.items.push(item);
      menu.append(item);
    }
    button.addEventListener('click', () => (menu.hidden ? this.open(0) : this.close()));
    button.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      this.open(0);
    });
    menu.addEventListener('keydown', (event) => this.key(event));
    menu.addEventListener('focusout', (event) => {
      const next = event.relatedTarget as Node | null;
      if (next && !menu.contains(next) && next !== button) this.close(false);
    });
    document.addEventListener('pointerdown', (event) => {
      const target = event.target as Node;
      if (!menu.hidden && !menu.contains(target) && !button.contains(target)) this.close(false);
    });
  }

  private open(index: number): void {
    this.menu.hidden = false;
    this.button.setAttribute('aria-expanded', 'true');
    this.items[index]?.focus();
  }

  private close(returnFocus = true): void {
    if (this.menu.hidden) return;
    this.menu.hidden = true;
    this.button.setAttribute('aria-expanded', 'false');
    if (returnFocus) this.button.focus();
  }

  private choose(example: Example): void {
    this.close(false);
    this.onChoose(example);
  }

  private key(event: KeyboardEvent): void {
    const at = this.items.indexOf(document.activeElement as HTMLButtonElement);
    const count = this.items.length;
    const moves: Record<string, number> = {
      ArrowDown: (at + 1) % count,
      ArrowUp: (at + count - 1) % count,
      Home: 0,
      End: count - 1,
    };
    if (event.key === 'Escape') this.close();
    else if (event.key === 'Tab') {
      this.close();
      return;
    } else if (moves[event.key] !== undefined) this.items[moves[event.key] as number]?.focus();
    else if (event.key.length === 1 && /\w/.test(event.key)) this.typeAhead(event.key, at);
    else return;
    event.preventDefault();
  }

  private typeAhead(letter: string, at: number): void {
    const count = this.items.length;
    for (let step = 1; step <= count; step++) {
      const item = this.items[(at + step) % count];
      const title = item?.querySelector('strong')?.textContent ?? '';
      if (title.toLowerCase().startsWith(letter.toLowerCase())) {
        item?.focus();
        return;
      }
    }
  }
}
