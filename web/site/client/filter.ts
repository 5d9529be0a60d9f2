/** The filter above a page of the reference: hides the entries whose names don't hold its words. */

export function initFilter(): void {
  const field = document.querySelector<HTMLInputElement>('[data-filter]');
  const count = document.querySelector('[data-filter-count]');
  if (!field || !count) return;
  const entries = [...document.querySelectorAll<HTMLElement>('.entry')];
  const apply = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const entry of entries) {
      const name = entry.dataset.name!.toLowerCase();
      entry.hidden = !words.every((word) => name.includes(word));
      if (!entry.hidden) left++;
    }
    count.textContent = words.length === 0 ? '' : `${left} of ${entries.length}`;
  };
  field.addEventListener('input', apply);
  // What was typed before, on coming back; a link to a hidden entry shows all.
  apply();
  addEventListener('hashchange', () => {
    field.value = '';
    apply();
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  });
}
