/** Where a page's build has put what runtimes are made of. */
import coreUrl from '@core/gradbox_core.wasm?url';
import microPythonUrl from '@micropython/micropython-webassembly-pyscript/micropython.wasm?url';
import workerUrl from '../worker.ts?worker&url';

export { coreUrl, microPythonUrl, workerUrl };
