// Models that were read: plans, sessions, modules. What operators compute is checked by ONNX's own
// tests (tests/onnx/conformance.cpp).
#include <catch2/catch.hpp>
#include <cstring>

#include "autograd/engine.h"
#include "onnx/ir/read.h"
#include "onnx/run/describe.h"
#include "onnx/run/execute.h"
#include "onnx/run/module.h"
#include "onnx/run/session.h"
#include "onnx_builder.h"
#include "ops/ops.h"

using namespace gradbox;
using namespace gradbox::onnx;
using namespace onnx_builder;

namespace {

std::string raw(const std::vector<float>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), 4 * values.size());
}
std::string raw(const std::vector<std::int64_t>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), 8 * values.size());
}

TensorSpec floats(std::string name, std::vector<std::int64_t> dims,
                  const std::vector<float>& values) {
  return {std::move(name), std::move(dims), proto::FLOAT, raw(values)};
}

Tensor vec(const std::vector<float>& values) {
  return Tensor::from_vector(values, {static_cast<std::int64_t>(values.size())});
}

std::shared_ptr<const ModelProto> read(const std::string& bytes) {
  return std::make_shared<const ModelProto>(read_model(bytes));
}

std::vector<double> run(Session& s, const Tensor& x, const std::vector<std::string>& wanted = {}) {
  return s.run({{"x", x}}, wanted)[0].tensor().to_vector();
}

using Numbers = std::vector<double>;

}  // namespace

TEST_CASE("a session sorts nodes, drops dead ones and gives any value") {
  GraphSpec g;
  g.nodes = {node("Add", {"b", "one"}, {"y"}), node("Nonsense", {"x"}, {"unused"}),
             node("Mul", {"a", "a"}, {"b"}), node("Neg", {"x"}, {"a"})};
  g.initializers = {floats("one", {1}, {1})};
  Session s(read(model(g)));
  const Tensor x = vec({1, 2});
  CHECK(run(s, x) == Numbers{2, 5});
  CHECK(run(s, x, {"b"}) == Numbers{1, 4});
  CHECK(run(s, x, {"a"}) == Numbers{-1, -2});
  std::vector<NodeTime> times;
  s.run({{"x", x}}, {}, &times);
  REQUIRE(times.size() == 3);
  CHECK(times[0].op_type == "Neg");
}

TEST_CASE("a session never writes into what it is given or holds") {
  GraphSpec g;
  g.nodes = {node("Relu", {"x"}, {"a"}),     node("Add", {"a", "w"}, {"b"}),
             node("Relu", {"b"}, {"c"}),     node("Identity", {"c"}, {"d"}),
             node("Mul", {"c", "w"}, {"e"}), node("Add", {"d", "e"}, {"y"})};
  g.initializers = {floats("w", {2}, {3, -5})};
  Session s(read(model(g)));
  const Tensor x = vec({-1, 2});
  for (int i = 0; i < 2; ++i) CHECK(run(s, x) == Numbers{12, 0});
  CHECK(x.to_vector() == Numbers{-1, 2});
}

TEST_CASE("constant parts of a graph are computed once") {
  GraphSpec g;
  g.nodes = {node("Add", {"p", "p"}, {"q"}), node("Neg", {"q"}, {"r"}),
             node("Mul", {"x", "r"}, {"y"})};
  g.initializers = {floats("p", {1}, {2})};
  const auto m = read(model(g));
  CHECK(make_plan(*m)->steps.size() == 1);
  PlanOptions options;
  options.parameters = {"p"};
  CHECK(make_plan(*m, options)->steps.size() == 3);
}

TEST_CASE("BatchNormalization is folded into a convolution before it") {
  GraphSpec g;
  g.nodes = {node("Conv", {"x", "w"}, {"c"}),
             node("BatchNormalization", {"c", "scale", "shift", "mean", "var"}, {"y"})};
  g.initializers = {floats("w", {2, 1, 1, 1}, {2, -3}), floats("scale", {2}, {1.5f, 0.5f}),
                    floats("shift", {2}, {1, -1}), floats("mean", {2}, {0.5f, 2}),
                    floats("var", {2}, {4, 9})};
  Session s(read(model(g)));
  std::vector<NodeTime> times;
  const Tensor x = Tensor::full({1, 1, 1, 1}, 3, DType::Float32);
  const auto y = s.run({{"x", x}}, {}, &times)[0].tensor().to_vector();
  CHECK(times.size() == 1);
  CHECK(y[0] == Approx(1.5 * (6 - 0.5) / 2 + 1).epsilon(1e-4));
  CHECK(y[1] == Approx(0.5 * (-9 - 2) / 3 - 1).epsilon(1e-4));
  // Asked for, the value in between is there all the same.
  CHECK(run(s, x, {"c"}) == Numbers{6, -9});
}

TEST_CASE("subgraphs see the values around them") {
  const auto body = [](pbf_writer& a) {
    message(a, proto::attribute::g, [](pbf_writer& g) {
      message(g, proto::graph::node, node("Identity", {"go"}, {"on"}));
      message(g, proto::graph::node, node("Mul", {"v", "two"}, {"next"}));
      message(g, proto::graph::node, node("Add", {"next", "x"}, {"seen"}));
      for (const char* i : {"i", "go", "v"})
        message(g, proto::graph::input,
                [&](pbf_writer& m) { m.add_string(proto::value_info::name, i); });
      for (const char* o : {"on", "next", "seen"})
        message(g, proto::graph::output,
                [&](pbf_writer& m) { m.add_string(proto::value_info::name, o); });
    });
  };
  GraphSpec g;
  g.nodes = {node("Add", {"one", "one"}, {"two"}),
             node("Loop", {"trips", "", "x"}, {"y", "all"},
                  attribute("body", body, proto::attribute::GRAPH))};
  g.initializers = {floats("one", {1}, {1}),
                    {"trips", {}, proto::INT64, raw(std::vector<std::int64_t>{3})}};
  g.outputs = {"y", "all"};
  Session s(read(model(g)));
  const auto out = s.run({{"x", vec({1})}});
  CHECK(out[0].tensor().to_vector() == Numbers{8});
  CHECK(out[1].tensor().shape() == Dims{3, 1});
  CHECK(out[1].tensor().to_vector() == Numbers{3, 5, 9});
}

TEST_CASE("functions of a model are called with the attributes of the call") {
  GraphSpec g;
  const auto slope = [](float value) {
    return attribute(
        "slope", [=](pbf_writer& a) { a.add_float(proto::attribute::f, value); },
        proto::attribute::FLOAT);
  };
  g.nodes = {node("Leak", {"x"}, {"a"}, slope(0.5f), "own"),
             node("Leak", {"a"}, {"y"}, slope(0.1f), "own")};
  const auto function = [](pbf_writer& w) {
    message(w, proto::model::opset_import, opset(1, "own"));
    message(w, proto::model::functions, [](pbf_writer& f) {
      f.add_string(proto::function::name, "Leak");
      f.add_string(proto::function::domain, "own");
      f.add_string(proto::function::input, "v");
      f.add_string(proto::function::output, "w");
      f.add_string(proto::function::attribute, "slope");
      message(f, proto::function::node, node("LeakyRelu", {"v"}, {"w"}, [](pbf_writer& n) {
                message(n, proto::node::attribute, [](pbf_writer& a) {
                  a.add_string(proto::attribute::name, "alpha");
                  a.add_enum(proto::attribute::type, proto::attribute::FLOAT);
                  a.add_string(proto::attribute::ref_attr_name, "slope");
                });
              }));
    });
  };
  Session s(read(model(g, 13, function)));
  const auto y = run(s, vec({-4, 2}));
  CHECK(y[0] == Approx(-0.2));
  CHECK(y[1] == Approx(2));
}

TEST_CASE("an imported model is a module with named weights and a module a node") {
  GraphSpec g;
  g.nodes = {node("MatMul", {"x", "fc.weight"}, {"h"}), node("Relu", {"h"}, {"r"}),
             node("Reshape", {"r", "shape"}, {"y"})};
  g.initializers = {floats("fc.weight", {2, 2}, {1, 2, 3, 4}),
                    {"shape", {1}, proto::INT64, raw(std::vector<std::int64_t>{-1})}};
  const auto source = read(model(g));
  const Ref<Module> m = make_module(source);
  REQUIRE(m->named_parameters().size() == 1);
  CHECK(m->named_parameters()[0].first == "fc.weight");
  CHECK(m->named_buffers()[0].first == "shape");
  CHECK_FALSE(m->training());
  CHECK(m->get_submodule("the_Relu")->name() == "Relu");

  const Tensor x = Tensor::full({1, 2}, 1, DType::Float32);
  CHECK((*m)(x).to_vector() == Numbers{4, 6});
  // Training changes the module, not the model that it came from.
  const Tensor loss = ops::sum((*m)(x));
  backward({loss}, {}, {});
  const Tensor w = m->get("fc.weight");
  CHECK(w.grad().to_vector() == Numbers{1, 1, 1, 1});
  w.copy_raw(Tensor::full({2, 2}, 0, DType::Float32));
  CHECK((*m)(x).to_vector() == Numbers{0, 0});
  Session s(source);
  CHECK(run(s, x) == Numbers{4, 6});

  // Hooks see the inputs without the weights, and their results count.
  Dims seen;
  const auto hook =
      m->get_submodule("the_MatMul")
          ->register_hook(HookKind::Forward, [&](Module&, HookKind, CallContext&,
                                                 const TensorList& in, const TensorList& out) {
            CHECK(in.size() == 1);
            seen = out[0].shape();
            return std::optional<TensorList>({Tensor::full({1, 2}, 7, DType::Float32)});
          });
  CHECK((*m)(x).to_vector() == Numbers{7, 7});
  CHECK(seen == Dims{1, 2});
  m->get_submodule("the_MatMul")->remove_hook(hook);
  CHECK_THROWS_WITH((*m)(TensorList{x, x}), Catch::Contains("The model takes 1 inputs, not 2"));
}

TEST_CASE("in training, an imported BatchNormalization takes the batch's statistics") {
  GraphSpec g;
  g.nodes = {node("BatchNormalization", {"x", "bn.weight", "bn.bias", "bn.mean", "bn.var"}, {"y"})};
  g.initializers = {floats("bn.weight", {1}, {1}), floats("bn.bias", {1}, {0}),
                    floats("bn.mean", {1}, {0}), floats("bn.var", {1}, {1})};
  const Ref<Module> m = make_module(read(model(g)));
  CHECK(m->parameters().size() == 2);
  const Tensor x = Tensor::from_vector(std::vector<float>{1, 3}, {2, 1});
  CHECK((*m)(x).to_vector()[0] == Approx(1).epsilon(1e-4));
  m->train();
  CHECK((*m)(x).to_vector()[0] == Approx(-1).epsilon(1e-4));
  CHECK(m->get("bn.mean").item() == Approx(0.2));
}

TEST_CASE("a model is described") {
  GraphSpec g;
  g.nodes = {node("MatMul", {"x", "w"}, {"y"}, ints("unused", {1, 2}))};
  g.initializers = {floats("w", {2, 2}, {1, 2, 3, 4})};
  const auto m = read(model(g));
  const std::string about = describe_json(*m);
  for (const char* part : {"\"ops\":{\"MatMul\":1}", "\"parameters\":4",
                           "\"opsets\":[{\"domain\":\"\",\"version\":13}]"})
    CHECK_THAT(about, Catch::Contains(part));
  CHECK_THAT(graph_json(*m),
             Catch::Contains("\"attributes\":[{\"name\":\"unused\",\"type\":\"INTS\","
                             "\"value\":[1,2]}]"));
}
