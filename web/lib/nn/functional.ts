// torch.nn.functional: the registry's functional operators.
import type { FunctionalFunctions } from '@generated/ops';
import { opFunction, opNames } from '../functions.ts';
import { namespace } from '../names.ts';

export const functional = namespace(
  "module 'torch.nn.functional'",
  {},
  (name) => opFunction('functional', name),
  () => opNames('functional'),
) as FunctionalFunctions;
