// The library alone, for other pages: dist/lib.
import { library } from './vite.common.ts';

export default library('web/lib/index.ts', 'dist/lib', 'gradbox', 'gradbox');
