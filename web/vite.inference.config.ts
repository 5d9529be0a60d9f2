// The runtime for ONNX models alone, for other pages: dist/inference. As a plain script it is `ort`.
import { library } from './vite.common.ts';

export default library('web/inference/index.ts', 'dist/inference', 'gradbox-inference', 'ort');
