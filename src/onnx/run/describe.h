// What a model is, as JSON, for front ends.
#pragma once

#include <string>

#include "onnx/ir/model.h"

namespace gradbox::onnx {

// {"ir_version","producer","domain","doc","metadata":{},"opsets":[{"domain","version"}],"inputs",
// "outputs","ops":{"Conv":3},"nodes":5,"parameters":1234,"functions":["..."]}. Inputs are those
// that no initializer fills:
// {"name","type":"tensor(float)","dtype":"float32","shape":[1,"N",null]}. "ops" counts the nodes of
// subgraphs as well; "parameters" the elements of all initializers.
std::string describe_json(const ModelProto& model);

// Its "inputs" and "outputs" alone.
std::string interface_json(const ModelProto& model);

// The main graph: {"name","nodes":[{"name","op_type","domain","inputs","outputs","attributes":
// [{"name","type":"INTS","value":[3,3]}]}],"initializers":[{"name","dtype","shape"}],"inputs",
// "outputs","value_infos","functions":[{"name","domain","inputs":["X"],"outputs","attributes":
// ["alpha"],"nodes"}]}. A tensor's value is {"dtype","shape"}, with "data" when it is small, to be
// read: floats are rounded to the digits of their type. A subgraph's is a graph of the same form,
// without functions; one that names an attribute of the function around it is {"type":"REF"}.
std::string graph_json(const ModelProto& model);

// "tensor(float)", "seq(tensor(int64))": how ONNX writes a type.
std::string type_text(const TypeProto& type);

}  // namespace gradbox::onnx
