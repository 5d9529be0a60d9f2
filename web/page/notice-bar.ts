/** The bar above the editor: says what was done to the text, and takes it back on request. */

import { el } from './dom';
import { icon } from './icons';

const STAYS = 20_000;

export class NoticeBar {
  private timer = 0;

  constructor(private readonly root: HTMLElement) {}

  show(text: string, undo: () => void): void {
    clearTimeout(this.timer);
    this.root.replaceChildren(
      el('span', { text }),
      el('button', {
        class: 'button',
        text: 'Undo',
        attrs: { type: 'button' },
        on: {
          click: () => {
            this.hide();
            undo();
          },
        },
      }),
      el(
        'button',
        {
          class: 'icon-button',
          attrs: { type: 'button', 'aria-label': 'Dismiss' },
          on: { click: () => this.hide() },
        },
        icon('close'),
      ),
    );
    this.root.hidden = false;
    this.timer = window.setTimeout(() => this.hide(), STAYS);
  }

  hide(): void {
    clearTimeout(this.timer);
    this.root.hidden = true;
  }
}
