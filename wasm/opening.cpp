#include "opening.h"

#include <emscripten.h>

#include <cstring>
#include <optional>

#include "boundary.h"
#include "onnx/ir/read.h"

namespace gradbox::wasm {
namespace {

struct Opening {
  std::optional<onnx::FileBytes> file;
  onnx::ExternalData external;
  // Pairs (first, size) from JavaScript, triples (first, address, size) to it.
  std::vector<std::uint32_t> parts;
  std::shared_ptr<const onnx::ModelProto> model;
};

Opening& opening() {
  static Opening o;
  return o;
}

}  // namespace

std::shared_ptr<const onnx::ModelProto> opened_model() {
  std::shared_ptr<const onnx::ModelProto> model = std::move(opening().model);
  check(model != nullptr, "no file was opened");
  return model;
}

}  // namespace gradbox::wasm

using namespace gradbox;
using namespace gradbox::wasm;

extern "C" {

// Room for a file of n bytes; null after a failure.
EMSCRIPTEN_KEEPALIVE char* gb_file(std::size_t n) {
  return guard(static_cast<char*>(nullptr), [&] {
    opening().file.emplace(n);
    return opening().file->data.get();
  });
}

// That file is external data at `location`, a text of `n` bytes at the end of the room.
EMSCRIPTEN_KEEPALIVE int gb_external_file(std::size_t n) {
  return attempt([&] {
    const std::string_view all = opening().file->view();
    check(n <= all.size(), "the location is longer than its file");
    opening().external[std::string(all.substr(all.size() - n))] = all.substr(0, all.size() - n);
    opening().file.reset();
  });
}

// Room for `n` numbers that tell which parts of the file are absent.
EMSCRIPTEN_KEEPALIVE std::uint32_t* gb_file_parts(int n) {
  opening().parts.resize(static_cast<std::size_t>(n));
  return opening().parts.data();
}

// Reads the file and gives how many parts are wanted, see gb_wanted_parts; -1 after a failure.
EMSCRIPTEN_KEEPALIVE int gb_open_file() {
  Opening& o = opening();
  const onnx::ExternalData external = std::move(o.external);
  o.external.clear();
  return guard(-1, [&] {
    check(o.file.has_value(), "no file was given");
    onnx::FileBytes file = std::move(*o.file);
    o.file.reset();
    for (std::size_t i = 0; i + 1 < o.parts.size(); i += 2)
      file.absent.push_back({o.parts[i], o.parts[i + 1]});
    o.parts.clear();
    o.model = std::make_shared<const onnx::ModelProto>(onnx::read_model(file, external));
    for (const auto& w : file.wanted)
      for (const auto v : {w.first, reinterpret_cast<std::size_t>(w.to), w.size})
        o.parts.push_back(static_cast<std::uint32_t>(v));
    return static_cast<int>(file.wanted.size());
  });
}

// Three numbers for each of them: where it stands in the file, the address it is wanted at, its
// size.
EMSCRIPTEN_KEEPALIVE const std::uint32_t* gb_wanted_parts() { return opening().parts.data(); }
}
