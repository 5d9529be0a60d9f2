// Nodes of imported models, which are written again as they were read, or in the form that a later
// version of the operators has for them.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "onnx/run/observer.h"

namespace gradbox::onnx {

// Whether a node, its subgraphs included, has a form in version `opset` of the operators, and needs
// no function of its model.
bool has_form(const NodeCall& call, int opset);

// A node in a version of the operators.
struct Form {
  std::shared_ptr<const NodeProto> node;
  TensorList inputs;          // after those it had: attributes that have become inputs
  bool skips_second = false;  // a new input, left out, comes before those that were from the second
};
// `dtype`: that of its first input. The node has a form.
Form form_of(const ModelProto& model, const NodeProto& node, DType dtype, int opset);

// Whether the node's outputs differ from run to run.
bool is_random(const NodeProto& node);

// An attribute with its subgraphs, if it has any, in a graph of other names: `names` holds the new
// names of what they take from there. Names of their own get `prefix`, so that none is taken.
AttributeProto renamed(const AttributeProto& attribute,
                       const std::map<std::string, std::string>& names, const std::string& prefix);

// The versions of the domains other than ai.onnx that a node and its subgraphs use.
void add_domains(const ModelProto& model, const NodeProto& node,
                 std::map<std::string, std::int64_t>& domains);

}  // namespace gradbox::onnx
