#include "golden.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>

#include "autograd/engine.h"

using namespace gradbox;

namespace golden {

namespace {

// As WebAssembly, the runner (web/tools/run-wasm.mjs) puts the file where the module starts.
std::string path() {
  const char* p = std::getenv("GRADBOX_GOLDEN");
  return p ? p : "golden.jsonl";
}

std::map<std::string, std::vector<Case>> load() {
  std::ifstream in(path());
  if (!in)
    fail(ErrorKind::Runtime, "no golden values at ", path(),
         ": run `/usr/bin/python3 tests/golden/make.py build/golden/golden.jsonl` and point "
         "GRADBOX_GOLDEN there");
  std::map<std::string, std::vector<Case>> out;
  std::string line;
  std::size_t n = 0;
  while (std::getline(in, line)) {
    Json j = Json::parse(line);
    const std::string kind = j.members().front().first;
    out[kind].push_back({++n, std::move(j)});
  }
  return out;
}

int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

Dims dims(const Json& j) {
  Dims out;
  for (const Json& n : j.items()) out.push_back(n.integer());
  return out;
}

bool close(double a, double b, DType t, bool signs) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  // "-0." is printed.
  if (a == b) return a != 0 || !signs || std::signbit(a) == std::signbit(b);
  if (!is_floating(t) || std::isinf(a) || std::isinf(b)) return false;
  const double rtol = t == DType::Float32 ? 1.3e-6 : 1e-7, atol = t == DType::Float32 ? 1e-5 : 1e-7;
  return std::abs(a - b) <= atol + rtol * std::abs(b);
}

}  // namespace

const std::vector<Case>& cases(const char* kind) {
  static const std::map<std::string, std::vector<Case>> all = load();
  return all.at(kind);
}

Tensor tensor(const Json& j) {
  const DType dtype = parse_dtype(j.find("dtype")->string());
  const std::string& hex = j.find("hex")->string();
  const Tensor flat =
      Tensor::empty({static_cast<std::int64_t>(hex.size()) / 2 / item_size(dtype)}, dtype);
  char* p = flat.raw();
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    *p++ = static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  const Dims shape = dims(*j.find("shape"));
  const Json* strides = j.find("strides");
  return strides ? flat.alias(shape, dims(*strides), j.find("offset")->integer())
                 : flat.alias(shape, contiguous_strides(shape), 0);
}

Value value(const Json& j) {
  if (j.kind() != Json::Kind::Object) return j.to_value();
  if (const Json* t = j.find("torch.dtype")) return parse_dtype(t->string());
  if (j.find("dtype")) return tensor(j);
  TensorList list;
  for (const Json& item : j.find("list")->items())
    list.push_back(item.is_null() ? Tensor() : tensor(item));
  return list;
}

void compare(const std::string& what, const Tensor& got, const Json& want_json) {
  const Tensor want = tensor(want_json);
  check(got.defined(), what, ": nothing, PyTorch has a tensor");
  check(got.dtype() == want.dtype(), what, ": dtype ", dtype_name(got.dtype()), ", PyTorch has ",
        dtype_name(want.dtype()));
  check(got.shape() == want.shape(), what, ": shape ", to_string(got.shape()), ", PyTorch has ",
        to_string(want.shape()));
  const std::vector<double> a = got.to_vector(), b = want.to_vector();
  for (std::size_t i = 0; i < a.size(); ++i)
    check(close(a[i], b[i], want.dtype(), what.rfind("gradient", 0) != 0), what, ": element ", i,
          " is ", json_number(a[i]), ", PyTorch has ", json_number(b[i]));
}

void compare_list(const std::string& what, const TensorList& got, const Json& want) {
  check(got.size() == want.items().size(), what, ": ", got.size(), " of them, PyTorch has ",
        want.items().size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    const Json& w = want.items()[i];
    const std::string name = what + " " + std::to_string(i);
    if (!w.is_null() && !got[i].defined()) {
      // Whether a gradient of zeros is None depends on the version.
      for (const double v : tensor(w).to_vector())
        check(v == 0, name, ": nothing, PyTorch has ", json_number(v));
    } else if (!w.is_null()) {
      compare(name, got[i], w);
    } else if (got[i].defined()) {
      for (const double v : got[i].to_vector())
        check(v == 0, name, ": ", json_number(v), ", PyTorch has None");
    }
  }
}

Tensor weights(const Tensor& like, std::size_t k) {
  Tensor w = Tensor::empty(like.shape(), DType::Float64);
  for (std::int64_t i = 0; i < w.numel(); ++i)
    w.data<double>()[i] =
        static_cast<double>((i * 7 + 3) % 11 - 5) / 8 + 0.0625 * static_cast<double>(k);
  return w.to_raw(like.dtype());
}

TensorList gradients(const TensorList& outputs, const TensorList& inputs) {
  TensorList from, seeds;
  for (const Tensor& t : outputs)
    if (t.defined() && t.requires_grad()) {
      seeds.push_back(weights(t, from.size()));
      from.push_back(t);
    }
  return grad(from, inputs, seeds, {}, true);
}

void Report::run(const Case& c, const std::string& name, const std::function<void()>& f) {
  ++ran_;
  std::string why;
  try {
    f();
    return;
  } catch (const std::exception& e) {
    why = e.what();
  }
  ++failed_;
  text_ += "\n" + name + " (line " + std::to_string(c.line) + "): " + why.substr(0, 600);
}

void Report::finish() const {
  // Catch2 would fold the lines.
  if (failed_)
    std::cerr << failed_ << " of " << ran_ << " cases differ from PyTorch:" << text_ << "\n";
  CHECK(failed_ == 0);
  CHECK(ran_ > 0);
}

}  // namespace golden
