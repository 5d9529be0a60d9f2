/** Tabs after the ARIA pattern: one tab stop, arrows move, the panel follows the focus. */

export interface Tab {
  button: HTMLButtonElement;
  panel: HTMLElement;
}

export class Tabs {
  private current = 0;

  constructor(
    private readonly tabs: readonly Tab[],
    private readonly onShow: (index: number, byUser: boolean) => void,
  ) {
    tabs.forEach(({ button }, index) => {
      button.addEventListener('click', () => this.show(index, true));
      button.addEventListener('keydown', (event) => this.key(event));
    });
  }

  get selected(): number {
    return this.current;
  }

  show(index: number, byUser = false): void {
    this.current = index;
    this.tabs.forEach(({ button, panel }, i) => {
      const on = i === index;
      button.setAttribute('aria-selected', String(on));
      button.tabIndex = on ? 0 : -1;
      panel.hidden = !on;
    });
    this.onShow(index, byUser);
  }

  /** A dot on a tab that has news the reader does not see. */
  mark(index: number, on: boolean): void {
    this.tabs[index]?.button.classList.toggle('has-news', on && index !== this.current);
  }

  private key(event: KeyboardEvent): void {
    const count = this.tabs.length;
    const moves: Record<string, number> = {
      ArrowRight: (this.current + 1) % count,
      ArrowLeft: (this.current + count - 1) % count,
      Home: 0,
      End: count - 1,
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.show(next, true);
    this.tabs[next]?.button.focus();
  }
}
