// A graph made ready to run: nodes in order, kernels found, values numbered, what depends on
// constants alone computed.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "onnx/ir/model.h"
#include "onnx/run/kernel.h"

namespace gradbox::onnx {

struct Plan;

// Where a value is found: a constant, or a slot of this graph's frame or of one further out.
struct Place {
  const Any* constant = nullptr;
  std::uint32_t up = 0, slot = 0;
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  bool is_local() const { return !constant && up == 0 && slot != kNone; }
};

// A node, ready to run.
struct Step {
  const NodeProto* node = nullptr;
  Kernel kernel = nullptr;  // null: a function of the model
  int opset = 0;
  bool reuses = false;  // may write its result into an input, see in_place.h
  std::vector<Place> inputs;
  std::vector<std::uint32_t> outputs;    // slots; kNone for those without a name
  std::vector<std::uint32_t> last_uses;  // slots that nothing needs afterwards
  std::vector<std::pair<const GraphProto*, std::unique_ptr<Plan>>> bodies;
  std::unique_ptr<Plan> function;
};

struct Plan {
  std::vector<std::string> names;  // of the slots
  std::vector<std::uint32_t> inputs;
  std::vector<Place> outputs;
  std::vector<Step> steps;
  // Initializers that are kept apart: filled into the frame before each run.
  std::vector<std::pair<std::uint32_t, std::string>> parameters;

  // By name, with PlanOptions::names: what became constant.
  std::map<std::string, const Any*> named_constants;

  // What the places and nodes above point to.
  std::vector<std::unique_ptr<Any>> constants;
  std::unique_ptr<const GraphProto> own_graph;  // of a function, with its attributes filled in
};

struct PlanOptions {
  // Values of the main graph to give, instead of the graph's outputs.
  std::vector<std::string> outputs;
  // Initializers of the main graph that are no constants: they may change from run to run.
  std::set<std::string> parameters;
  bool fold = true;    // compute what depends on constants alone
  bool names = false;  // fill in Plan::named_constants
};

// The names that a node's subgraphs take from the graphs around them.
std::set<std::string> captured_names(const NodeProto& node);

// Checks a model and makes its main graph ready. The model must outlive the plan.
//
// Throws RuntimeError, naming the node: on a value that nothing makes, on a value made twice, on
// cycles, on operators that have no kernel, on operator sets that are not supported.
std::unique_ptr<Plan> make_plan(const ModelProto& model, const PlanOptions& options = {});

}  // namespace gradbox::onnx
