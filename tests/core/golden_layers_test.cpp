// Every native layer against real PyTorch: the parameters that a seed gives, the printed text,
// outputs, gradients, and what happens to buffers.
#include <catch2/catch.hpp>
#include <set>

#include "core/generator.h"
#include "golden.h"
#include "nn/layer_table.h"

using namespace gradbox;

namespace {

// JSON can't say dtypes and tensors; golden values have their own forms for them.
LayerConfig config_of(const Json& j) {
  LayerConfig out;
  for (const auto& [name, v] : j.members()) out.set(name, golden::value(v));
  return out;
}

// The arguments of forward as slots (see LayerSpec), and which of the tensors want gradients.
TensorList slots_of(const LayerSpec& spec, const Json& inputs, const Json& wanted,
                    TensorList& differentiable) {
  TensorList out;
  std::size_t n = 0;
  const auto add = [&](const Tensor& t) {
    if (t.defined() && wanted.items().at(n++).boolean()) {
      t.set_requires_grad(true);
      differentiable.push_back(t);
    }
    out.push_back(t);
  };
  for (std::size_t i = 0; i < inputs.items().size(); ++i) {
    const Value v = golden::value(inputs.items()[i]);
    const bool pair = i < spec.takes.args.size() && spec.takes.args[i].kind == ArgKind::TensorList;
    if (v.is<bool>()) out.push_back(Tensor::full({}, v.as_bool(), DType::Bool));
    else if (v.is_none()) out.insert(out.end(), pair ? 2 : 1, Tensor());
    else if (v.is<TensorList>())
      for (const Tensor& t : v.get<TensorList>()) add(t);
    else add(v.get<Tensor>());
  }
  return out;
}

void compare_named(const std::string& what, const NamedTensors& got, const Json& want) {
  std::string ours, theirs;
  for (const auto& entry : got) ours += entry.first + " ";
  for (const Json& entry : want.items()) theirs += entry.items()[0].string() + " ";
  check(ours == theirs, what, ": ", ours, "\n  PyTorch has ", theirs);
  for (std::size_t i = 0; i < got.size(); ++i)
    golden::compare(what + " " + got[i].first, got[i].second, want.items()[i].items()[1]);
}

void run_case(const std::string& kind, const Json& j) {
  const LayerSpec* spec = LayerTable::instance().find(kind);
  check(spec != nullptr, "there is no such layer");
  const auto seed = static_cast<std::uint64_t>(j.find("seed")->integer());
  default_generator().manual_seed(seed);
  const Ref<Module> m = make_layer(kind, config_of(*j.find("config")));
  compare_named("state", m->state_dict(), *j.find("state"));
  if (const Json* text = j.find("repr"))
    check(m->repr() == text->string(), "prints ", m->repr(), "\n  PyTorch prints ", text->string());
  m->train(j.find("train")->boolean());
  TensorList differentiable;
  const TensorList inputs = slots_of(*spec, *j.find("inputs"), *j.find("grad_of"), differentiable);
  default_generator().manual_seed(seed + 1);
  CallContext context;
  TensorList outputs;
  for (const Tensor& t : m->call(inputs, context))
    if (t.defined()) outputs.push_back(t);  // None doesn't count
  golden::compare_list("output", outputs, *j.find("out")->find("list"));
  if (const Json* grads = j.find("grads")) {
    for (const Tensor& p : m->parameters()) differentiable.push_back(p);
    golden::compare_list("gradient", golden::gradients(outputs, differentiable), *grads);
  }
  compare_named("buffers", m->named_buffers(), *j.find("buffers"));
}

// Layers without golden cases, each with its reason.
const std::set<std::string>& uncovered() {
  static const std::set<std::string> names = {
      // Containers: nothing of their own to compare; used inside others.
      "Sequential",
      "ModuleList",
      "TransformerEncoder",
      "TransformerDecoder",
      // Inside MultiheadAttention only.
      "NonDynamicallyQuantizableLinear",
      // Newer than the PyTorch we compare with.
      "RMSNorm",
      "ZeroPad1d",
      "ZeroPad3d",
      "CircularPad1d",
      "CircularPad2d",
      "CircularPad3d",
  };
  return names;
}

}  // namespace

TEST_CASE("layers give what PyTorch's give", "[golden]") {
  golden::Report report;
  std::set<std::string> covered;
  for (const golden::Case& c : golden::cases("layer")) {
    const std::string& kind = c.json.find("layer")->string();
    covered.insert(kind);
    report.run(c, kind, [&] { run_case(kind, c.json); });
  }
  report.finish();
  for (const LayerSpec& spec : LayerTable::instance().all())
    if (!covered.count(spec.schema.name) && !uncovered().count(spec.schema.name))
      FAIL_CHECK("no golden case for " << spec.schema.name);
}
