#include "print/tensor_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "autograd/variable.h"

namespace gradbox {

PrintOptions& print_options() {
  static PrintOptions options;
  return options;
}

namespace {

// Elements as doubles lose nothing but int64 beyond 2^53, which are read from the tensor itself.
struct Element {
  double value;
  std::int64_t integer;
};

std::vector<Element> elements(const Tensor& t) {
  const Tensor c = t.to_raw(carrier(t.dtype())).contiguous_raw();
  std::vector<Element> out(static_cast<std::size_t>(c.numel()));
  dispatch(c.dtype(), [&](auto tag) {
    using T = decltype(tag);
    const T* p = c.data<T>();
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = {static_cast<double>(p[i]),
                is_floating(c.dtype()) ? 0 : static_cast<std::int64_t>(p[i])};
  });
  return out;
}

std::string integer_text(std::int64_t v, DType dtype) {
  return dtype == DType::UInt64 ? std::to_string(static_cast<std::uint64_t>(v)) : std::to_string(v);
}

std::string printf_double(const char* format, int precision, double v) {
  if (std::isnan(v)) return "nan";
  if (std::isinf(v)) return v < 0 ? "-inf" : "inf";
  char buffer[400];
  std::snprintf(buffer, sizeof buffer, format, precision, v);
  return buffer;
}
std::string fixed(int precision, double v) { return printf_double("%.*f", precision, v); }
std::string scientific(int precision, double v) { return printf_double("%.*e", precision, v); }

// Chooses one number format for a whole tensor.
class Formatter {
 public:
  Formatter(const std::vector<Element>& values, DType dtype) : dtype_(dtype) {
    const PrintOptions& o = print_options();
    if (!is_floating(dtype)) {
      for (const Element& e : values) widen(plain(e));
      return;
    }
    std::vector<double> nonzero;
    for (const Element& e : values)
      if (std::isfinite(e.value) && e.value != 0) nonzero.push_back(e.value);
    if (nonzero.empty()) return;
    double low = std::abs(nonzero[0]), high = low;
    for (const double v : nonzero) {
      low = std::min(low, std::abs(v));
      high = std::max(high, std::abs(v));
      if (v != std::ceil(v)) int_mode_ = false;
    }
    scientific_ = high / low > 1000. || high > 1e8 || (!int_mode_ && low < 1e-4);
    for (const double v : nonzero) {
      if (scientific_) widen(scientific(o.precision, v));
      else if (int_mode_) widen(fixed(0, v) + ".");
      else widen(fixed(o.precision, v));
    }
    if (o.sci_mode) scientific_ = *o.sci_mode;
  }

  int width() const { return width_; }

  std::string format(const Element& e) const {
    std::string s;
    if (!is_floating(dtype_)) {
      s = plain(e);
    } else if (scientific_) {
      s = scientific(print_options().precision, e.value);
    } else if (int_mode_) {
      s = fixed(0, e.value);
      if (std::isfinite(e.value)) s += ".";
    } else {
      s = fixed(print_options().precision, e.value);
    }
    const int pad = width_ - static_cast<int>(s.size());
    return pad > 0 ? std::string(static_cast<std::size_t>(pad), ' ') + s : s;
  }

 private:
  std::string plain(const Element& e) const {
    if (dtype_ == DType::Bool) return e.integer ? "True" : "False";
    return integer_text(e.integer, dtype_);
  }
  void widen(const std::string& s) { width_ = std::max(width_, static_cast<int>(s.size())); }

  DType dtype_;
  bool int_mode_ = true;
  bool scientific_ = false;
  int width_ = 1;
};

Tensor select_row(const Tensor& t, std::int64_t i) {
  return t.alias(Dims(t.shape().begin() + 1, t.shape().end()),
                 Dims(t.strides().begin() + 1, t.strides().end()), t.offset() + i * t.strides()[0]);
}

// The elements that a summarised print shows.
void visible(const Tensor& t, std::vector<Element>& out) {
  if (t.dim() == 0) {
    for (const Element& e : elements(t)) out.push_back(e);
    return;
  }
  const std::int64_t n = t.size(0);
  const std::int64_t edge = print_options().edgeitems;
  for (std::int64_t i = 0; i < n; ++i) {
    if (n > 2 * edge && i == edge) i = n - edge;
    visible(select_row(t, i), out);
  }
}

std::string join(const std::vector<std::string>& parts, const std::string& separator) {
  std::string s;
  for (std::size_t i = 0; i < parts.size(); ++i) s += (i ? separator : "") + parts[i];
  return s;
}

std::string vector_text(const Tensor& t, int indent, bool summarize, const Formatter& f) {
  const int per_line = std::max(1, (print_options().linewidth - indent) / (f.width() + 2));
  const std::int64_t n = t.size(0);
  const std::int64_t edge = print_options().edgeitems;
  const bool cut = summarize && n > 2 * edge;
  std::vector<std::string> data;
  const auto all = elements(t);
  for (std::int64_t i = 0; i < n; ++i) {
    if (cut && i == edge) {
      data.emplace_back(" ...");
      i = n - edge;
    }
    data.push_back(f.format(all[static_cast<std::size_t>(i)]));
  }
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < data.size(); i += static_cast<std::size_t>(per_line)) {
    const auto begin = data.begin() + static_cast<std::ptrdiff_t>(i);
    const auto end = data.begin() + static_cast<std::ptrdiff_t>(std::min(
                                        data.size(), i + static_cast<std::size_t>(per_line)));
    lines.push_back(join(std::vector<std::string>(begin, end), ", "));
  }
  return "[" + join(lines, ",\n" + std::string(static_cast<std::size_t>(indent) + 1, ' ')) + "]";
}

std::string body(const Tensor& t, int indent, bool summarize, const Formatter& f) {
  if (t.dim() == 0) return f.format(elements(t)[0]);
  if (t.dim() == 1) return vector_text(t, indent, summarize, f);
  const std::int64_t n = t.size(0);
  const std::int64_t edge = print_options().edgeitems;
  std::vector<std::string> slices;
  for (std::int64_t i = 0; i < n; ++i) {
    if (summarize && n > 2 * edge && i == edge) {
      slices.emplace_back("...");
      i = n - edge;
    }
    slices.push_back(body(select_row(t, i), indent + 1, summarize, f));
  }
  return "[" +
         join(slices, "," + std::string(static_cast<std::size_t>(t.dim() - 1), '\n') +
                          std::string(static_cast<std::size_t>(indent) + 1, ' ')) +
         "]";
}

std::vector<std::string> suffixes(const Tensor& t) {
  std::vector<std::string> out;
  if (t.numel() == 0) {
    if (t.dim() != 1) out.push_back("size=" + tuple_text(t.shape()));
    if (t.dtype() != default_dtype())
      out.push_back(std::string("dtype=torch.") + dtype_name(t.dtype()));
  } else if (t.dtype() != default_dtype() && t.dtype() != DType::Int64 &&
             t.dtype() != DType::Bool) {
    out.push_back(std::string("dtype=torch.") + dtype_name(t.dtype()));
  }
  if (const Ref<Node> fn = t.grad_fn()) {
    out.push_back("grad_fn=<" + fn->name() + ">");
  } else if (t.requires_grad()) {
    out.push_back("requires_grad=True");
  }
  return out;
}

}  // namespace

std::string tensor_text(const Tensor& t, const std::string& prefix) {
  // Continuation lines stand below the first element, whatever lines the prefix has above it.
  const int indent = static_cast<int>(prefix.size() - (prefix.rfind('\n') + 1));
  std::string text = prefix;
  if (t.numel() == 0) {
    text += "[]";
  } else {
    const bool summarize = static_cast<double>(t.numel()) > print_options().threshold;
    std::vector<Element> shown;
    if (summarize) visible(t, shown);
    const Formatter f(summarize ? shown : elements(t), t.dtype());
    text += body(t, indent, summarize, f);
  }
  const std::size_t newline = text.rfind('\n');
  std::size_t last_line =
      newline == std::string::npos ? text.size() + 2 : text.size() - newline + 1;
  for (const std::string& s : suffixes(t)) {
    if (last_line + s.size() + 2 > static_cast<std::size_t>(print_options().linewidth)) {
      text += ",\n" + std::string(static_cast<std::size_t>(indent), ' ') + s;
      last_line = static_cast<std::size_t>(indent) + s.size();
    } else {
      text += ", " + s;
      last_line += s.size() + 2;
    }
  }
  return text + ")";
}

std::string python_float(double v) {
  if (std::isnan(v)) return "nan";
  if (std::isinf(v)) return v < 0 ? "-inf" : "inf";
  if (v == 0) return std::signbit(v) ? "-0.0" : "0.0";
  char buffer[40];
  int precision = 1;
  for (; precision <= 17; ++precision) {
    std::snprintf(buffer, sizeof buffer, "%.*e", precision - 1, v);
    if (std::strtod(buffer, nullptr) == v) break;
  }
  const std::string sci = buffer;
  const std::size_t e = sci.find('e');
  const int exponent = std::atoi(sci.c_str() + e + 1);
  if (exponent < -4 || exponent >= 16) {
    // Python drops the trailing zeros that shortest digits don't have and keeps two exponent
    // digits.
    return sci;
  }
  std::snprintf(buffer, sizeof buffer, "%.*f", std::max(precision - 1 - exponent, 0), v);
  std::string s = buffer;
  if (s.find('.') == std::string::npos) s += ".0";
  return s;
}

std::string item_text(const Tensor& t) {
  if (is_floating(t.dtype())) return python_float(t.item());
  if (t.dtype() == DType::Bool) return t.item_int() ? "True" : "False";
  return integer_text(t.item_int(), t.dtype());
}

}  // namespace gradbox
