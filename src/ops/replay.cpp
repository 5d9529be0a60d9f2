// The gradient of an operator by running its forward again, recorded.
#include "autograd/engine.h"
#include "autograd/variable.h"
#include "ops/ops.h"

namespace gradbox {

TensorList replay_backward(BackwardContext& c, const TensorList& g) {
  const bool again = grad_enabled();  // gradients of these gradients will be wanted
  const OpDef& op = c.op();
  const Args plain = c.args();
  TensorList wanted;
  std::vector<std::size_t> slots;  // where among the tensor arguments they stand
  std::size_t slot = 0;
  const auto stand_in = [&](const Tensor& t, bool needed) {
    const std::size_t at = slot++;
    if (!needed) return t.defined() && !t.is_wrapped_number() ? t.detach() : t;
    // Another tensor than the saved one, whose hooks must not run here.
    Tensor x = again ? call("alias", {t}).get<Tensor>() : t.detach();
    if (!again) x.set_requires_grad(true);
    wanted.push_back(x);
    slots.push_back(at);
    return x;
  };
  GradModeGuard record(true);
  Values args;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const ArgSpec& spec = op.schema.args[i];
    if (spec.kind == ArgKind::TensorList) {
      TensorList list;
      const TensorList saved = c.tensors(i);
      for (std::size_t k = 0; k < saved.size(); ++k)
        list.push_back(stand_in(saved[k], c.needs(i, k)));
      args.emplace_back(list);
    } else if (spec.is_tensor()) {
      const Tensor t = c.tensor(i);
      if (t.defined()) args.emplace_back(stand_in(t, c.needs(i)));
      else stand_in(t, false), args.emplace_back();
    } else {
      args.push_back(plain[i]);
    }
  }
  const Value result = op.forward(Args(args, nullptr));
  TensorList from, seeds;
  const TensorList outputs =
      result.is<Tensor>() ? TensorList{result.get<Tensor>()} : result.get<TensorList>();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].requires_grad() || !g[i].defined()) continue;
    from.push_back(outputs[i]);
    seeds.push_back(g[i]);
  }
  TensorList out(slot);
  if (from.empty()) return out;
  const TensorList grads = grad(from, wanted, seeds, {again, again}, true);
  for (std::size_t i = 0; i < wanted.size(); ++i) out[slots[i]] = grads[i];
  return out;
}

}  // namespace gradbox
