// TensorProto and what is made of it.
#include <algorithm>
#include <cstring>
#include <limits>

#include "core/shape.h"
#include "core/storage.h"
#include "onnx/ir/read.h"
#include "onnx/ir/wire.h"

namespace gradbox::onnx {
namespace {

constexpr int kMaxDepth = 64;

// A TensorProto's fields as they stand in the file.
struct Raw {
  std::string name;
  Dims dims;
  std::int32_t data_type = 0;
  std::string_view raw_data;
  bool has_raw = false, is_external = false;
  IntList integers;  // int32_data, int64_data, uint64_data
  FloatList floats;  // float_data, double_data
  std::vector<std::string> strings;
  std::map<std::string, std::string> external;
  std::string rest;
};

Raw read_fields(Wire w) {
  namespace f = proto::tensor;
  Raw t;
  while (w.next()) switch (w.tag()) {
      case f::dims: w.integers(t.dims); break;
      case f::data_type: t.data_type = static_cast<std::int32_t>(w.integer()); break;
      case f::float_data: w.numbers(t.floats); break;
      case f::double_data: w.doubles(t.floats); break;
      case f::int32_data:
      case f::int64_data:
      case f::uint64_data: w.integers(t.integers); break;
      case f::string_data: t.strings.push_back(w.text()); break;
      case f::name: t.name = w.text(); break;
      case f::raw_data:
        t.raw_data = w.bytes();
        t.has_raw = true;
        break;
      case f::external_data: {
        std::string key, value;
        for (Wire e = w.message(); e.next();) {
          if (e.tag() == proto::string_entry::key) key = e.text();
          else if (e.tag() == proto::string_entry::value) value = e.text();
          else e.skip();
        }
        t.external[key] = value;
        break;
      }
      case f::data_location: t.is_external = w.integer() == 1; break;
      default: w.keep(t.rest);
    }
  return t;
}

// The product of the dims; fails on negative ones, on products beyond what can be counted, and on
// sizes that nobody has beside one of 0: they cost a file nothing, and loops go along them.
std::int64_t count(const Dims& dims) {
  constexpr std::int64_t kMostEmpty = 1 << 24;
  std::int64_t n = 1;
  bool empty = false;
  check(dims.size() <= 64, "it has more than 64 dimensions");
  for (const auto d : dims) {
    check(d >= 0, "its dimension ", d, " is negative");
    empty = empty || d == 0;
  }
  for (const auto d : dims) {
    if (d == 0) continue;
    const std::int64_t most = empty ? kMostEmpty : std::numeric_limits<std::int64_t>::max() / 16;
    check(n <= most / d, "its shape ", to_string(dims), " is too large");
    n *= d;
  }
  return empty ? 0 : n;
}

std::size_t number_of(const std::string& text, const char* what) {
  std::size_t n = 0;
  check(!text.empty() && text.size() < 18 &&
            text.find_first_not_of("0123456789") == std::string::npos,
        "its external data has the ", what, " '", text, "'");
  for (const char c : text) n = n * 10 + static_cast<std::size_t>(c - '0');
  return n;
}

std::string_view external_bytes(const Raw& t, const ExternalData& files) {
  const auto entry = [&](const char* key) {
    const auto it = t.external.find(key);
    return it == t.external.end() ? std::string() : it->second;
  };
  const auto file = files.find(entry("location"));
  check(file != files.end(), "its data is in the file '", entry("location"),
        "', which wasn't given along with the model");
  const std::string offset = entry("offset"), length = entry("length");
  const std::size_t size = file->second.size();
  const std::size_t first = offset.empty() ? 0 : number_of(offset, "offset");
  check(first <= size, "its data begins behind the end of '", file->first, "'");
  const std::size_t n = length.empty() ? size - first : number_of(length, "length");
  check(n <= size - first, "its data goes beyond the end of '", file->first, "'");
  return std::string_view(file->second).substr(first, n);
}

// Elements that came as numbers of their own.
template <class T>
void fill(const Tensor& out, const Raw& t) {
  T* p = out.data<T>();
  if (!t.floats.empty()) {
    for (const double x : t.floats) *p++ = static_cast<T>(x);
  } else {
    for (const std::int64_t x : t.integers) *p++ = static_cast<T>(x);
  }
}

// Those of dtypes that are only stored are integers, or the bits of a float.
template <class T>
void fill_bits(const Tensor& out, const Raw& t) {
  T* p = out.data<T>();
  for (const std::int64_t x : t.integers) *p++ = static_cast<T>(x);
}

void fill(const Tensor& out, const Raw& t) {
  check(t.floats.empty() || is_floating(out.dtype()),
        "its elements are stored as another data type");
  if (!is_stored_only(out.dtype()))
    return dispatch(out.dtype(), [&](auto tag) { fill<decltype(tag)>(out, t); });
  check(t.floats.empty(), "its elements are stored as another data type");
  switch (item_size(out.dtype())) {
    case 1: return fill_bits<std::uint8_t>(out, t);
    case 2: return fill_bits<std::uint16_t>(out, t);
    case 4: return fill_bits<std::uint32_t>(out, t);
    default: return fill_bits<std::uint64_t>(out, t);
  }
}

// Tensors of fewer bytes are copied.
constexpr std::size_t kLeastMapped = 1024;

// memmove by a few bytes to the front. Emscripten's own goes byte by byte where the two differ in
// their place modulo 4.
void move_down(char* to, const char* from, std::size_t n) {
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    std::uint64_t a, b;
    std::memcpy(&a, from + i, 8);
    std::memcpy(&b, from + i + 8, 8);
    std::memcpy(to + i, &a, 8);
    std::memcpy(to + i + 8, &b, 8);
  }
  for (; i < n; ++i) to[i] = from[i];
}

// Elements where they stand in the file, moved to the next place that is aligned for them: over the
// last bytes of the field's own header, which has three at least. Undefined when that won't do.
Tensor mapped(const Raw& t, DType dtype, const FileBytes* file) {
  const auto size = static_cast<std::uintptr_t>(item_size(dtype));
  const std::string_view raw = t.raw_data;
  const auto shift = reinterpret_cast<std::uintptr_t>(raw.data()) % size;
  if (!file || shift > 3 || raw.size() < kLeastMapped || dtype == DType::Bool) return {};
  char* data = file->data.get() + file->place_of(raw.data()) - shift;
  if (file->is_absent(raw)) file->wanted.push_back({file->place_of(raw.data()), data, raw.size()});
  else if (shift != 0) move_down(data, raw.data(), raw.size());
  auto storage = make_ref<Storage>(data, static_cast<std::int64_t>(raw.size()), file->data);
  return Tensor(make_ref<TensorImpl>(std::move(storage), make_ref<ShapeData>(t.dims), 0, dtype));
}

Any decode(const Raw& t, const ExternalData& files, const FileBytes* file) {
  const std::int64_t n = count(t.dims);
  const auto matches = [&](std::size_t have) {
    check(static_cast<std::int64_t>(have) == n, "its shape ", to_string(t.dims), " wants ", n,
          " elements, but the file holds ", have);
  };
  if (t.data_type == proto::STRING) {
    matches(t.strings.size());
    return StringTensor{t.dims, t.strings};
  }
  const DType dtype = proto::to_dtype(t.data_type);
  if (t.has_raw || t.is_external) {
    const std::string_view raw = t.is_external ? external_bytes(t, files) : t.raw_data;
    const std::int64_t bytes = n * item_size(dtype);
    check(static_cast<std::int64_t>(raw.size()) == bytes, "its shape ", to_string(t.dims), " of ",
          proto::data_type_name(t.data_type), " wants ", bytes, " bytes, but the file holds ",
          raw.size());
    if (!t.is_external)
      if (Tensor there = mapped(t, dtype, file); there.defined()) return there;
    Tensor out = Tensor::empty(t.dims, dtype);
    if (!t.is_external && file && file->is_absent(raw)) {
      check(dtype != DType::Bool, "its elements are not there");
      file->wanted.push_back({file->place_of(raw.data()), out.raw(), raw.size()});
      return out;
    }
    if (bytes != 0) std::memcpy(out.raw(), raw.data(), raw.size());
    // A bool is stored as any byte; the core's are 0 and 1.
    if (dtype == DType::Bool)
      for (std::int64_t i = 0; i < n; ++i) out.raw()[i] = out.raw()[i] != 0;
    return out;
  }
  matches(t.floats.empty() ? t.integers.size() : t.floats.size());
  Tensor out = Tensor::empty(t.dims, dtype);
  fill(out, t);
  return out;
}

// Says which tensor a complaint is about.
template <class F>
TensorProto titled(const std::string& name, F f) {
  try {
    TensorProto out;
    out.value = f();
    out.name = name;
    return out;
  } catch (const Error& e) {
    fail(e.kind(), name.empty() ? "a tensor" : "tensor '" + name + "'", ": ", e.what());
  }
}

Any read_sequence(Wire w, int depth);

Any read_optional(Wire w, int depth) {
  check(depth < kMaxDepth, "values are nested too deep");
  std::int64_t kind = 0;
  Any out = Nothing{};
  // OptionalProto: name = 1, elem_type = 2, then one of these.
  while (w.next()) switch (w.tag()) {
      case 2: kind = w.integer(); break;
      case 3: out = read_tensor(w.bytes()).value; break;
      case 4: out = read_sparse_tensor(w.bytes()).value; break;
      case 5: out = read_sequence(w.message(), depth + 1); break;
      case 7: out = read_optional(w.message(), depth + 1); break;
      default: w.skip();
    }
  check(kind != 4, "maps are not supported");
  return kind == 0 ? Any(Nothing{}) : out;
}

Any read_sequence(Wire w, int depth) {
  check(depth < kMaxDepth, "values are nested too deep");
  auto items = std::make_shared<std::vector<Any>>();
  // SequenceProto: name = 1, elem_type = 2, then lists of one of these.
  while (w.next()) switch (w.tag()) {
      case 3: items->push_back(read_tensor(w.bytes()).value); break;
      case 4: items->push_back(read_sparse_tensor(w.bytes()).value); break;
      case 5: items->push_back(read_sequence(w.message(), depth + 1)); break;
      case 6: fail(ErrorKind::Runtime, "maps are not supported");
      case 7: items->push_back(read_optional(w.message(), depth + 1)); break;
      default: w.skip();
    }
  return Sequence(std::move(items));
}

}  // namespace

bool FileBytes::is_absent(std::string_view bytes) const {
  const std::size_t place = place_of(bytes.data());
  const auto it = std::lower_bound(absent.begin(), absent.end(), place,
                                   [](const Part& p, std::size_t at) { return p.first < at; });
  return it != absent.end() && it->first == place && it->size == bytes.size();
}

TensorProto read_tensor(std::string_view bytes, const ExternalData& external,
                        const FileBytes* file) {
  const Raw raw = read_fields(Wire(bytes));
  TensorProto out = titled(raw.name, [&] { return decode(raw, external, file); });
  out.rest = raw.rest;
  return out;
}

TensorProto read_sparse_tensor(std::string_view bytes, const ExternalData& external) {
  namespace f = proto::sparse_tensor;
  TensorProto values, indices;
  Dims dims;
  for (Wire w(bytes); w.next();) switch (w.tag()) {
      case f::values: values = read_tensor(w.bytes(), external); break;
      case f::indices: indices = read_tensor(w.bytes(), external); break;
      case f::dims: w.integers(dims); break;
      default: w.skip();
    }
  TensorProto dense = titled(values.name, [&]() -> Any {
    const std::int64_t n = count(dims);
    check(n <= kMaxSparse, "a sparse tensor of shape ", to_string(dims), " is too large");
    check(values.value.is_tensor() && indices.value.is_tensor() &&
              indices.value.tensor().dtype() == DType::Int64,
          "a sparse tensor needs values and int64 indices");
    const Tensor& v = values.value.tensor();
    const Tensor& at = indices.value.tensor();
    const auto rank = static_cast<std::int64_t>(dims.size());
    const std::int64_t items = v.numel();
    const bool is_linear = at.dim() == 1;
    check(v.dim() == 1 && (is_linear ? at.numel() == items
                                     : at.dim() == 2 && at.size(0) == items && at.size(1) == rank),
          "its indices don't fit its values");
    const Tensor out = Tensor::full(dims, 0, v.dtype());
    const auto width = static_cast<std::size_t>(item_size(v.dtype()));
    for (std::int64_t i = 0; i < items; ++i) {
      std::int64_t place = is_linear ? at.data<std::int64_t>()[i] : 0;
      for (std::int64_t d = 0; !is_linear && d < rank; ++d) {
        const std::int64_t k = at.data<std::int64_t>()[i * rank + d];
        check(k >= 0 && k < dims[static_cast<std::size_t>(d)], "index ", k, " is out of range");
        place = place * dims[static_cast<std::size_t>(d)] + k;
      }
      check(place >= 0 && place < n, "index ", place, " is out of range");
      std::memcpy(out.raw() + static_cast<std::size_t>(place) * width,
                  v.raw() + static_cast<std::size_t>(i) * width, width);
    }
    return out;
  });
  dense.is_sparse = true;
  return dense;
}

Any read_sequence(std::string_view bytes) { return read_sequence(Wire(bytes), 0); }
Any read_optional(std::string_view bytes) { return read_optional(Wire(bytes), 0); }

}  // namespace gradbox::onnx
