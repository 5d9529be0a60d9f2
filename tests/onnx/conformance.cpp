// Runs ONNX's backend tests: folders that hold model.onnx and test_data_set_*/{input,output}_*.pb.
//   gradbox_onnx_conformance FOLDER...
// Each FOLDER holds test folders. Prints a line a test: its outcome ("passed", "failed" or
// "unsupported": an operator or dtype that isn't there), folder, name, and what was wrong, tabs
// between. Compares as onnx.backend.test.runner does.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "onnx/ir/read.h"
#include "onnx/run/session.h"

using namespace gradbox;
using namespace gradbox::onnx;
namespace fs = std::filesystem;

namespace {

// onnx/backend/test/loader: what applies where a folder brings no data.json.
constexpr double kRelative = 1e-3, kAbsolute = 1e-7;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(ErrorKind::Runtime, "can't read ", path.string());
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

Any read_value(const fs::path& path, const TypeProto& type) {
  const std::string bytes = read_file(path);
  if (type.kind == TypeProto::List) return read_sequence(bytes);
  if (type.kind == TypeProto::Optional) return read_optional(bytes);
  const Any value = read_tensor(bytes).value;
  // NumPy has no bfloat16: the data holds the bits.
  if (type.elem_type != proto::BFLOAT16 || !value.is_tensor() ||
      value.tensor().dtype() != DType::UInt16)
    return value;
  const Tensor& bits = value.tensor();
  const Tensor out = Tensor::empty(bits.shape(), DType::BFloat16);
  std::memcpy(out.raw(), bits.raw(), static_cast<std::size_t>(2 * bits.numel()));
  return out;
}

// An empty text when they agree.
std::string differ(const Any& got, const Any& want);

std::string differ(const Tensor& got, const Tensor& want) {
  if (got.dtype() != want.dtype())
    return detail::concat("dtype ", dtype_name(got.dtype()), ", not ", dtype_name(want.dtype()));
  if (got.shape() != want.shape())
    return detail::concat("shape ", to_string(got.shape()), ", not ", to_string(want.shape()));
  if (!is_floating(want.dtype())) {
    const Tensor a = got.to_raw(DType::Int64).contiguous_raw(),
                 b = want.to_raw(DType::Int64).contiguous_raw();
    for (std::int64_t i = 0; i < a.numel(); ++i)
      if (a.data<std::int64_t>()[i] != b.data<std::int64_t>()[i])
        return detail::concat("element ", i, " is ", a.data<std::int64_t>()[i], ", not ",
                              b.data<std::int64_t>()[i]);
    return {};
  }
  const auto a = got.to_vector(), b = want.to_vector();
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
    if (!(std::abs(a[i] - b[i]) <= kAbsolute + kRelative * std::abs(b[i])) || std::isinf(b[i]))
      return detail::concat("element ", i, " is ", a[i], ", not ", b[i]);
  }
  return {};
}

std::string differ(const Any& got, const Any& want) {
  if (want.is_tensor() && got.is_tensor()) return differ(got.tensor(), want.tensor());
  if (want.is_strings() && got.is_strings()) {
    if (got.strings().shape != want.strings().shape)
      return detail::concat("shape ", to_string(got.strings().shape), ", not ",
                            to_string(want.strings().shape));
    return got.strings().values == want.strings().values ? "" : "other strings";
  }
  if (want.is_sequence() && got.is_sequence()) {
    const auto &a = got.sequence(), &b = want.sequence();
    if (a.size() != b.size()) return detail::concat("a sequence of ", a.size(), ", not ", b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::string why = differ(a[i], b[i]);
      if (!why.empty()) return detail::concat("item ", i, ": ", why);
    }
    return {};
  }
  if (want.is_nothing() && (got.is_nothing() || got.is_absent())) return {};
  return "a value of another kind";
}

std::string numbered(const char* what, std::size_t i) {
  return detail::concat(what, "_", i, ".pb");
}

std::string run_set(Session& session, const fs::path& folder) {
  Feeds feeds;
  const auto& inputs = session.model().graph.inputs;
  for (std::size_t i = 0; i < inputs.size() && fs::exists(folder / numbered("input", i)); ++i)
    feeds.emplace_back(inputs[i].name, read_value(folder / numbered("input", i), inputs[i].type));
  const std::vector<Any> got = session.run(feeds);
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (!fs::exists(folder / numbered("output", i))) return "no reference for an output";
    const ValueInfoProto& output = session.outputs()[i];
    const std::string why = differ(got[i], read_value(folder / numbered("output", i), output.type));
    if (!why.empty()) return "output '" + output.name + "': " + why;
  }
  return {};
}

std::string run_test(const fs::path& folder) {
  Session session(std::make_shared<const ModelProto>(read_model(read_file(folder / "model.onnx"))));
  std::vector<fs::path> sets;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory()) sets.push_back(entry.path());
  std::sort(sets.begin(), sets.end());
  if (sets.empty()) return "it has no test data";
  for (const auto& set : sets) {
    const std::string why = run_set(session, set);
    if (!why.empty()) return why;
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::vector<fs::path> tests;
    for (const auto& entry : fs::directory_iterator(argv[i]))
      if (fs::exists(entry.path() / "model.onnx")) tests.push_back(entry.path());
    std::sort(tests.begin(), tests.end());
    for (const auto& test : tests) {
      std::string why;
      const char* outcome = "passed";
      try {
        why = run_test(test);
        if (!why.empty()) outcome = "failed";
      } catch (const Error& e) {
        why = e.what();
        outcome = why.find("not supported") != std::string::npos ? "unsupported" : "failed";
      } catch (const std::exception& e) {
        why = e.what();
        outcome = "failed";
      }
      std::replace(why.begin(), why.end(), '\n', ' ');
      std::printf("%s\t%s\t%s\t%s\n", outcome, fs::path(argv[i]).filename().c_str(),
                  test.filename().c_str(), why.c_str());
      std::fflush(stdout);
    }
  }
  return 0;
}
