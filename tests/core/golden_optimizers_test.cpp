// Every optimizer against real PyTorch: parameters after several steps, one of them without a
// gradient.
#include <catch2/catch.hpp>
#include <set>

#include "golden.h"
#include "nn/module.h"
#include "optim/rules.h"

using namespace gradbox;

namespace {

void run_case(const std::string& kind, const Json& j) {
  TensorList params;
  for (const Json& p : j.find("params")->items())
    params.push_back(make_parameter(golden::tensor(p)));
  Optimizer::Options options;
  for (const auto& [name, v] : j.find("options")->members())
    options.emplace_back(name, v.to_value());
  const Ref<Optimizer> optimizer = make_optimizer(kind, params, options);
  for (const Json& step : j.find("grads")->items()) {
    const Value grads = golden::value(step);
    for (std::size_t i = 0; i < params.size(); ++i) params[i].set_grad(grads.get<TensorList>()[i]);
    optimizer->step();
  }
  TensorList after;
  for (const Tensor& p : params) after.push_back(p.detach());
  golden::compare_list("parameter", after, *j.find("after"));
}

}  // namespace

TEST_CASE("optimizers step as PyTorch's do", "[golden]") {
  golden::Report report;
  std::set<std::string> covered;
  for (const golden::Case& c : golden::cases("optimizer")) {
    const std::string& kind = c.json.find("optimizer")->string();
    covered.insert(kind);
    report.run(c, kind, [&] { run_case(kind, c.json); });
  }
  report.finish();
  for (const OptimizerKind& k : optimizer_kinds()) CHECK(covered.count(k.name) == 1);
}
