// Imported models that are exported again: their nodes stay what they were.
#include <catch2/catch.hpp>

#include "nn/layers.h"
#include "onnx/export/export.h"
#include "onnx/ir/read.h"
#include "onnx/run/module.h"
#include "onnx/run/session.h"
#include "onnx_builder.h"
#include "ops/ops.h"

using namespace gradbox;
using namespace gradbox::onnx;
using namespace onnx_builder;

namespace {

using Numbers = std::vector<double>;
using Strings = std::vector<std::string>;

template <class T>
std::string raw(const std::vector<T>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), sizeof(T) * values.size());
}

TensorSpec floats(std::string name, std::vector<std::int64_t> dims,
                  const std::vector<float>& values) {
  return {std::move(name), std::move(dims), proto::FLOAT, raw(values)};
}

std::shared_ptr<const ModelProto> read(const std::string& bytes) {
  return std::make_shared<const ModelProto>(read_model(bytes));
}

std::shared_ptr<const ModelProto> again(Module& m, const TensorList& inputs,
                                        const std::string& options = "{}",
                                        Strings* warnings = nullptr) {
  CallContext context;
  return read(export_model(m, inputs, parse_options(options), context, warnings));
}

Strings op_types(const ModelProto& model) {
  Strings out;
  for (const auto& n : model.graph.nodes) out.push_back(n.op_type);
  return out;
}

std::int64_t opset_of(const ModelProto& model, const std::string& domain = "") {
  for (const auto& o : model.opset_imports)
    if (o.domain == domain) return o.version;
  return 0;
}

Tensor ids(const std::vector<std::int64_t>& values) {
  return Tensor::from_vector(values, {static_cast<std::int64_t>(values.size())});
}

Fill integer(const std::string& name, std::int64_t value) {
  return attribute(
      name, [=](pbf_writer& a) { a.add_int64(proto::attribute::i, value); }, proto::attribute::INT);
}

}  // namespace

TEST_CASE("what an imported model looks up is not written down") {
  GraphSpec g;
  g.nodes = {node("Gather", {"table", "x"}, {"y"})};
  g.initializers = {floats("table", {4}, {10, 11, 12, 13})};
  const Ref<Module> m = make_module(read(model(g)));
  Session s(again(*m, {ids({0, 1})}, R"({"input_names":["x"],"dynamic_axes":{"x":[0]}})"));
  CHECK(s.run({{"x", ids({3, 2, -1})}})[0].tensor().to_vector() == Numbers{13, 12, 13});
}

TEST_CASE("a node that has changed since is written in its new form") {
  GraphSpec g;
  g.nodes = {node("Unsqueeze", {"x"}, {"a"}, ints("axes", {0})),
             node("Softmax", {"a"}, {"b"}, integer("axis", 1)),
             node("ReduceSum", {"b"}, {"c"}, ints("axes", {1})),
             node("Upsample", {"c", "scales"}, {"y"})};
  g.initializers = {floats("scales", {2}, {2, 1})};
  const Ref<Module> m = make_module(read(model(g, 9)));
  const Tensor x = Tensor::from_vector(std::vector<float>{1, 2}, {2});
  const auto out = again(*m, {x}, R"({"input_names":["x"]})");
  CHECK(opset_of(*out) == 17);
  CHECK(op_types(*out) == Strings{"Unsqueeze", "Softmax", "ReduceSum", "Resize"});
  Session s(out);
  const Tensor y = s.run({{"x", x}})[0].tensor();
  CHECK(y.shape() == Dims{2, 1});
  CHECK(y.to_vector()[1] == Approx(1));
  // Along any other dimension the old Softmax means something else: it is written out.
  GraphSpec other;
  other.nodes = {node("Softmax", {"x"}, {"y"}, integer("axis", 1))};
  const Ref<Module> wide = make_module(read(model(other, 9)));
  const Tensor cube = Tensor::full({2, 3, 4}, 1, DType::Float32);
  Session t(again(*wide, {cube}, R"({"input_names":["x"]})"));
  CHECK(t.run({{"x", cube}})[0].tensor().to_vector()[0] == Approx(1.0 / 12));
}

TEST_CASE("later operator sets and further domains are kept") {
  GraphSpec g;
  g.nodes = {node("Gelu", {"x"}, {"a"}), node("Gelu", {"a"}, {"y"}, nullptr, "com.microsoft")};
  const auto imports = [](pbf_writer& w) {
    message(w, proto::model::opset_import, opset(1, "com.microsoft"));
  };
  const Ref<Module> m = make_module(read(model(g, 20, imports)));
  const Tensor x = Tensor::full({1}, 1, DType::Float32);
  const auto kept = again(*m, {x});
  CHECK(opset_of(*kept) == 20);
  CHECK(opset_of(*kept, "com.microsoft") == 1);
  CHECK(op_types(*kept) == Strings{"Gelu", "Gelu"});
  // An earlier one that is asked for has no Gelu.
  const auto earlier = again(*m, {x}, R"({"opset_version":17})");
  CHECK(opset_of(*earlier) == 17);
  CHECK(op_types(*earlier).size() > 2);
}

TEST_CASE("hooks and modules between the nodes are exported with them") {
  GraphSpec g;
  g.nodes = {node("Neg", {"x"}, {"a"}), node("Relu", {"a"}, {"y"})};
  const Ref<Module> m = make_module(read(model(g)));
  m->get_submodule("the_Neg")->register_hook(
      HookKind::Forward,
      [](Module&, HookKind, CallContext&, const TensorList&, const TensorList& out) {
        return std::optional<TensorList>({ops::mul(out[0], 3)});
      });
  m->register_module("the_Relu", make_layer("Tanh", {}));
  const Tensor x = Tensor::full({1}, 1, DType::Float32);
  CHECK(op_types(*again(*m, {x})) == Strings{"Neg", "Mul", "Tanh"});
}

TEST_CASE("decisions by the inputs' values are warned of") {
  GraphSpec g;
  g.nodes = {node("TopK", {"x", "k"}, {"y", "at"})};
  g.inputs = {"x", "k"};
  const Ref<Module> m = make_module(read(model(g, 20)));
  const TensorList inputs{Tensor::full({4}, 1, DType::Float32), ids({2})};
  Strings warnings;
  again(*m, inputs, "{}", &warnings);
  CHECK(warnings.empty());
  again(*m, inputs, R"({"opset_version":17})", &warnings);
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Catch::Contains("'the_TopK' decides by values"));
}

TEST_CASE("weights of Constant nodes and of subgraphs are parameters where there are no others") {
  const auto constant = [](const std::string& name, const TensorSpec& t) {
    return node("Constant", {}, {name},
                attribute(
                    "value",
                    [=](pbf_writer& a) {
                      message(a, proto::attribute::t, [&](pbf_writer& m) { write_tensor(m, t); });
                    },
                    proto::attribute::TENSOR));
  };
  const auto branch = [&](float value) {
    return [=](pbf_writer& a) {
      message(a, proto::attribute::g, [&](pbf_writer& b) {
        const std::string w = value > 0 ? "then.w" : "else.w", y = w + ".y";
        message(b, proto::graph::node, node("Mul", {"h", w}, {y}));
        message(b, proto::graph::initializer,
                [&](pbf_writer& m) { write_tensor(m, floats(w, {1}, {value})); });
        message(b, proto::graph::output,
                [&](pbf_writer& m) { m.add_string(proto::value_info::name, y); });
      });
    };
  };
  GraphSpec g;
  g.nodes = {constant("w", floats("", {1}, {2})), constant("half", floats("", {}, {0.5})),
             node("Mul", {"x", "w"}, {"h"}), node("Greater", {"h", "half"}, {"large"}),
             node("If", {"large"}, {"y"}, [&](pbf_writer& n) {
               attribute("then_branch", branch(3), proto::attribute::GRAPH)(n);
               attribute("else_branch", branch(-1), proto::attribute::GRAPH)(n);
             })};
  const Ref<Module> m = make_module(read(model(g)));
  Strings names;
  for (const auto& [name, t] : m->named_parameters()) names.push_back(name);
  std::sort(names.begin(), names.end());
  CHECK(names == Strings{"else.w", "then.w", "w"});
  const Tensor x = Tensor::full({1}, 1, DType::Float32);
  CHECK((*m)(x).to_vector() == Numbers{6});
  m->get("then.w").copy_raw(Tensor::full({1}, 5, DType::Float32));
  Session s(again(*m, {x}, R"({"input_names":["x"]})"));
  CHECK(s.run({{"x", x}})[0].tensor().to_vector() == Numbers{10});
  CHECK(s.run({{"x", ops::neg(x)}})[0].tensor().to_vector() == Numbers{2});
}
