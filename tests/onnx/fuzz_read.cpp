// libFuzzer target for the reader: bytes of any kind give a model, a value, or an error.
#include <cstddef>
#include <cstdint>

#include "core/storage.h"
#include "onnx/ir/read.h"
#include "onnx/run/describe.h"

using namespace gradbox;

namespace {

template <class F>
void tried(F f) {
  const MemoryLimit limit(std::int64_t{512} << 20);
  try {
    f();
  } catch (const Error&) {
    // What is expected of nearly all inputs.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  tried([&] {
    const onnx::ModelProto model = onnx::read_model(bytes, {{"data", "0123456789abcdef"}});
    onnx::describe_json(model);
    onnx::graph_json(model);
  });
  tried([&] { onnx::read_tensor(bytes); });
  tried([&] { onnx::read_sparse_tensor(bytes); });
  tried([&] { onnx::read_sequence(bytes); });
  tried([&] { onnx::read_optional(bytes); });
  return 0;
}
