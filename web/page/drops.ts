/** Files dropped on a panel. `data-drop` is what the panel says while they hover over it. */

export function acceptDrops(
  root: HTMLElement,
  label: string,
  onFiles: (files: readonly File[]) => void,
): void {
  root.dataset.drop = label;
  root.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    root.classList.add('is-drop-target');
  });
  root.addEventListener('dragleave', (event) => {
    if (!root.contains(event.relatedTarget as Node | null)) {
      root.classList.remove('is-drop-target');
    }
  });
  root.addEventListener('drop', (event) => {
    event.preventDefault();
    root.classList.remove('is-drop-target');
    onFiles([...(event.dataTransfer?.files ?? [])]);
  });
}
