// The emitter's part that writes sizes: constants, or arithmetic on the sizes of values where they
// follow a dynamic dimension. Front ends see sizes as plain numbers, so a second trace, of inputs
// with other sizes, tells which is which: a size that differs is looked up among the dimensions
// that differ likewise.
#include <algorithm>

#include "onnx/export/emitter.h"

namespace gradbox::onnx {

Size Emitter::size(std::size_t i) const {
  const std::int64_t v = call_->args[i].as_int();
  return {v, other_call_ ? other_call_->args[i].as_int() : v};
}

std::vector<Size> Emitter::sizes(std::size_t i) const {
  std::vector<Size> out;
  const IntList& mine = call_->args[i].get<IntList>();
  const IntList& others = other_call_ ? other_call_->args[i].get<IntList>() : mine;
  for (std::size_t k = 0; k < mine.size(); ++k)
    out.push_back({mine[k], k < others.size() ? others[k] : mine[k]});
  return out;
}

std::vector<Size> Emitter::shape(const Tensor& t) const {
  std::vector<Size> out;
  const Tensor* o = twin(t);
  for (std::size_t d = 0; d < t.shape().size(); ++d)
    out.push_back({t.shape()[d], o ? o->shape()[d] : t.shape()[d]});
  return out;
}

Name Emitter::vector(Span<Size> sizes) {
  std::vector<Name> parts;
  IntList run;
  const auto flush = [&] {
    if (!run.empty()) parts.push_back(ints(run));
    run.clear();
  };
  for (const Size& s : sizes) {
    if (!s.is_dynamic()) {
      run.push_back(s.value);
      continue;
    }
    flush();
    parts.push_back(dynamic_size(s));
  }
  flush();
  if (parts.empty()) return ints({});
  return concat(parts, 0);
}

Name Emitter::scalar(const Size& s, DType dtype) {
  if (!s.is_dynamic()) return number(static_cast<double>(s.value), dtype);
  const Name n = squeeze(dynamic_size(s), {0});
  return dtype == DType::Int64 ? n : cast(n, dtype);
}

Name Emitter::dimension(const Name x, std::int64_t d) {
  const auto at = dimensions_.find({x, d});
  if (at != dimensions_.end()) return at->second;
  return dimensions_[{x, d}] = gather(shape_of(x), ints({d}), 0);
}

Name Emitter::dynamic_size(const Size& s) {
  struct Source {
    Name value;
    std::int64_t axis;
    Size size;
  };
  std::vector<Source> sources;
  const auto look = [&](const Tensor& t, const Name name) {
    const std::vector<Size> dims = shape(t);
    for (std::size_t d = 0; d < dims.size(); ++d) {
      if (!dims[d].is_dynamic()) continue;
      const bool known = std::any_of(sources.begin(), sources.end(), [&](const Source& x) {
        return x.size.value == dims[d].value && x.size.other == dims[d].other;
      });
      if (!known) sources.push_back({name, static_cast<std::int64_t>(d), dims[d]});
    }
  };
  // The operands first, which reads best; then the inputs and everything else in order.
  if (call_)
    for_each_tensor(call_->args, [&](const Tensor& t) {
      const Bound* b = find(t);
      if (b && b->why.empty()) look(t, b->name);
    });
  for (std::size_t i = 0; i < bound_.size(); ++i)
    if (bound_[i].why.empty()) look(bound_[i].tensor, bound_[i].name);

  const auto dim = [&](const Source& x) { return dimension(x.value, x.axis); };
  const auto fits = [&](std::int64_t v, std::int64_t o) { return v == s.value && o == s.other; };
  for (const Source& a : sources)
    if (fits(a.size.value, a.size.other)) return dim(a);
  for (const Source& a : sources)
    if (fits(-a.size.value, -a.size.other)) return node("Neg", {dim(a)});
  for (std::size_t i = 0; i < sources.size(); ++i)
    for (std::size_t j = i; j < sources.size(); ++j) {
      const Source &a = sources[i], &b = sources[j];
      if (fits(a.size.value * b.size.value, a.size.other * b.size.other))
        return node("Mul", {dim(a), dim(b)});
    }
  for (const Source& a : sources) {
    const std::int64_t c = a.size.value != 0 ? s.value / a.size.value : 0;
    if (c > 1 && fits(a.size.value * c, a.size.other * c)) return node("Mul", {dim(a), ints({c})});
  }
  for (const Source& a : sources) {
    const std::int64_t c = s.value > 0 ? a.size.value / s.value : 0;
    if (c > 1 && fits(a.size.value / c, a.size.other / c)) return node("Div", {dim(a), ints({c})});
  }
  for (const Source& a : sources) {
    const std::int64_t c = s.value - a.size.value;
    if (fits(a.size.value + c, a.size.other + c)) return node("Add", {dim(a), ints({c})});
  }
  unsupported(("the size " + std::to_string(s.value) +
               " depends on a dynamic dimension in a way that can't be told")
                  .c_str());
}

}  // namespace gradbox::onnx
