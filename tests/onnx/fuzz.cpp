// libFuzzer target for the reader and the importer: bytes of any kind give a plan or an error.
//   cmake -S . -B build/fuzz -G Ninja -DGRADBOX_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++
//   ninja -C build/fuzz gradbox_onnx_fuzz
//   build/fuzz/gradbox_onnx_fuzz -max_len=65536 -rss_limit_mb=1024 -timeout=10 CORPUS
#include <cstddef>
#include <cstdint>

#include "onnx/ir/read.h"
#include "onnx/run/plan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto model = gradbox::onnx::read_model({reinterpret_cast<const char*>(data), size});
    gradbox::onnx::make_plan(model);
  } catch (const gradbox::Error&) {
    // What is expected of nearly all inputs.
  }
  return 0;
}
