/** Pan and zoom of an SVG group with mouse, touch and wheel. */

const MIN_SCALE = 0.08;
const MAX_SCALE = 3;
/** Below this the text is unreadable: rather show a part, the one that matters. */
const LEAST_FITTED = 0.65;

export interface Box {
  width: number;
  height: number;
}

interface Place {
  x: number;
  y: number;
}

/** Where content of `size` begins in a view: centred if it fits, else with `at` in the middle. */
function begin(view: number, size: number, at: number): number {
  if (size + 16 <= view) return (view - size) / 2;
  return Math.min(8, Math.max(view - size - 8, view / 2 - at));
}

export class Viewport {
  private x = 0;
  private y = 0;
  private scale = 1;
  private content: Box = { width: 1, height: 1 };
  private focus: Place = { x: 0, y: 0 };
  private readonly pointers = new Map<number, Place>();
  /** Distance moved since the press, to tell a click from a drag. */
  private travelled = 0;

  constructor(
    private readonly surface: SVGSVGElement,
    private readonly group: SVGGElement,
    /** What is in view has changed. */
    private readonly onMove: () => void = () => {},
  ) {
    surface.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    surface.addEventListener('pointerdown', (event) => this.down(event));
    surface.addEventListener('pointermove', (event) => this.move(event));
    for (const type of ['pointerup', 'pointercancel'] as const) {
      surface.addEventListener(type, (event) => {
        this.pointers.delete(event.pointerId);
        surface.classList.remove('is-panning');
      });
    }
  }

  /** Whether the last press moved so far that it was no click. */
  get dragged(): boolean {
    return this.travelled > 5;
  }

  /** Show the content, never larger than life; `focus` in the middle where not all of it fits. */
  fit(content: Box = this.content, focus: Place = this.focus): void {
    this.content = content;
    this.focus = focus;
    const { clientWidth: width, clientHeight: height } = this.surface;
    if (width === 0 || height === 0) return;
    const scale = Math.min(1, (width - 16) / content.width, (height - 16) / content.height);
    this.scale = Math.max(scale, LEAST_FITTED);
    this.x = begin(width, content.width * this.scale, focus.x * this.scale);
    this.y = begin(height, content.height * this.scale, focus.y * this.scale);
    this.apply();
  }

  zoom(factor: number, at?: Place): void {
    const centre = at ?? { x: this.surface.clientWidth / 2, y: this.surface.clientHeight / 2 };
    const next = Math.min(MAX_SCALE, Math.max(MIN_SCALE, this.scale * factor));
    const ratio = next / this.scale;
    this.x = centre.x - (centre.x - this.x) * ratio;
    this.y = centre.y - (centre.y - this.y) * ratio;
    this.scale = next;
    this.apply();
  }

  pan(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
    this.apply();
  }

  /** Move as little as needed for a content rectangle to be visible. */
  reveal(left: number, top: number, width: number, height: number): void {
    // Less than fit() leaves around the content: what it shows is not moved again.
    const margin = 12;
    const x0 = this.x + left * this.scale;
    const y0 = this.y + top * this.scale;
    const x1 = x0 + width * this.scale;
    const y1 = y0 + height * this.scale;
    const { clientWidth, clientHeight } = this.surface;
    let dx = 0;
    let dy = 0;
    if (x0 < margin) dx = margin - x0;
    else if (x1 > clientWidth - margin) dx = clientWidth - margin - x1;
    if (y0 < margin) dy = margin - y0;
    else if (y1 > clientHeight - margin) dy = clientHeight - margin - y1;
    if (dx !== 0 || dy !== 0) this.pan(dx, dy);
  }

  private apply(): void {
    this.group.setAttribute(
      'transform',
      `translate(${this.x.toFixed(2)} ${this.y.toFixed(2)}) scale(${this.scale.toFixed(4)})`,
    );
    this.onMove();
  }

  /** The part of the content that is in view. */
  get area(): { left: number; top: number; right: number; bottom: number } {
    const { clientWidth, clientHeight } = this.surface;
    return {
      left: -this.x / this.scale,
      top: -this.y / this.scale,
      right: (clientWidth - this.x) / this.scale,
      bottom: (clientHeight - this.y) / this.scale,
    };
  }

  private local(event: { clientX: number; clientY: number }): Place {
    const rect = this.surface.getBoundingClientRect();
    return { x: event.clientX - rect.left, y: event.clientY - rect.top };
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const delta = Math.max(-60, Math.min(60, event.deltaY * lines));
    this.zoom(Math.exp(-delta * 0.005), this.local(event));
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (this.pointers.size === 0) this.travelled = 0;
    this.pointers.set(event.pointerId, this.local(event));
  }

  private move(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = this.local(event);
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    this.travelled += Math.hypot(now.x - before.x, now.y - before.y);
    if (!this.dragged) return;
    // Captured only once it is a drag: a captured press would not click the node under it.
    this.surface.setPointerCapture(event.pointerId);
    this.surface.classList.add('is-panning');
    if (other) {
      const from = Math.hypot(before.x - other.x, before.y - other.y);
      const to = Math.hypot(now.x - other.x, now.y - other.y);
      if (from > 0) this.zoom(to / from, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    } else {
      this.pan(now.x - before.x, now.y - before.y);
    }
  }
}
