// ModelProto down to AttributeProto.
#include "core/storage.h"
#include "onnx/ir/read.h"
#include "onnx/ir/wire.h"

namespace gradbox::onnx {
namespace {

class Reader {
 public:
  explicit Reader(const ExternalData& external, const FileBytes* file = nullptr)
      : external_(external), file_(file) {}
  ModelProto model(Wire w);

 private:
  // How deep graphs and types may lie in one another.
  static constexpr int kMaxDepth = 64;
  class Level {
   public:
    explicit Level(int& depth) : depth_(depth) {
      check(++depth_ <= kMaxDepth, "graphs or types are nested more than ", kMaxDepth, " deep");
    }
    ~Level() { --depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    int& depth_;
  };

  GraphProto graph(Wire w);
  NodeProto node(Wire w);
  AttributeProto attribute(Wire w);
  ValueInfoProto value_info(Wire w);
  TypeProto type(Wire w);
  void tensor_type(Wire w, TypeProto& out);
  FunctionProto function(Wire w);
  OperatorSetId opset(Wire w);
  std::pair<std::string, std::string> entry(Wire w);
  std::shared_ptr<const TypeProto> element(Wire w, proto::Field field);

  const ExternalData& external_;
  const FileBytes* const file_;  // what is read, unless null
  int depth_ = 0;
};

ModelProto Reader::model(Wire w) {
  namespace f = proto::model;
  ModelProto m;
  bool has_graph = false;
  while (w.next()) switch (w.tag()) {
      case f::ir_version: m.ir_version = w.integer(); break;
      case f::producer_name: m.producer_name = w.text(); break;
      case f::producer_version: m.producer_version = w.text(); break;
      case f::domain: m.domain = w.text(); break;
      case f::model_version: m.model_version = w.integer(); break;
      case f::doc_string: m.doc_string = w.text(); break;
      case f::opset_import: m.opset_imports.push_back(opset(w.message())); break;
      case f::metadata_props: m.metadata.push_back(entry(w.message())); break;
      case f::functions: m.functions.push_back(function(w.message())); break;
      case f::graph:
        check(!has_graph, "the model has two graphs");
        has_graph = true;
        m.graph = graph(w.message());
        break;
      default: w.keep(m.rest);
    }
  check(has_graph, "the model has no graph");
  return m;
}

GraphProto Reader::graph(Wire w) {
  namespace f = proto::graph;
  const Level level(depth_);
  GraphProto g;
  while (w.next()) switch (w.tag()) {
      case f::node: g.nodes.push_back(node(w.message())); break;
      case f::name: g.name = w.text(); break;
      case f::doc_string: g.doc_string = w.text(); break;
      case f::initializer:
        g.initializers.push_back(read_tensor(w.bytes(), external_, file_));
        break;
      case f::sparse_initializer:
        g.initializers.push_back(read_sparse_tensor(w.bytes(), external_));
        break;
      case f::input: g.inputs.push_back(value_info(w.message())); break;
      case f::output: g.outputs.push_back(value_info(w.message())); break;
      case f::value_info: g.value_infos.push_back(value_info(w.message())); break;
      default: w.keep(g.rest);
    }
  return g;
}

NodeProto Reader::node(Wire w) {
  namespace f = proto::node;
  NodeProto n;
  std::vector<Wire> attributes;
  while (w.next()) switch (w.tag()) {
      case f::input: n.inputs.push_back(w.text()); break;
      case f::output: n.outputs.push_back(w.text()); break;
      case f::name: n.name = w.text(); break;
      case f::op_type: n.op_type = w.text(); break;
      case f::domain: n.domain = w.text(); break;
      case f::doc_string: n.doc_string = w.text(); break;
      case f::attribute: attributes.push_back(w.message()); break;
      default: w.keep(n.rest);
    }
  check(!n.op_type.empty(), n.name.empty() ? "a node" : "node '" + n.name + "'",
        " has no operator type");
  if (n.domain == "ai.onnx") n.domain.clear();
  // Read last: only now is there a name to complain with.
  try {
    for (const Wire& a : attributes) n.attributes.push_back(attribute(a));
  } catch (const Error& e) {
    if (depth_ > 1) throw;  // the innermost node is already named
    fail(e.kind(), n.title(), ": ", e.what());
  }
  return n;
}

AttributeProto Reader::attribute(Wire w) {
  namespace f = proto::attribute;
  AttributeProto a;
  f::Type seen = f::UNDEFINED;
  const auto is = [&](f::Type type) { seen = type; };
  while (w.next()) switch (w.tag()) {
      case f::name: a.name = w.text(); break;
      case f::ref_attr_name: a.ref_attr_name = w.text(); break;
      case f::type: a.type = static_cast<f::Type>(w.integer()); break;
      case f::f: is(f::FLOAT), a.f = w.number(); break;
      case f::i: is(f::INT), a.i = w.integer(); break;
      case f::s: is(f::STRING), a.s = w.text(); break;
      case f::t: is(f::TENSOR), a.t = read_tensor(w.bytes(), external_, file_); break;
      case f::sparse_tensor:
        is(f::SPARSE_TENSOR), a.t = read_sparse_tensor(w.bytes(), external_);
        break;
      case f::g: is(f::GRAPH), a.g = std::make_shared<const GraphProto>(graph(w.message())); break;
      case f::floats: is(f::FLOATS), w.numbers(a.floats); break;
      case f::ints: is(f::INTS), w.integers(a.ints); break;
      case f::strings: is(f::STRINGS), a.strings.push_back(w.text()); break;
      case f::tensors:
        is(f::TENSORS), a.tensors.push_back(read_tensor(w.bytes(), external_, file_));
        break;
      case f::sparse_tensors:
        is(f::SPARSE_TENSORS);
        a.tensors.push_back(read_sparse_tensor(w.bytes(), external_));
        break;
      case f::graphs:
        is(f::GRAPHS), a.graphs.push_back(std::make_shared<const GraphProto>(graph(w.message())));
        break;
      case f::tp:
        is(f::TYPE_PROTO), a.tp = std::make_shared<const TypeProto>(type(w.message()));
        break;
      case f::type_protos: is(f::TYPE_PROTOS), a.type_protos.push_back(type(w.message())); break;
      default: w.keep(a.rest);
    }
  // Files older than IR version 2 leave the type out.
  if (a.type == f::UNDEFINED) a.type = seen;
  return a;
}

ValueInfoProto Reader::value_info(Wire w) {
  namespace f = proto::value_info;
  ValueInfoProto v;
  while (w.next()) switch (w.tag()) {
      case f::name: v.name = w.text(); break;
      case f::type: v.type = type(w.message()); break;
      case f::doc_string: v.doc_string = w.text(); break;
      default: w.keep(v.rest);
    }
  return v;
}

std::shared_ptr<const TypeProto> Reader::element(Wire w, proto::Field field) {
  std::shared_ptr<const TypeProto> out;
  while (w.next()) {
    if (w.tag() == field) out = std::make_shared<const TypeProto>(type(w.message()));
    else w.skip();
  }
  return out;
}

TypeProto Reader::type(Wire w) {
  namespace f = proto::type;
  const Level level(depth_);
  TypeProto t;
  while (w.next()) switch (w.tag()) {
      case f::tensor_type:
        t.kind = TypeProto::Dense;
        tensor_type(w.message(), t);
        break;
      case f::sparse_tensor_type:
        t.kind = TypeProto::Sparse;
        tensor_type(w.message(), t);
        break;
      case f::sequence_type:
        t.kind = TypeProto::List;
        t.element = element(w.message(), proto::sequence_type::elem_type);
        break;
      case f::optional_type:
        t.kind = TypeProto::Optional;
        t.element = element(w.message(), proto::sequence_type::elem_type);
        break;
      case f::map_type:
        t.kind = TypeProto::Map;
        for (Wire m = w.message(); m.next();) {
          if (m.tag() == proto::map_type::key_type)
            t.elem_type = static_cast<std::int32_t>(m.integer());
          else if (m.tag() == proto::map_type::value_type)
            t.element = std::make_shared<const TypeProto>(type(m.message()));
          else m.skip();
        }
        break;
      default: w.keep(t.rest);
    }
  return t;
}

void Reader::tensor_type(Wire w, TypeProto& out) {
  namespace f = proto::tensor_type;
  while (w.next()) switch (w.tag()) {
      case f::elem_type: out.elem_type = static_cast<std::int32_t>(w.integer()); break;
      case f::shape:
        out.has_shape = true;
        for (Wire s = w.message(); s.next();) {
          if (s.tag() != proto::tensor_shape::dim) {
            s.skip();
            continue;
          }
          TypeProto::Dim dim;
          for (Wire d = s.message(); d.next();) {
            if (d.tag() == proto::dimension::dim_value) dim.size = d.integer();
            else if (d.tag() == proto::dimension::dim_param) dim.variable = d.text();
            else d.keep(dim.rest);
          }
          out.shape.push_back(std::move(dim));
        }
        break;
      default: w.skip();
    }
}

FunctionProto Reader::function(Wire w) {
  namespace f = proto::function;
  FunctionProto out;
  while (w.next()) switch (w.tag()) {
      case f::name: out.name = w.text(); break;
      case f::domain: out.domain = w.text(); break;
      case f::doc_string: out.doc_string = w.text(); break;
      case f::input: out.inputs.push_back(w.text()); break;
      case f::output: out.outputs.push_back(w.text()); break;
      case f::attribute: out.attributes.push_back(w.text()); break;
      case f::attribute_proto: out.defaults.push_back(attribute(w.message())); break;
      case f::node: out.nodes.push_back(node(w.message())); break;
      case f::opset_import: out.opset_imports.push_back(opset(w.message())); break;
      default: w.keep(out.rest);
    }
  return out;
}

OperatorSetId Reader::opset(Wire w) {
  OperatorSetId out;
  while (w.next()) {
    if (w.tag() == proto::opset_id::domain) out.domain = w.text();
    else if (w.tag() == proto::opset_id::version) out.version = w.integer();
    else w.skip();
  }
  if (out.domain == "ai.onnx") out.domain.clear();
  return out;
}

std::pair<std::string, std::string> Reader::entry(Wire w) {
  std::pair<std::string, std::string> out;
  while (w.next()) {
    if (w.tag() == proto::string_entry::key) out.first = w.text();
    else if (w.tag() == proto::string_entry::value) out.second = w.text();
    else w.skip();
  }
  return out;
}

}  // namespace

const AttributeProto* NodeProto::find(const char* attribute) const {
  for (const AttributeProto& a : attributes)
    if (a.name == attribute) return &a;
  return nullptr;
}

std::string NodeProto::title() const {
  if (!name.empty()) return op_type + " node '" + name + "'";
  for (const std::string& o : outputs)
    if (!o.empty()) return op_type + " node that makes '" + o + "'";
  return op_type + " node";
}

namespace {

// What the tensors of a file may take: numbers that are written one by one grow up to eight times,
// sparse tensors to what they declare.
constexpr std::int64_t kMaxGrowth = 16, kMaxMore = std::int64_t{512} << 20;

ModelProto read(std::string_view bytes, const ExternalData& external, const FileBytes* file) {
  auto whole = static_cast<std::int64_t>(bytes.size());
  for (const auto& [name, data] : external) whole += static_cast<std::int64_t>(data.size());
  const MemoryLimit limit(whole * kMaxGrowth + kMaxMore);
  try {
    return Reader(external, file).model(Wire(bytes));
  } catch (const Error& e) {
    fail(e.kind(), "Not a valid ONNX model: ", e.what());
  }
}

}  // namespace

ModelProto read_model(std::string_view bytes, const ExternalData& external) {
  return read(bytes, external, nullptr);
}

ModelProto read_model(const FileBytes& file, const ExternalData& external) {
  return read(file.view(), external, &file);
}

}  // namespace gradbox::onnx
