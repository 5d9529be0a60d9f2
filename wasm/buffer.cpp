#include "buffer.h"

#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include "boundary.h"
#include "handles.h"

namespace gradbox::wasm {

CallBuffer& buffer() {
  static CallBuffer b;
  return b;
}

HandleTable<Tensor>& tensors() {
  static HandleTable<Tensor> table("tensor");
  return table;
}

namespace {

class Reader {
 public:
  Value value(char tag) {
    switch (tag) {
      case 't': return Value(take(static_cast<int>(next())));
      case 'n': return Value();
      case 'i': return Value(static_cast<long long>(next()));
      case 'f': return Value(next());
      case 'b': return Value(next() != 0);
      case 'd': return Value(dtype());
      case 's': return Value(string());
      case 'I': {
        IntList items(count());
        for (auto& x : items) x = static_cast<std::int64_t>(next());
        return Value(std::move(items));
      }
      case 'F': {
        FloatList items(count());
        for (auto& x : items) x = next();
        return Value(std::move(items));
      }
      case 'T': {
        TensorList items(count());
        for (auto& x : items) x = take(static_cast<int>(next()));
        return Value(std::move(items));
      }
      default: fail(ErrorKind::Type, "unknown argument tag '", std::string(1, tag), "'");
    }
  }

  std::string string() {
    const std::size_t n = count();
    const char* p = buffer().text.data() + text_;
    text_ += n;
    return std::string(p, n);
  }

 private:
  double next() { return buffer().slots.at(slot_++); }
  std::size_t count() { return static_cast<std::size_t>(next()); }
  DType dtype() {
    const int code = static_cast<int>(next());
    if (code < 0 || code >= kDTypeCount) fail(ErrorKind::Type, "unknown dtype code ", code);
    return static_cast<DType>(code);
  }
  std::size_t slot_ = 0;
  std::size_t text_ = 0;
};

}  // namespace

Arguments read_arguments(int count) {
  Arguments a;
  Reader r;
  const auto& tags = buffer().tags;
  for (int i = 0; i < count; ++i) {
    const char tag = tags.at(static_cast<std::size_t>(i));
    if (tag == 'k') {
      std::string name = r.string();
      if (++i >= count) fail(ErrorKind::Type, "keyword '", name, "' lacks a value");
      a.keywords.push_back({std::move(name), r.value(tags.at(static_cast<std::size_t>(i)))});
    } else if (!a.keywords.empty()) {
      fail(ErrorKind::Type, "positional argument follows keyword argument");
    } else {
      a.positional.push_back(r.value(tag));
    }
  }
  return a;
}

TensorList read_tensors(int count, int first) {
  TensorList list(static_cast<std::size_t>(count));
  const double* slots = buffer().slots.data() + first;
  for (std::size_t i = 0; i < list.size(); ++i) list[i] = take(static_cast<int>(slots[i]));
  return list;
}

int write_tensors(const TensorList& list, std::size_t first) {
  auto& out = buffer().out;
  if (out.size() < first + list.size()) out.resize(first + list.size());
  for (std::size_t i = 0; i < list.size(); ++i) out[first + i] = give(list[i]);
  return static_cast<int>(list.size());
}

int write_value(const Value& v) {
  auto& b = buffer();
  const auto number = [&](Result kind, double x) {
    b.out[0] = x;
    return static_cast<int>(kind);
  };
  const auto numbers = [&](const auto& items) {
    if (b.out.size() < items.size() + 1) b.out.resize(items.size() + 1);
    b.out[0] = static_cast<double>(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) b.out[i + 1] = static_cast<double>(items[i]);
    return static_cast<int>(kNumbers);
  };
  if (v.is<Tensor>()) return give(v.get<Tensor>());
  if (v.is_none()) return kNone;
  if (v.is<TensorList>()) {
    const auto& list = v.get<TensorList>();
    write_tensors(list, 1);
    return number(kList, static_cast<double>(list.size()));
  }
  if (v.is<double>()) return number(kFloat, v.get<double>());
  if (v.is<std::int64_t>()) return number(kInt, static_cast<double>(v.get<std::int64_t>()));
  if (v.is<bool>()) return number(kBool, v.get<bool>() ? 1 : 0);
  if (v.is<DType>()) return number(kDType, static_cast<int>(v.get<DType>()));
  if (v.is<IntList>()) return numbers(v.get<IntList>());
  if (v.is<FloatList>()) return numbers(v.get<FloatList>());
  b.out_text = v.get<std::string>();
  return kString;
}

}  // namespace gradbox::wasm

using gradbox::wasm::buffer;

extern "C" {

// Addresses of the buffer's parts. They move when gb_reserve or a long result enlarges them.
EMSCRIPTEN_KEEPALIVE double* gb_slots() { return buffer().slots.data(); }
EMSCRIPTEN_KEEPALIVE char* gb_tags() { return buffer().tags.data(); }
EMSCRIPTEN_KEEPALIVE char* gb_text() { return buffer().text.data(); }
EMSCRIPTEN_KEEPALIVE double* gb_out() { return buffer().out.data(); }

// Room for this many slots, tags and bytes of text; 0 when there is no memory for them.
EMSCRIPTEN_KEEPALIVE int gb_reserve(int slots, int tags, int text) {
  return gradbox::wasm::attempt([&] {
    auto& b = buffer();
    const auto grow = [](auto& v, int n) {
      if (v.size() < static_cast<std::size_t>(n)) v.resize(static_cast<std::size_t>(n));
    };
    grow(b.slots, slots);
    grow(b.tags, tags);
    grow(b.text, text);
  });
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(buffer) {
  emscripten::function(
      "outText", +[] { return buffer().out_text; });
}
