// An ONNX model in memory, whole, as onnx.proto describes it. Names are those of that file. What
// has no place here (doc strings of tensors, denotations, training info, fields of later versions)
// is kept as it stood in the file, in `rest`, and written again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/value.h"
#include "onnx/ir/proto.h"
#include "onnx/run/value.h"

namespace gradbox::onnx {

struct GraphProto;

// What flows along an edge.
struct TypeProto {
  enum Kind : std::uint8_t { Unknown, Dense, Sparse, List, Optional, Map };
  struct Dim {
    std::int64_t size = -1;  // -1: not told
    std::string variable;    // unless empty, its name
    std::string rest;
  };
  Kind kind = Unknown;
  std::int32_t elem_type = 0;  // of tensors; of a map's keys
  bool has_shape = false;
  std::vector<Dim> shape;
  std::shared_ptr<const TypeProto> element;  // of a List, Optional; a Map's values
  std::string rest;
};

struct ValueInfoProto {
  std::string name, doc_string, rest;
  TypeProto type;
};

// Dense, or made dense. Its elements are decoded: a Tensor or a StringTensor.
struct TensorProto {
  std::string name;
  Any value;
  bool is_sparse = false;  // in the file
  std::string rest = {};
};

struct AttributeProto {
  std::string name, ref_attr_name, rest;
  proto::attribute::Type type = proto::attribute::UNDEFINED;
  std::int64_t i = 0;
  float f = 0;
  std::string s;
  TensorProto t;
  std::shared_ptr<const GraphProto> g;
  IntList ints;
  FloatList floats;
  std::vector<std::string> strings;
  std::vector<TensorProto> tensors;
  std::vector<std::shared_ptr<const GraphProto>> graphs;
  std::shared_ptr<const TypeProto> tp;
  std::vector<TypeProto> type_protos;
};

struct NodeProto {
  std::string name, op_type, domain, doc_string, rest;
  std::vector<std::string> inputs, outputs;
  std::vector<AttributeProto> attributes;
  const AttributeProto* find(const char* attribute) const;
  // "Conv node 'conv1'", "Conv node that makes 'y'": how messages name it.
  std::string title() const;
};

struct GraphProto {
  std::string name, doc_string, rest;
  std::vector<NodeProto> nodes;
  std::vector<TensorProto> initializers;  // the sparse ones as well
  std::vector<ValueInfoProto> inputs, outputs, value_infos;
};

struct OperatorSetId {
  std::string domain;
  std::int64_t version = 0;
};

// A function that the model brings along for its own use.
struct FunctionProto {
  std::string name, domain, doc_string, rest;
  std::vector<std::string> inputs, outputs, attributes;
  std::vector<AttributeProto> defaults;  // attributes that have one
  std::vector<NodeProto> nodes;
  std::vector<OperatorSetId> opset_imports;
};

struct ModelProto {
  std::int64_t ir_version = 0, model_version = 0;
  std::string producer_name, producer_version, domain, doc_string, rest;
  std::vector<OperatorSetId> opset_imports;
  std::vector<std::pair<std::string, std::string>> metadata;
  GraphProto graph;
  std::vector<FunctionProto> functions;
};

}  // namespace gradbox::onnx
