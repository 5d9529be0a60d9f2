/** The script of a page that stands alone: box, editor and sandbox in one. The order matters. */
import './alone.ts';
import './element.ts';
