/**
 * What is known of the names that pickles use. A name that isn't here is not called safe: whoever
 * reads the verdict decides whether they trust it.
 */

import { COMPUTED } from './machine';

export type Judgement = 'plain' | 'tensor' | 'layer' | 'unknown' | 'danger';

export interface Judged {
  judgement: Judgement;
  /** What it is or does, for the listing. */
  why: string;
}

/** Names of Python 2 in what protocols 0 to 2 write. */
const RENAMED: Record<string, string> = {
  __builtin__: 'builtins',
  copy_reg: 'copyreg',
  UserDict: 'collections',
  commands: 'subprocess',
  cPickle: 'pickle',
};

const PLAIN: Record<string, readonly string[]> = {
  builtins:
    'set frozenset bytearray complex range slice list dict tuple int float str bytes bool object'.split(
      ' ',
    ),
  collections: ['OrderedDict', 'defaultdict', 'deque', 'Counter'],
  _codecs: ['encode'],
  copyreg: ['_reconstructor', '__newobj__', '__newobj_ex__'],
  datetime: ['datetime', 'date', 'time', 'timedelta', 'timezone'],
  decimal: ['Decimal'],
  fractions: ['Fraction'],
  uuid: ['UUID'],
  pathlib: ['Path', 'PosixPath', 'WindowsPath', 'PurePath', 'PurePosixPath', 'PureWindowsPath'],
  types: ['SimpleNamespace'],
  argparse: ['Namespace'],
};

const NUMPY_ARRAYS = ['_reconstruct', 'scalar', '_frombuffer'];
const TENSOR: Record<string, readonly string[]> = {
  'torch._utils':
    '_rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter _rebuild_parameter_with_state _rebuild_sparse_tensor _rebuild_sparse_csr_tensor _rebuild_qtensor _rebuild_meta_tensor_no_storage _rebuild_device_tensor_from_numpy'.split(
      ' ',
    ),
  'torch._tensor': ['_rebuild_from_type_v2'],
  'torch.serialization': ['_get_layout'],
  'torch.nn.parameter': ['Parameter'],
  'torch.storage': ['TypedStorage', 'UntypedStorage', '_TypedStorage', '_UntypedStorage'],
  torch: [
    'Tensor',
    'Size',
    'device',
    'dtype',
    ...'float16 float32 float64 half float double bfloat16 int8 int16 int32 int64 uint8 bool complex64 complex128 qint8 quint8 qint32 strided sparse_coo per_tensor_affine per_channel_affine'.split(
      ' ',
    ),
  ],
  numpy: ['ndarray', 'dtype'],
  'numpy.core.multiarray': NUMPY_ARRAYS,
  'numpy._core.multiarray': NUMPY_ARRAYS,
  'numpy.core.numeric': NUMPY_ARRAYS,
  'numpy._core.numeric': NUMPY_ARRAYS,
};

const COMMANDS = 'runs commands of the operating system';
const CODE = 'runs Python code that the file brings along, or loads more of it';
const REACH = 'reaches or combines other functions, so that a file can build any call';
const FILES = 'reads, writes or deletes files';
const NETWORK = 'opens network connections';
const PICKLES = 'loads another pickle';

/** Whole modules, with what is in them. */
const DANGEROUS_MODULES: Record<string, string> = {
  os: COMMANDS,
  posix: COMMANDS,
  nt: COMMANDS,
  subprocess: COMMANDS,
  _posixsubprocess: COMMANDS,
  pty: COMMANDS,
  popen2: COMMANDS,
  platform: COMMANDS,
  multiprocessing: COMMANDS,
  concurrent: COMMANDS,
  asyncio: COMMANDS,
  webbrowser: COMMANDS,
  pip: COMMANDS,
  setuptools: COMMANDS,
  distutils: COMMANDS,
  venv: COMMANDS,
  ensurepip: COMMANDS,
  sys: REACH,
  operator: REACH,
  _operator: REACH,
  functools: REACH,
  _functools: REACH,
  itertools: REACH,
  inspect: REACH,
  gc: REACH,
  types: REACH,
  importlib: CODE,
  _frozen_importlib: CODE,
  imp: CODE,
  runpy: CODE,
  code: CODE,
  codeop: CODE,
  pdb: CODE,
  bdb: CODE,
  cProfile: CODE,
  profile: CODE,
  timeit: CODE,
  trace: CODE,
  doctest: CODE,
  unittest: CODE,
  pydoc: CODE,
  pkgutil: CODE,
  zipimport: CODE,
  site: CODE,
  ctypes: CODE,
  _ctypes: CODE,
  cffi: CODE,
  marshal: CODE,
  idlelib: CODE,
  lib2to3: CODE,
  threading: CODE,
  _thread: CODE,
  signal: CODE,
  atexit: CODE,
  sched: CODE,
  'logging.config': CODE,
  io: FILES,
  _io: FILES,
  shutil: FILES,
  tempfile: FILES,
  fileinput: FILES,
  linecache: FILES,
  zipfile: FILES,
  tarfile: FILES,
  glob: FILES,
  mmap: FILES,
  sqlite3: FILES,
  dbm: FILES,
  socket: NETWORK,
  _socket: NETWORK,
  ssl: NETWORK,
  socketserver: NETWORK,
  http: NETWORK,
  httplib: NETWORK,
  urllib: NETWORK,
  urllib2: NETWORK,
  requests: NETWORK,
  aiohttp: NETWORK,
  ftplib: NETWORK,
  smtplib: NETWORK,
  telnetlib: NETWORK,
  poplib: NETWORK,
  imaplib: NETWORK,
  nntplib: NETWORK,
  xmlrpc: NETWORK,
  pickle: PICKLES,
  _pickle: PICKLES,
  shelve: PICKLES,
  dill: CODE,
  cloudpickle: CODE,
  joblib: PICKLES,
  'torch.hub': CODE,
  'torch.jit': CODE,
  'torch.package': CODE,
  'torch.distributed': COMMANDS,
  'torch.multiprocessing': COMMANDS,
  'torch.serialization': PICKLES,
  'torch.utils.cpp_extension': COMMANDS,
  'torch._dynamo': CODE,
  'torch._inductor': CODE,
  'torch.testing': CODE,
  'torch.utils.collect_env': COMMANDS,
  'numpy.testing': CODE,
  'numpy.f2py': COMMANDS,
  'numpy.distutils': COMMANDS,
};

/** Single names of modules that are harmless otherwise. */
const DANGEROUS: Record<string, string> = {
  'builtins.eval': CODE,
  'builtins.exec': CODE,
  'builtins.execfile': CODE,
  'builtins.compile': CODE,
  'builtins.__import__': CODE,
  'builtins.breakpoint': CODE,
  'builtins.open': FILES,
  'builtins.file': FILES,
  'builtins.input': CODE,
  'builtins.raw_input': CODE,
  'builtins.getattr': REACH,
  'builtins.setattr': REACH,
  'builtins.delattr': REACH,
  'builtins.apply': REACH,
  'builtins.map': REACH,
  'builtins.filter': REACH,
  'builtins.reduce': REACH,
  'builtins.globals': REACH,
  'builtins.locals': REACH,
  'builtins.vars': REACH,
  'builtins.type': REACH,
  'builtins.classmethod': REACH,
  'builtins.property': REACH,
  'builtins.exit': REACH,
  'builtins.quit': REACH,
  'builtins.help': CODE,
  'torch.load': PICKLES,
  'torch.storage._load_from_bytes': PICKLES,
  'numpy.load': PICKLES,
  'pandas.read_pickle': PICKLES,
  'pandas.io.pickle.read_pickle': PICKLES,
};

/** Functions whose first argument is a pickle, which is then inspected as well. */
const NESTED = new Set(['torch.storage._load_from_bytes', 'pickle.loads', '_pickle.loads']);

function modern(module: string): string {
  return RENAMED[module] ?? module;
}

export function loadsItsArgument(module: string, name: string): boolean {
  return NESTED.has(`${modern(module)}.${name}`);
}

/** `os` stands for `os.path` as well, and `getattr.__call__` is getattr. */
function danger(dotted: string): string | undefined {
  const path = dotted.split('.');
  for (let i = path.length; i > 0; i--) {
    const prefix = path.slice(0, i).join('.');
    const why = DANGEROUS[prefix] ?? DANGEROUS_MODULES[prefix];
    if (why) return why;
  }
  return undefined;
}

export function judge(rawModule: string, name: string): Judged {
  const module = modern(rawModule);
  if (module === COMPUTED || name === COMPUTED) {
    return { judgement: 'danger', why: 'the file computes which name this is' };
  }
  if (PLAIN[module]?.includes(name)) return { judgement: 'plain', why: 'plain data' };
  if (TENSOR[module]?.includes(name)) return { judgement: 'tensor', why: 'tensors and arrays' };
  if (module === 'torch' && /^\w+Storage$/.test(name)) {
    return { judgement: 'tensor', why: 'elements of tensors' };
  }
  if (/^torch\.nn\.modules\.\w+$/.test(module) && /^[A-Z]\w*$/.test(name)) {
    return { judgement: 'layer', why: 'a layer of PyTorch' };
  }
  // A dotted name may lead through a module that another one has imported.
  const why = danger(`${module}.${name}`) ?? (name.includes('.') ? danger(name) : undefined);
  if (why) return { judgement: 'danger', why };
  if (module === '__main__') {
    return { judgement: 'unknown', why: 'of the program that saved the file' };
  }
  return { judgement: 'unknown', why: 'not known to this page' };
}
