// Running the operators of a forward again, on other data.
#include "autograd/variable.h"
#include "core/generator.h"
#include "record/trace.h"

namespace gradbox::record {

namespace {

// Runs without a trace of its own.
class Quiet {
 public:
  Quiet() : observer_(set_op_observer(nullptr)), generator_(use_generator(&scratch())) {}
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet() {
    use_generator(generator_);
    set_op_observer(observer_);
  }

 private:
  static Generator& scratch() {
    static auto* g = new Generator(0);
    return *g;
  }
  GradModeGuard off_{false};
  OpObserver* observer_;
  Generator* generator_;
};

// As the module would be called in eval mode.
void evaluate(const OpDef& op, Values& args) {
  const int training = op.schema.index_of("training");
  if (training >= 0) {
    const int mean = op.schema.index_of("running_mean");
    const bool own = mean >= 0 && args[static_cast<std::size_t>(mean)].is_none();
    if (!own) args[static_cast<std::size_t>(training)] = Value(false);
  }
  if (const int p = op.schema.index_of("dropout_p"); p >= 0)
    args[static_cast<std::size_t>(p)] = Value(0.0);
  // instance_norm
  if (const int own = op.schema.index_of("use_input_stats"); own >= 0)
    if (!args[static_cast<std::size_t>(op.schema.index_of("running_mean"))].is_none())
      args[static_cast<std::size_t>(own)] = Value(false);
}

}  // namespace

Tensor replay(const TracedForward& forward, const Tensor& input, std::vector<Tensor>* slots) {
  const Quiet quiet;
  std::vector<Tensor> own;
  std::vector<Tensor>& at = slots ? *slots : own;
  at.assign(static_cast<std::size_t>(forward.slots), Tensor());
  for (const auto& [slot, tensor] : forward.given) at[static_cast<std::size_t>(slot)] = tensor;
  if (forward.input_slot >= 0) at[static_cast<std::size_t>(forward.input_slot)] = input;
  for (const TracedOp& traced : forward.ops) {
    Values args = traced.args;
    if (forward.input_slot < 0)
      for (Value& v : args)
        if (v.is<Tensor>() && v.get<Tensor>().is_same(forward.input)) v = Value(input);
    for (const auto& c : traced.computed) {
      const Tensor& value = at[static_cast<std::size_t>(c.slot)];
      if (c.item < 0) {
        args[c.arg] = Value(value);
        continue;
      }
      TensorList list = args[c.arg].get<TensorList>();
      list[static_cast<std::size_t>(c.item)] = value;
      args[c.arg] = Value(std::move(list));
    }
    evaluate(*traced.op, args);
    const Value result = call(*traced.op, std::move(args));
    if (result.is<Tensor>()) {
      at[static_cast<std::size_t>(traced.results[0])] = result.get<Tensor>();
    } else if (result.is<TensorList>()) {
      const auto& list = result.get<TensorList>();
      for (std::size_t i = 0; i < list.size() && i < traced.results.size(); ++i)
        if (traced.results[i] >= 0) at[static_cast<std::size_t>(traced.results[i])] = list[i];
    }
  }
  return at[static_cast<std::size_t>(forward.output)];
}

}  // namespace gradbox::record
