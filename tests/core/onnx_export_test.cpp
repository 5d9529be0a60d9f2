// The ONNX exporter: what stands in the files it writes.
#include <catch2/catch.hpp>

#include "nn/layers.h"
#include "onnx/export.h"
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
