// The ONNX exporter: what stands in the files it writes.
#include <catch2/catch.hpp>

#include "nn/layers.h"
#include "onnx/export/export.h"
#include "onnx_reader.h"
#include "ops/ops.h"

using namespace gradbox;
using onnx_reader::Model;
using Strings = std::vector<std::string>;

namespace {

Ref<Module> layer(const std::string& kind, const LayerConfig& config = {}) {
  return make_layer(kind, config);
}

Ref<Module> sequential(const std::vector<Ref<Module>>& children) {
  const Ref<Module> m = layer("Sequential");
  for (std::size_t i = 0; i < children.size(); ++i)
    m->register_module(std::to_string(i), children[i]);
  return m;
}

Model exported(Module& m, const TensorList& inputs, const std::string& options = "{}") {
  CallContext context;
  return onnx_reader::read_model(
      onnx::export_model(m, inputs, onnx::parse_options(options), context));
}

Tensor sample(const Dims& shape) { return Tensor::full(shape, 0.5, DType::Float32); }

}  // namespace

TEST_CASE("a perceptron becomes Gemm and Relu with a variable batch") {
  const Ref<Module> m =
      sequential({layer("Linear", {{"in_features", 4}, {"out_features", 8}}), layer("ReLU"),
                  layer("Linear", {{"in_features", 8}, {"out_features", 3}})});
  const Model model = exported(*m, {sample({1, 4})},
                               R"({"opset_version":15,"input_names":["x"],"output_names":["y"],
                                   "dynamic_axes":{"x":{"0":"batch"},"y":{"0":"batch"}}})");
  CHECK(model.ir_version == 8);
  CHECK(model.opset == 15);
  CHECK(model.op_types() == Strings{"Gemm", "Relu", "Gemm"});
  CHECK(model.nodes[0].inputs == Strings{"x", "0.weight", "0.bias"});
  CHECK(model.nodes[0].ints.at("transB") == 1);
  CHECK(model.nodes[2].outputs == Strings{"y"});
  REQUIRE(model.inputs.size() == 1);
  CHECK(model.inputs[0].elem_type == 1);
  CHECK(model.inputs[0].dims == Strings{"batch", "4"});
  CHECK(model.outputs[0].dims[0] == "batch");
  REQUIRE(model.initializers.size() == 4);
  const auto& weight = model.initializers.at("0.weight");
  CHECK(weight.dims == Dims{8, 4});
  CHECK(weight.raw == std::string(m->get("0.weight").raw(), 8 * 4 * 4));
}

TEST_CASE("the IR version suits the opset; others are refused") {
  const Ref<Module> m = layer("ReLU");
  const auto ir = [&](int opset) {
    return exported(*m, {sample({2})}, "{\"opset_version\":" + std::to_string(opset) + "}")
        .ir_version;
  };
  CHECK(ir(11) == 6);
  CHECK(ir(13) == 7);
  CHECK(ir(17) == 8);
  CHECK(exported(*m, {sample({2})}).opset == 17);
  CHECK_THROWS_WITH(ir(10), Catch::Contains("Unsupported ONNX opset version: 10"));
  CHECK_THROWS_WITH(ir(19), Catch::Contains("Unsupported ONNX opset version: 19"));
}

TEST_CASE("axes are attributes or inputs, as the opset has them") {
  const auto m = make_ref<CallbackModule>("M", [](Module&, const TensorList& in, CallContext&) {
    return TensorList{ops::mean(ops::unsqueeze(in[0], 0), IntList{1}, true)};
  });
  const Model old = exported(*m, {sample({2, 3})}, R"({"opset_version":12})");
  CHECK(old.node("Unsqueeze").lists.at("axes") == IntList{0});
  CHECK(old.node("Unsqueeze").inputs.size() == 1);
  CHECK(old.node("ReduceMean").lists.at("axes") == IntList{1});
  const Model middle = exported(*m, {sample({2, 3})}, R"({"opset_version":15})");
  CHECK(middle.node("Unsqueeze").inputs.size() == 2);
  CHECK(middle.node("ReduceMean").inputs.size() == 1);
  const Model recent = exported(*m, {sample({2, 3})}, R"({"opset_version":18})");
  CHECK(recent.node("ReduceMean").inputs.size() == 2);
}

TEST_CASE("it is exported in eval mode, and the modes are restored") {
  const Ref<Module> m =
      sequential({layer("Dropout"), layer("BatchNorm1d", {{"num_features", 3}}), layer("Dropout")});
  m->child("2")->eval();
  const Model model = exported(*m, {sample({4, 3})});
  CHECK(model.op_types() == Strings{"BatchNormalization"});
  CHECK(model.initializers.count("1.running_mean") == 1);
  CHECK(model.initializers.count("1.num_batches_tracked") == 0);
  CHECK(m->training());
  CHECK(m->child("1")->training());
  CHECK_FALSE(m->child("2")->training());
  CHECK(m->get("1.num_batches_tracked").item() == 0);
  CHECK_FALSE(m->has_hooks());
}

TEST_CASE("what ONNX can't say is refused by name and module path") {
  const Ref<Module> inner =
      make_ref<CallbackModule>("Odd", [](Module&, const TensorList& in, CallContext&) {
        return TensorList{call("cumprod", {in[0], 0}).get<Tensor>()};
      });
  const Ref<Module> m = sequential({layer("ReLU"), sequential({layer("ReLU"), inner})});
  m->train();
  CHECK_THROWS_WITH(exported(*m, {sample({4})}, R"({"opset_version":15})"),
                    Catch::Contains("Exporting the operator 'aten::cumprod' to ONNX opset version "
                                    "15 is not supported") &&
                        Catch::Contains("module '1.1'"));
  // Nothing is left behind.
  CHECK(m->training());
  CHECK_FALSE(inner->has_hooks());
  CHECK((*m)(sample({4})).defined());
}

namespace {

struct Counted {
  int runs = 0;
  Ref<Module> module;
  explicit Counted(const std::function<Tensor(const Tensor&)>& f)
      : module(make_ref<CallbackModule>("Counted",
                                        [this, f](Module&, const TensorList& in, CallContext&) {
                                          ++runs;
                                          return TensorList{f(in[0])};
                                        })) {}
};

const char* const kBatch = R"({"input_names":["x"],"dynamic_axes":{"x":{"0":"batch"}}})";

}  // namespace

TEST_CASE("the module runs once unless a size may be a dynamic one") {
  Counted plain([](const Tensor& x) { return ops::reshape(ops::relu(x), IntList{x.size(0), -1}); });
  const Model one = exported(*plain.module, {sample({2, 3, 4})}, kBatch);
  CHECK(plain.runs == 1);
  CHECK(one.op_types() == Strings{"Relu", "Reshape"});

  Counted merged([](const Tensor& x) {
    return ops::reshape(x, IntList{x.size(0) * x.size(1), 4});
  });
  const Model two = exported(*merged.module, {sample({2, 3, 4})}, kBatch);
  CHECK(merged.runs == 2);
  CHECK(two.op_types() == Strings{"Reshape"});

  // No dynamic dimension, no question.
  Counted fixed([](const Tensor& x) { return ops::reshape(x, IntList{x.size(0) * x.size(1), 4}); });
  exported(*fixed.module, {sample({2, 3, 4})});
  CHECK(fixed.runs == 1);
}

TEST_CASE("sizes that follow a dynamic dimension are computed") {
  Counted m([](const Tensor& x) {
    return ops::expand(ops::unsqueeze(x, 1), IntList{x.size(0), 5, 3});
  });
  const Model model = exported(*m.module, {sample({2, 3})}, kBatch);
  CHECK(model.op_types() == Strings{"Unsqueeze", "Shape", "Gather", "Concat", "Expand"});
  REQUIRE(model.outputs[0].dims.size() == 3);
  CHECK(model.outputs[0].dims[1] == "5");
  CHECK(model.outputs[0].dims[0] == "?");
}

TEST_CASE("parameters may be left out, named, or turned by the graph") {
  const Ref<Module> m = layer("Linear", {{"in_features", 4}, {"out_features", 2}});
  const Tensor x = sample({3, 5, 4});
  const Model folded = exported(*m, {x});
  CHECK(folded.op_types() == Strings{"MatMul", "Add"});
  const Model plain = exported(*m, {x}, R"({"do_constant_folding":false})");
  CHECK(plain.op_types() == Strings{"Transpose", "MatMul", "Add"});
  CHECK(plain.initializers.count("weight") == 1);
  const Model bare = exported(*m, {x}, R"({"export_params":false})");
  CHECK(bare.initializers.empty());
  REQUIRE(bare.inputs.size() == 3);
  CHECK(bare.inputs[1].name == "weight");
  const Model named = exported(*m, {sample({3, 4})}, R"({"input_names":["x","w","b"]})");
  CHECK(named.nodes[0].inputs == Strings{"x", "w", "b"});
}

TEST_CASE("dynamic axes may be a list; ends without names get them") {
  const Ref<Module> m = layer("MSELoss", {{"reduction", "none"}});
  const Model model = exported(*m, {sample({2, 3}), sample({2, 3})},
                               R"({"dynamic_axes":{"input":[0],"output":{"0":"n"}}})");
  CHECK(model.inputs[0].name == "input");
  CHECK(model.inputs[1].name == "input.1");
  CHECK(model.inputs[0].dims == Strings{"input_dynamic_axes_1", "3"});
  CHECK(model.inputs[1].dims == Strings{"2", "3"});
  CHECK(model.outputs[0].name == "output");
}

TEST_CASE("in-place changes are other values; what they made stale is refused") {
  Counted fine([](const Tensor& x) {
    const Tensor y = ops::mul(x, 2);
    call("add_", {y, 1});
    return y;
  });
  CHECK(exported(*fine.module, {sample({2})}).op_types() == Strings{"Mul", "Add"});
  Counted stale([](const Tensor& x) {
    const Tensor y = ops::mul(x, 2);
    call("exp_", {ops::as_strided(y, IntList{1}, IntList{1}, 0)});
    return y;
  });
  CHECK_THROWS_WITH(exported(*stale.module, {sample({2})}), Catch::Contains("as_strided"));
}

TEST_CASE("a path that depends on a dynamic size is exported as it was, with a warning") {
  Counted m([](const Tensor& x) {
    Tensor y = ops::reshape(x, IntList{x.size(0) * x.size(1)});
    for (std::int64_t i = 0; i < x.size(0); ++i) y = ops::mul(y, 2);
    return y;
  });
  CallContext context;
  std::vector<std::string> warnings;
  const std::string bytes = onnx::export_model(*m.module, {sample({2, 3})},
                                               onnx::parse_options(kBatch), context, &warnings);
  CHECK(onnx_reader::read_model(bytes).op_types() == Strings{"Reshape", "Mul", "Mul"});
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Catch::Contains("may not generalize"));
}

TEST_CASE("a write to a part changes the whole") {
  Counted m([](const Tensor& x) {
    const Tensor y = ops::clone(x);
    call("copy_", {ops::select(y, 1, 0), ops::select(x, 1, 1)});
    return y;
  });
  const Model model = exported(*m.module, {sample({2, 3})});
  CHECK(model.op_types() == Strings{"Gather", "Unsqueeze", "Slice", "Concat"});
}
