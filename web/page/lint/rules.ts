/**
 * The rules. Each looks at the syntax tree for something that runs and yet is rarely meant; where a
 * rule can't be sure, it is silent.
 */
import type { SyntaxNode } from '@runtime/python/tree';
import { hardCodedKeys } from './keys';
import type { Note } from './notes';
import { Program } from './program';

const LOOPS = ['ForStatement', 'WhileStatement'];
const OPTIMIZER =
  /(?:^|\.)(?:SGD|Adam|AdamW|Adamax|NAdam|RAdam|Adagrad|Adadelta|RMSprop|Rprop|ASGD|LBFGS)$/;
const CHANGES_IN_EVAL = /^(?:Dropout|AlphaDropout|BatchNorm|InstanceNorm)\w*$/;

export function lintPython(text: string): Note[] {
  if (!/\b(?:torch|pickle)\b|['"]/.test(text)) return [];
  const program = new Program(text);
  const torch = /^\s*(?:import|from)\s+torch\b/m.test(text);
  const notes = [...pickleLoads(program), ...hardCodedKeys(program)];
  if (torch) {
    notes.push(
      ...forwardCalls(program),
      ...missingZeroGrad(program),
      ...keptGraphs(program),
      ...softmaxBeforeLoss(program),
      ...missingEval(program),
    );
  }
  return notes.sort((a, b) => a.from - b.from);
}

function* forwardCalls(program: Program): Generator<Note> {
  for (const call of program.calls) {
    const target = call.firstChild!;
    const receiver = program.receiver(call);
    if (!receiver || program.callee(call) !== 'forward') continue;
    if (receiver.name === 'CallExpression') continue; // super().forward(x)
    const name = program.of(receiver);
    // Base.forward(self, x), and functions of autograd.
    if (/^[A-Z]/.test(name.split('.').at(-1)!)) continue;
    const owner = program.around(call, 'ClassDefinition')?.getChild('VariableName');
    if (name === 'self' && !(owner && program.isModule(program.of(owner)))) continue;
    const value = program.valueOf(name, call.from);
    const made = value?.name === 'CallExpression' ? program.of(value.firstChild!) : '';
    if (program.hasClass(made) && !program.isModule(made)) continue;
    yield {
      rule: 'forward-call',
      from: target.from,
      to: target.to,
      text: `${name}.forward(…) skips the module's hooks without a word. Call the module itself: it runs the hooks around forward.`,
      fixes: [
        {
          title: `Call ${name}(…)`,
          edits: [{ from: receiver.to, to: target.to, insert: '' }],
        },
      ],
    };
  }
}

function* missingZeroGrad(program: Program): Generator<Note> {
  // Anything that clears gradients, anywhere, may be reached from the loop.
  if (/zero_grad|\.grad\s*=|\.grad\.(?:data\.)?(?:zero_|fill_)|grad\s*=\s*None/.test(program.text))
    return;
  const seen = new Set<number>();
  for (const backward of program.calls) {
    if (program.callee(backward) !== 'backward') continue;
    const loop = program.around(backward, ...LOOPS);
    if (!loop || program.around(backward, 'FunctionDefinition', 'LambdaExpression')) continue;
    const step = program.calls.find((call) => {
      const receiver = program.receiver(call);
      if (program.callee(call) !== 'step' || !receiver || !program.within(call, loop)) return false;
      const made = program.valueOf(program.of(receiver), call.from);
      return made?.name === 'CallExpression' && OPTIMIZER.test(program.of(made.firstChild!));
    });
    if (!step || seen.has(step.from)) continue;
    seen.add(step.from);
    const optimizer = program.of(program.receiver(step)!);
    const { from, indent } = program.line(backward);
    yield {
      rule: 'zero-grad',
      from: backward.from,
      to: backward.to,
      text: `backward() adds to the gradients of the step before, because nothing clears them. Call ${optimizer}.zero_grad() in each step.`,
      fixes: [
        {
          title: `Add ${optimizer}.zero_grad()`,
          edits: [{ from, to: from, insert: `${indent}${optimizer}.zero_grad()\n` }],
        },
      ],
    };
  }
}

/** `total += loss` beside `loss.backward()`: the sum holds every step's graph. */
function* keptGraphs(program: Program): Generator<Note> {
  const backed = new Map<string, SyntaxNode[]>();
  for (const call of program.calls) {
    const receiver = program.receiver(call);
    if (program.callee(call) !== 'backward' || receiver?.name !== 'VariableName') continue;
    const name = program.of(receiver);
    backed.set(name, [...(backed.get(name) ?? []), call]);
  }
  for (const statement of statements(program)) {
    const [total, loss] = summed(program, statement);
    if (!total || !loss || backed.has(program.of(total))) continue;
    const loop = program.around(statement, ...LOOPS);
    const calls = backed.get(program.of(loss)) ?? [];
    if (!loop || !calls.some((call) => program.within(call, loop))) continue;
    const name = program.of(loss);
    yield {
      rule: 'kept-graph',
      from: loss.from,
      to: loss.to,
      text: `${name} carries its graph, so ${program.of(total)} keeps the graphs of all steps in memory. ${name}.item() is the plain number.`,
      fixes: [
        { title: `Use ${name}.item()`, edits: [{ from: loss.to, to: loss.to, insert: '.item()' }] },
      ],
    };
  }
}

function* statements(program: Program): Generator<SyntaxNode> {
  const cursor = program.source.tree.cursor();
  do {
    if (cursor.name === 'UpdateStatement' || cursor.name === 'AssignStatement') yield cursor.node;
  } while (cursor.next());
}

/** The sum and the summand of `total += loss` and `total = total + loss`. */
function summed(program: Program, node: SyntaxNode): [SyntaxNode?, SyntaxNode?] {
  const target = node.firstChild;
  const value = node.lastChild;
  if (target?.name !== 'VariableName' || !value) return [];
  if (node.name === 'UpdateStatement') {
    const sign = target.nextSibling;
    return sign && program.of(sign) === '+=' && value.name === 'VariableName'
      ? [target, value]
      : [];
  }
  if (value.name !== 'BinaryExpression') return [];
  const [left, right] = [value.firstChild, value.lastChild];
  const plus = left?.nextSibling;
  if (!left || !right || !plus || program.of(plus) !== '+') return [];
  return program.of(left) === program.of(target) && right.name === 'VariableName'
    ? [target, right]
    : [];
}

const SOFTMAX_TEXT =
  'CrossEntropyLoss takes logits and applies log-softmax itself. Softmax before it flattens the gradients, and training becomes slow.';

function* softmaxBeforeLoss(program: Program): Generator<Note> {
  const softmaxOf = (node: SyntaxNode | undefined): SyntaxNode | undefined =>
    node?.name === 'CallExpression' && program.callee(node) === 'softmax' ? node : undefined;
  for (const call of program.calls) {
    if (!isCrossEntropy(program, call)) continue;
    const [input] = program.args(call);
    if (!input) continue;
    const named = input.name === 'VariableName';
    const value = named ? program.valueOf(program.of(input), call.from) : input;
    const softmax = softmaxOf(value);
    if (softmax) {
      const method = program.receiver(softmax);
      const functional = /^(?:torch|F|nn\.functional|torch\.nn\.functional)$/;
      const logits =
        method && !functional.test(program.of(method)) ? method : program.args(softmax)[0];
      yield {
        rule: 'softmax-loss',
        from: input.from,
        to: input.to,
        text: SOFTMAX_TEXT,
        fixes: logits
          ? [
              {
                title: `Pass ${program.of(logits)}`,
                edits: [{ from: input.from, to: input.to, insert: program.of(logits) }],
              },
            ]
          : [],
      };
      continue;
    }
    // model(x) of a Sequential that ends in Softmax.
    if (value?.name !== 'CallExpression' || value.firstChild?.name !== 'VariableName') continue;
    const model = program.valueOf(program.of(value.firstChild), value.from);
    if (model?.name !== 'CallExpression' || program.callee(model) !== 'Sequential') continue;
    const layers = program.args(model);
    const last = layers.at(-1);
    if (last?.name !== 'CallExpression' || program.callee(last) !== 'Softmax') continue;
    const before = layers.at(-2);
    yield {
      rule: 'softmax-loss',
      from: last.from,
      to: last.to,
      text: SOFTMAX_TEXT,
      fixes: before
        ? [{ title: 'Remove Softmax', edits: [{ from: before.to, to: last.to, insert: '' }] }]
        : [],
    };
  }
}

function isCrossEntropy(program: Program, call: SyntaxNode): boolean {
  if (program.callee(call) === 'cross_entropy') return true;
  const target = call.firstChild;
  if (target?.name === 'CallExpression') return program.callee(target) === 'CrossEntropyLoss';
  if (target?.name !== 'VariableName') return false;
  const value = program.valueOf(program.of(target), call.from);
  return value?.name === 'CallExpression' && program.callee(value) === 'CrossEntropyLoss';
}

function* pickleLoads(program: Program): Generator<Note> {
  // What the snippet wrote itself, it knows.
  const writes = program.calls.some((call) => /^(?:dump|dumps|save)$/.test(program.callee(call)));
  if (writes) return;
  for (const call of program.calls) {
    const receiver = program.receiver(call);
    const name = program.callee(call);
    if (!receiver || program.of(receiver) !== 'pickle' || !/^loads?$/.test(name)) continue;
    yield {
      rule: 'pickle-load',
      from: call.from,
      to: call.to,
      text: 'A pickle can run any code while it is loaded. Load only files that you trust; weights alone are safer as safetensors, and whole models as ONNX.',
      fixes: [],
    };
  }
}

function* missingEval(program: Program): Generator<Note> {
  const changes = program.calls.some((call) => CHANGES_IN_EVAL.test(program.callee(call)));
  if (!changes) return;
  for (const call of program.calls) {
    if (!/(?:^|\.)onnx\.export$/.test(program.of(call.firstChild!))) continue;
    const [model] = program.args(call);
    if (model?.name !== 'VariableName') continue;
    const name = program.of(model);
    const ready = program.calls.some((other) => {
      const receiver = program.receiver(other);
      const method = program.callee(other);
      return (
        other.from < call.from &&
        (method === 'eval' || method === 'train') &&
        receiver !== null &&
        program.of(receiver) === name
      );
    });
    if (ready || /\.eval\(\)/.test(program.text.slice(0, call.from))) continue;
    const { from, indent } = program.line(call);
    yield {
      rule: 'eval-export',
      from: model.from,
      to: model.to,
      text: `${name} has layers that act otherwise in training (dropout, batch norm). Export writes the eval mode; call ${name}.eval() first, so that what you compare with it does the same.`,
      fixes: [
        {
          title: `Add ${name}.eval()`,
          edits: [{ from, to: from, insert: `${indent}${name}.eval()\n` }],
        },
      ],
    };
  }
}
