import { keep } from '../memory.ts';
import { state, throwLast } from '../state.ts';
import { Tensor } from '../tensor.ts';

/**
 * torch.nn.Parameter: a leaf tensor over the memory of `data`. Assigned to an attribute of a module
 * it becomes one of the module's parameters. Scopes (tidy) leave parameters alone.
 */
export class Parameter extends Tensor {
  constructor(data: Tensor, requires_grad = true) {
    super(state().core._gb_detach(data.handle) || throwLast());
    keep(this);
    this.requires_grad = requires_grad;
  }

  /** For the library: stands for a parameter that the core made. */
  static adopt(handle: number): Parameter {
    const made = new Tensor(handle);
    Object.setPrototypeOf(made, Parameter.prototype);
    return keep(made) as Parameter;
  }

  override toString(): string {
    if (this.handle <= 0) return '<deleted tensor>';
    return state().core.tensorText(this.handle, 'Parameter containing:\ntensor(') || throwLast();
  }
}
