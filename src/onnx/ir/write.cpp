#include "onnx/ir/write.h"

#include <cstring>
#include <protozero/pbf_writer.hpp>

#include "onnx/ir/proto.h"

namespace gradbox::onnx {
namespace {

using proto::Field;
using protozero::pbf_writer;

// A message on its way: its bytes so far.
class Writer {
 public:
  explicit Writer(std::string& bytes) : bytes_(bytes), w_(bytes) {}
  void integer(Field field, std::int64_t value) { w_.add_int64(field, value); }
  void number(Field field, float value) { w_.add_float(field, value); }
  void text(Field field, const std::string& value) { w_.add_bytes(field, value); }
  // Unless it is empty, which is the default.
  void some(Field field, const std::string& value) {
    if (!value.empty()) text(field, value);
  }
  void texts(Field field, const std::vector<std::string>& values) {
    for (const auto& v : values) text(field, v);
  }
  void raw(Field field, const char* data, std::size_t size) { w_.add_bytes(field, data, size); }
  // A message within, filled in by f; it is there even when it is empty.
  template <class F>
  void message(Field field, F f) {
    std::string inner;
    Writer w(inner);
    f(w);
    w_.add_message(field, inner);
  }
  void rest(const std::string& fields) { bytes_ += fields; }

 private:
  std::string& bytes_;
  pbf_writer w_;
};

void write_dims(Writer& w, Field field, const Dims& dims) {
  for (const auto d : dims) w.integer(field, d);
}

void write_elements(Writer& w, const Tensor& t) {
  const Tensor c = t.contiguous_raw();
  w.integer(proto::tensor::data_type, proto::data_type(c.dtype()));
  w.raw(proto::tensor::raw_data, c.raw(),
        static_cast<std::size_t>(c.numel() * item_size(c.dtype())));
}

void write_tensor(Writer& w, const TensorProto& t) {
  namespace f = proto::tensor;
  w.some(f::name, t.name);
  if (t.value.is_strings()) {
    write_dims(w, f::dims, t.value.strings().shape);
    w.integer(f::data_type, proto::STRING);
    w.texts(f::string_data, t.value.strings().values);
  } else {
    check(t.value.is_tensor(), "tensor '", t.name, "' holds no elements that could be written");
    write_dims(w, f::dims, t.value.tensor().shape());
    write_elements(w, t.value.tensor());
  }
  w.rest(t.rest);
}

// The elements that aren't zero (or negative zero), with their places in row-major order.
void write_sparse(Writer& w, const TensorProto& t) {
  namespace f = proto::sparse_tensor;
  check(t.value.is_tensor(), "tensor '", t.name, "' can't be sparse");
  const Tensor dense = t.value.tensor().contiguous_raw();
  const auto width = static_cast<std::size_t>(item_size(dense.dtype()));
  const std::string zero(width, '\0');
  std::string elements;
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < dense.numel(); ++i) {
    const char* at = dense.raw() + static_cast<std::size_t>(i) * width;
    if (std::memcmp(at, zero.data(), width) == 0) continue;
    elements.append(at, width);
    places.push_back(i);
  }
  const auto count = static_cast<std::int64_t>(places.size());
  w.message(f::values, [&](Writer& v) {
    v.some(proto::tensor::name, t.name);
    v.integer(proto::tensor::dims, count);
    v.integer(proto::tensor::data_type, proto::data_type(dense.dtype()));
    v.text(proto::tensor::raw_data, elements);
    v.rest(t.rest);
  });
  w.message(f::indices, [&](Writer& v) {
    v.integer(proto::tensor::dims, count);
    v.integer(proto::tensor::data_type, proto::INT64);
    v.raw(proto::tensor::raw_data, reinterpret_cast<const char*>(places.data()),
          places.size() * sizeof(std::int64_t));
  });
  write_dims(w, f::dims, dense.shape());
}

void write_type(Writer& w, const TypeProto& t) {
  namespace f = proto::type;
  switch (t.kind) {
    case TypeProto::Unknown: break;
    case TypeProto::Dense:
    case TypeProto::Sparse:
      w.message(t.kind == TypeProto::Dense ? f::tensor_type : f::sparse_tensor_type,
                [&](Writer& tensor) {
                  tensor.integer(proto::tensor_type::elem_type, t.elem_type);
                  if (!t.has_shape) return;
                  tensor.message(proto::tensor_type::shape, [&](Writer& shape) {
                    for (const TypeProto::Dim& d : t.shape)
                      shape.message(proto::tensor_shape::dim, [&](Writer& dim) {
                        if (!d.variable.empty()) dim.text(proto::dimension::dim_param, d.variable);
                        else if (d.size >= 0) dim.integer(proto::dimension::dim_value, d.size);
                        dim.rest(d.rest);
                      });
                  });
                });
      break;
    case TypeProto::List:
    case TypeProto::Optional:
      w.message(t.kind == TypeProto::List ? f::sequence_type : f::optional_type, [&](Writer& list) {
        if (t.element)
          list.message(proto::sequence_type::elem_type,
                       [&](Writer& inner) { write_type(inner, *t.element); });
      });
      break;
    case TypeProto::Map:
      w.message(f::map_type, [&](Writer& map) {
        map.integer(proto::map_type::key_type, t.elem_type);
        if (t.element)
          map.message(proto::map_type::value_type,
                      [&](Writer& inner) { write_type(inner, *t.element); });
      });
      break;
  }
  w.rest(t.rest);
}

void write_value_info(Writer& w, const ValueInfoProto& v) {
  namespace f = proto::value_info;
  w.text(f::name, v.name);
  if (v.type.kind != TypeProto::Unknown || !v.type.rest.empty())
    w.message(f::type, [&](Writer& type) { write_type(type, v.type); });
  w.some(f::doc_string, v.doc_string);
  w.rest(v.rest);
}

void write_graph(Writer& w, const GraphProto& g);

void write_attribute(Writer& w, const AttributeProto& a) {
  namespace f = proto::attribute;
  const auto tensor = [](const TensorProto& t) { return [&](Writer& m) { write_tensor(m, t); }; };
  const auto sparse = [](const TensorProto& t) { return [&](Writer& m) { write_sparse(m, t); }; };
  w.text(f::name, a.name);
  w.some(f::ref_attr_name, a.ref_attr_name);
  // One that refers to an attribute of a function has no value of its own.
  if (a.ref_attr_name.empty()) switch (a.type) {
      case f::UNDEFINED: break;
      case f::FLOAT: w.number(f::f, a.f); break;
      case f::INT: w.integer(f::i, a.i); break;
      case f::STRING: w.text(f::s, a.s); break;
      case f::TENSOR: w.message(f::t, tensor(a.t)); break;
      case f::SPARSE_TENSOR: w.message(f::sparse_tensor, sparse(a.t)); break;
      case f::GRAPH:
        if (a.g) w.message(f::g, [&](Writer& m) { write_graph(m, *a.g); });
        break;
      case f::FLOATS:
        for (const double x : a.floats) w.number(f::floats, static_cast<float>(x));
        break;
      case f::INTS:
        for (const auto x : a.ints) w.integer(f::ints, x);
        break;
      case f::STRINGS: w.texts(f::strings, a.strings); break;
      case f::TENSORS:
        for (const auto& t : a.tensors) w.message(f::tensors, tensor(t));
        break;
      case f::SPARSE_TENSORS:
        for (const auto& t : a.tensors) w.message(f::sparse_tensors, sparse(t));
        break;
      case f::GRAPHS:
        for (const auto& g : a.graphs) w.message(f::graphs, [&](Writer& m) { write_graph(m, *g); });
        break;
      case f::TYPE_PROTO:
        if (a.tp) w.message(f::tp, [&](Writer& m) { write_type(m, *a.tp); });
        break;
      case f::TYPE_PROTOS:
        for (const auto& t : a.type_protos)
          w.message(f::type_protos, [&](Writer& m) { write_type(m, t); });
        break;
    }
  if (a.type != f::UNDEFINED) w.integer(f::type, a.type);
  w.rest(a.rest);
}

void write_node(Writer& w, const NodeProto& n) {
  namespace f = proto::node;
  w.texts(f::input, n.inputs);
  w.texts(f::output, n.outputs);
  w.some(f::name, n.name);
  w.text(f::op_type, n.op_type);
  for (const auto& a : n.attributes)
    w.message(f::attribute, [&](Writer& m) { write_attribute(m, a); });
  w.some(f::doc_string, n.doc_string);
  w.some(f::domain, n.domain);
  w.rest(n.rest);
}

void write_graph(Writer& w, const GraphProto& g) {
  namespace f = proto::graph;
  const auto infos = [&](Field field, const std::vector<ValueInfoProto>& list) {
    for (const auto& v : list) w.message(field, [&](Writer& m) { write_value_info(m, v); });
  };
  for (const auto& n : g.nodes) w.message(f::node, [&](Writer& m) { write_node(m, n); });
  w.some(f::name, g.name);
  for (const auto& t : g.initializers) {
    if (t.is_sparse) w.message(f::sparse_initializer, [&](Writer& m) { write_sparse(m, t); });
    else w.message(f::initializer, [&](Writer& m) { write_tensor(m, t); });
  }
  w.some(f::doc_string, g.doc_string);
  infos(f::input, g.inputs);
  infos(f::output, g.outputs);
  infos(f::value_info, g.value_infos);
  w.rest(g.rest);
}

void write_opsets(Writer& w, Field field, const std::vector<OperatorSetId>& list) {
  for (const auto& o : list)
    w.message(field, [&](Writer& m) {
      m.text(proto::opset_id::domain, o.domain);
      m.integer(proto::opset_id::version, o.version);
    });
}

void write_function(Writer& w, const FunctionProto& function) {
  namespace f = proto::function;
  w.text(f::name, function.name);
  w.texts(f::input, function.inputs);
  w.texts(f::output, function.outputs);
  w.texts(f::attribute, function.attributes);
  for (const auto& n : function.nodes) w.message(f::node, [&](Writer& m) { write_node(m, n); });
  w.some(f::doc_string, function.doc_string);
  write_opsets(w, f::opset_import, function.opset_imports);
  w.some(f::domain, function.domain);
  for (const auto& a : function.defaults)
    w.message(f::attribute_proto, [&](Writer& m) { write_attribute(m, a); });
  w.rest(function.rest);
}

}  // namespace

std::string write_attribute(const AttributeProto& attribute) {
  std::string bytes;
  Writer w(bytes);
  write_attribute(w, attribute);
  return bytes;
}

std::string write_model(const ModelProto& model) {
  namespace f = proto::model;
  std::string bytes;
  Writer w(bytes);
  w.integer(f::ir_version, model.ir_version);
  w.some(f::producer_name, model.producer_name);
  w.some(f::producer_version, model.producer_version);
  w.some(f::domain, model.domain);
  if (model.model_version != 0) w.integer(f::model_version, model.model_version);
  w.some(f::doc_string, model.doc_string);
  w.message(f::graph, [&](Writer& m) { write_graph(m, model.graph); });
  write_opsets(w, f::opset_import, model.opset_imports);
  for (const auto& [key, value] : model.metadata)
    w.message(f::metadata_props, [&, &k = key, &v = value](Writer& m) {
      m.text(proto::string_entry::key, k);
      m.text(proto::string_entry::value, v);
    });
  for (const auto& function : model.functions)
    w.message(f::functions, [&](Writer& m) { write_function(m, function); });
  w.rest(model.rest);
  return bytes;
}

}  // namespace gradbox::onnx
