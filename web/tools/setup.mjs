// Installs what is missing: Debian packages and npm modules. Does nothing, fast, when all is there.
//   node web/tools/setup.mjs start|build|bench|test [--dry-run]
import { existsSync, lstatSync, readFileSync, unlinkSync } from 'node:fs';
import { answers, at, capture, isMain, main, run, StepFailed, say, which } from './common.mjs';

const anyProgram =
  (...names) =>
  () =>
    names.some((name) => which(name));
const anyFile =
  (...files) =>
  () =>
    files.some((file) => existsSync(file));
const anyHeader = (header) =>
  anyFile(
    ...['/usr/local/include', '/usr/include', '/opt/homebrew/include'].map((d) => `${d}/${header}`),
  );
const debianPython = (module) => anyFile(`/usr/lib/python3/dist-packages/${module}`);

// Debian package → how to see that what it brings is already there, from wherever it came.
const forBuild = {
  cmake: anyProgram('cmake'),
  'ninja-build': anyProgram('ninja'),
  ccache: anyProgram('ccache'),
  emscripten: anyProgram('emcc'),
  'libxtensor-dev': anyHeader('xtensor/xarray.hpp'),
  'libprotozero-dev': anyHeader('protozero/pbf_writer.hpp'),
  catch2: anyHeader('catch2/catch.hpp'),
  'python3-dotenv': debianPython('dotenv'),
};
const forNative = { 'g++': anyProgram('g++', 'clang++') };
const forBrowser = { chromium: anyProgram('chromium', 'chromium-browser', 'google-chrome') };
const forParity = {
  'python3-torch': debianPython('torch'),
  'libopenblas0-pthread': () => answers('dpkg', ['-s', 'libopenblas0-pthread']),
  'python3-onnx': debianPython('onnx'),
};
const forOnnx = {
  'libonnx-testdata': () =>
    process.env.ONNX_TESTDATA !== undefined || existsSync('/usr/share/libonnx-testdata/data'),
};

const groups = {
  start: forBuild,
  build: forBuild,
  bench: forBuild,
  native: { ...forBuild, ...forNative },
  browser: { ...forBuild, ...forBrowser },
  parity: { ...forBuild, ...forParity },
  onnx: { ...forBuild, ...forNative, ...forOnnx },
  test: { ...forBuild, ...forNative, ...forBrowser, ...forParity, ...forOnnx },
};

/**
 * Makes sure that the packages of `names` (keys of `groups`) and the npm modules are installed.
 * Throws StepFailed, with the command to type, where this process may not install them.
 */
export async function setUp(names, { dryRun = false } = {}) {
  checkNode();
  const wanted = Object.assign({}, ...names.map((name) => groups[name]));
  const missing = Object.keys(wanted).filter((name) => !wanted[name]());
  const npm = npmReason();
  if (dryRun) {
    say(`Debian packages to install: ${missing.join(' ') || 'none'}`);
    say(`npm modules: ${npm ?? 'up to date'}`);
    return;
  }
  if (missing.length) await installDebian(missing);
  if (npm) {
    say(`Installing npm modules (${npm}) ...`);
    unlinkShared(at('node_modules'));
    await run('npm', ['ci', '--no-audit', '--no-fund']);
  }
}

/** `npm ci` would empty what a linked folder points to, another worktree's modules, first. */
function unlinkShared(folder) {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(folder);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new StepFailed(`Node 20.19 or later is needed; this is ${process.version}.`);
  }
}

async function installDebian(packages) {
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (!which('apt-get')) {
    throw new StepFailed(
      `Missing: ${packages.join(', ')} (Debian's package names). There is no apt-get here: ` +
        'please install them yourself.',
    );
  }
  let prefix = [];
  if (process.getuid() !== 0) {
    if (!which('sudo') || !answers('sudo', ['-n', 'true'])) {
      throw new StepFailed(
        'Some Debian packages are missing and this user may not install them. Please run\n\n' +
          `  sudo apt-get update && sudo apt-get ${install.join(' ')}\n\nand try again.`,
      );
    }
    prefix = ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND'];
  }
  say(`Installing Debian packages: ${packages.join(' ')} ...`);
  const began = Date.now();
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (args) => {
    const [command, ...rest] = [...prefix, 'apt-get', '-q', ...args];
    return run(command, rest, { env, quiet: true });
  };
  await aptGet(['update']);
  await aptGet(install);
  say(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`);
  // emscripten depends on Debian's own Node 18, which must not have come in front of the user's.
  const { stdout } = await capture('node', ['--version']);
  if (stdout.trim() !== process.version) {
    throw new StepFailed(
      `The first node on PATH is now ${stdout.trim()}, no longer ${process.version}. ` +
        'Please put the newer one first on PATH and try again.',
    );
  }
}

/** Why `npm ci` is needed, or undefined: compares what is installed with the lockfile. */
function npmReason() {
  const installed = at('node_modules', '.package-lock.json');
  if (!existsSync(installed)) return 'none yet';
  const wanted = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  for (const [name, { version, optional }] of Object.entries(wanted)) {
    if (name === '') continue;
    // npm leaves out optional packages that are for other systems.
    if (!present[name] && optional) continue;
    if (present[name]?.version !== version)
      return `${name.replace(/.*node_modules\//, '')} ${version}`;
    if (!existsSync(at(name))) return `${name} is gone`;
  }
  return undefined;
}

if (isMain(import.meta)) {
  await main(async () => {
    const args = process.argv.slice(2);
    const names = args.filter((arg) => arg in groups);
    if (!names.length) throw new StepFailed(`usage: setup.mjs ${Object.keys(groups).join('|')}`);
    await setUp(names, { dryRun: args.includes('--dry-run') });
  });
}
