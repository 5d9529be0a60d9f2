// The update rules: one row an optimizer.
#pragma once

#include <vector>

#include "optim/optimizer.h"

namespace gradbox {

struct OptimizerKind {
  const char* name;
  // By the constructor's order; None where PyTorch has no default.
  Optimizer::Options defaults;
  Ref<Optimizer> (*make)(const Optimizer::Options& defaults);
};
const std::vector<OptimizerKind>& optimizer_kinds();
// Those of rules_more.cpp, which optimizer_kinds() has too.
std::vector<OptimizerKind> more_optimizer_kinds();

}  // namespace gradbox
