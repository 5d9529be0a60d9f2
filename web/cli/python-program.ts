/** Runs snippets with a Python of this machine, each in a folder of its own that is then removed. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { RunMessage } from '@runtime/protocol.ts';
import source from './python-driver.py?raw';
import type { Ran } from './snippet-worker.ts';

interface Driver {
  child: ChildProcessWithoutNullStreams;
  /** Takes what is wrong with the program that runs. */
  waiting: { current: ((problem: string) => void) | undefined };
}

export class PythonProgram {
  private driver: Driver | undefined;

  /** @param python a program's name or path; the system must know fork(), so not Windows */
  constructor(private readonly python: string) {}

  async run(request: Omit<RunMessage, 'type' | 'id'>, limit: number): Promise<Ran> {
    const folder = mkdtempSync(path.join(tmpdir(), 'gradbox-check-'));
    try {
      for (const [name, bytes] of Object.entries(request.files)) {
        const file = path.join(folder, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, bytes);
      }
      writeFileSync(path.join(folder, request.filename), request.source);
      const problem = await this.ask({ folder, name: request.filename }, limit);
      const read = (name: string) => {
        const file = path.join(folder, name);
        return existsSync(file) ? readFileSync(file, 'utf8') : '';
      };
      const printed = read('.stdout');
      if (problem === '') return { printed };
      return { printed, error: read('.stderr').trimEnd() || problem };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** What is wrong with how the program ended, or an empty text. */
  private ask(job: object, limit: number): Promise<string> {
    this.driver ??= this.start();
    const { child, waiting } = this.driver;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.end();
        waiting.current?.(`it takes longer than ${limit / 1000} s`);
      }, limit);
      waiting.current = (problem) => {
        waiting.current = undefined;
        clearTimeout(timer);
        resolve(problem);
      };
      child.stdin.write(`${JSON.stringify(job)}\n`);
    });
  }

  private start(): Driver {
    const child = spawn(this.python, ['-c', source]);
    const waiting: Driver['waiting'] = { current: undefined };
    let complaints = '';
    const gone = (text: string) => {
      if (this.driver?.child === child) this.driver = undefined;
      waiting.current?.(`${this.python}: ${text}`);
    };
    child.on('error', (error) => gone(error.message));
    child.on('close', () => gone(complaints.trimEnd().split('\n').at(-1) || 'it ended'));
    child.stderr.on('data', (data: Buffer) => {
      complaints += data;
    });
    // A program that couldn't be started says so by its own event.
    child.stdin.on('error', () => {});
    createInterface(child.stdout).on('line', (code) => {
      waiting.current?.(code === '0' ? '' : `it exits with code ${code}`);
    });
    return { child, waiting };
  }

  end(): void {
    this.driver?.child.kill();
    this.driver = undefined;
  }
}
