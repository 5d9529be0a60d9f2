/**
 * What is known of the names that pickles use. A name that isn't here is not called safe: whoever
 * reads the verdict decides whether they trust it.
 */

import { COMPUTED, PERSISTENT } from './machine';

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
  exceptions: 'builtins',
  UserDict: 'collections',
  commands: 'subprocess',
  cPickle: 'pickle',
};

const PLAIN: Record<string, readonly string[]> = {
  builtins:
    'set frozenset bytearray complex range xrange slice list dict tuple int long float str unicode bytes bool object memoryview Ellipsis NotImplemented'.split(
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
  zoneinfo: ['ZoneInfo', 'ZoneInfo._unpickle'],
  re: ['_compile'],
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
  'torch.nn.parameter': ['Parameter', 'Buffer'],
  'torch.nn.utils.rnn': ['PackedSequence'],
  'torch.storage': ['TypedStorage', 'UntypedStorage', '_TypedStorage', '_UntypedStorage'],
  torch: [
    'Tensor',
    'Size',
    'device',
    'dtype',
    ...'float16 float32 float64 half float double bfloat16 int8 int16 int32 int64 uint8 bool complex64 complex128 uint16 uint32 uint64 float8_e4m3fn float8_e5m2 complex32 short long qint8 quint8 qint32 strided sparse_coo per_tensor_affine per_channel_affine'.split(
      ' ',
    ),
  ],
  numpy: [
    'ndarray',
    'dtype',
    ...'bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 longdouble complex64 complex128 str_ bytes_ datetime64 timedelta64'.split(
      ' ',
    ),
  ],
  'numpy.random._pickle': ['__randomstate_ctor', '__generator_ctor', '__bit_generator_ctor'],
  'numpy.random._mt19937': ['MT19937'],
  'numpy.random._pcg64': ['PCG64', 'PCG64DXSM'],
  'numpy.random._philox': ['Philox'],
  'numpy.random._sfc64': ['SFC64'],
  'numpy.random.bit_generator': ['SeedSequence', '__pyx_unpickle_SeedSequence'],
  'joblib.numpy_pickle': ['NumpyArrayWrapper'],
  'numpy.core.multiarray': NUMPY_ARRAYS,
  'numpy._core.multiarray': NUMPY_ARRAYS,
  'numpy.core.numeric': NUMPY_ARRAYS,
  'numpy._core.numeric': NUMPY_ARRAYS,
};

/** Functions that compute and nothing else, which layers keep as their activation. */
const ACTIVATIONS =
  /^torch(?:\.nn\.functional|\._C\._nn)?\.(?:relu6?|gelu|elu|selu|celu|silu|mish|leaky_relu|sigmoid|tanh|softmax|log_softmax|softplus|hardswish|hardsigmoid|hardtanh|logsigmoid)_?$/;
/** Where PyTorch has its layers and optimizers; what begins with a capital is a class. */
const CLASSES: readonly [RegExp, string][] = [
  [/^torch\.(?:ao\.)?nn(?:\.\w+)*\.modules\.\w+$/, 'a layer of PyTorch'],
  [/^torch\.nn\.utils\.(?:weight_norm|spectral_norm|parametrize)$/, 'a part of layers of PyTorch'],
  [/^torch\.optim\.\w+$/, 'an optimizer of PyTorch'],
];

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
  cgitb: CODE,
  rlcompleter: CODE,
  'test.support': CODE,
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
  'torch.fx.experimental': CODE,
  'torch.utils.bottleneck': CODE,
  'torch.utils._config_module': CODE,
  'torch.utils.data.datapipes': CODE,
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

/** Parts of a dotted name that lead out of the object to all that its module can reach. */
const WAY_OUT =
  /\.__(?:globals|builtins|class|dict|subclasses|bases|base|mro|init|new|reduce|reduce_ex|getattribute|code|closure|loader|spec|import)__(?:\.|$)/;

function modern(module: string): string {
  return RENAMED[module] ?? module;
}

export function takesMembers(module: string, name: string): boolean {
  return modern(module) === 'builtins' && name === 'getattr';
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

/** What a dotted name comes to on its way through attributes: `core.os.system`. */
function reached(name: string): string | undefined {
  if (!name.includes('.')) return undefined;
  if (WAY_OUT.test(`.${name}`)) return REACH;
  const path = name.split('.');
  for (let i = 0; i < path.length; i++) {
    const why = danger(path.slice(i).join('.'));
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
  if (module === PERSISTENT.module && name === PERSISTENT.name) {
    return { judgement: 'unknown', why: 'is called, whatever it is' };
  }
  const dotted = `${module}.${name}`;
  if (ACTIVATIONS.test(dotted)) return { judgement: 'layer', why: 'an activation of PyTorch' };
  const known = /^[A-Z]\w*$/.test(name) && CLASSES.find(([path]) => path.test(module));
  if (known) return { judgement: 'layer', why: known[1] };
  if (module === 'builtins' && /^[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit)$/.test(name)) {
    return { judgement: 'plain', why: 'an exception, not raised by loading it' };
  }
  // A dotted name may lead through a module that another one has imported.
  const why = danger(dotted) ?? reached(name);
  if (why) return { judgement: 'danger', why };
  if (module === '__main__') {
    return { judgement: 'unknown', why: 'of the program that saved the file' };
  }
  return { judgement: 'unknown', why: 'not known to this page' };
}
