// Einstein summation, by permutations and batched matrix products.
#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>

#include "ops/views.h"

namespace gradbox {
namespace {

// A subscript is a letter, or the number of a dimension of the ellipsis (from 0, right-aligned).
using Labels = std::vector<int>;
constexpr int kLetters = 52;

int letter_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  return -1;
}
char letter_text(int l) { return static_cast<char>(l < 26 ? 'A' + l : 'a' + l - 26); }

bool contains(const Labels& list, int label) {
  return std::count(list.begin(), list.end(), label) > 0;
}

struct Operand {
  Tensor tensor;
  Labels labels;
};

// One side of the equation, as text, to labels. `dots`: number of dimensions "..." stands for.
Labels parse(const std::string& text, std::size_t dots, std::size_t max_dots) {
  Labels out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') {
      for (std::size_t d = 0; d < dots; ++d)
        out.push_back(kLetters + static_cast<int>(max_dots - dots + d));
      i += 2;
    } else {
      out.push_back(letter_of(text[i]));
    }
  }
  return out;
}

// Takes the diagonal of subscripts that occur twice.
Operand without_repeats(Operand x) {
  for (std::size_t i = 0; i < x.labels.size(); ++i) {
    for (std::size_t j = i + 1; j < x.labels.size();) {
      if (x.labels[i] != x.labels[j]) {
        ++j;
        continue;
      }
      check(x.tensor.size(static_cast<std::int64_t>(i)) ==
                x.tensor.size(static_cast<std::int64_t>(j)),
            "einsum(): subscript ", letter_text(x.labels[i]),
            " is repeated for operand but the sizes "
            "don't match");
      x.tensor =
          call("diagonal", {x.tensor, 0, static_cast<int>(i), static_cast<int>(j)}).get<Tensor>();
      const int label = x.labels[i];
      x.labels.erase(x.labels.begin() + static_cast<std::ptrdiff_t>(j));
      x.labels.erase(x.labels.begin() + static_cast<std::ptrdiff_t>(i));
      x.labels.push_back(label);  // diagonal() puts it last
      j = i + 1;
    }
  }
  return x;
}

// Sums away the subscripts that are not wanted any more.
Operand summed(Operand x, const Labels& wanted) {
  IntList dims;
  Labels rest;
  for (std::size_t i = 0; i < x.labels.size(); ++i) {
    if (contains(wanted, x.labels[i])) rest.push_back(x.labels[i]);
    else dims.push_back(static_cast<std::int64_t>(i));
  }
  if (!dims.empty()) x.tensor = ops::sum(x.tensor, dims);
  x.labels = rest;
  return x;
}

// x with its subscripts in this order; x.tensor itself when they are already.
Tensor ordered(const Operand& x, const Labels& order) {
  if (x.labels == order) return x.tensor;
  IntList dims;
  for (const int l : order)
    dims.push_back(std::find(x.labels.begin(), x.labels.end(), l) - x.labels.begin());
  return ops::permute(x.tensor, dims);
}

std::int64_t size_of(const Operand& x, int label) {
  const auto at = std::find(x.labels.begin(), x.labels.end(), label);
  return at == x.labels.end() ? 1 : x.tensor.size(at - x.labels.begin());
}

// Contracts two operands: subscripts in both that nobody wants any more are summed over by a
// batched matrix product; those that are wanted make the batch.
Operand contracted(Operand a, Operand b, const Labels& wanted) {
  // A subscript of size 1 in one operand and of size n in the other broadcasts: it isn't shared.
  const auto squeeze_ones = [](Operand& x, const Operand& other) {
    for (std::size_t i = 0; i < x.labels.size();) {
      const int l = x.labels[i];
      if (x.tensor.size(static_cast<std::int64_t>(i)) == 1 && contains(other.labels, l) &&
          size_of(other, l) != 1) {
        x.tensor = ops::squeeze(x.tensor, static_cast<std::int64_t>(i));
        x.labels.erase(x.labels.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
  };
  squeeze_ones(a, b);
  squeeze_ones(b, a);
  const auto needed_with = [&wanted](const Operand& other) {
    Labels l = wanted;
    l.insert(l.end(), other.labels.begin(), other.labels.end());
    return l;
  };
  a = summed(a, needed_with(b));
  b = summed(b, needed_with(a));
  Labels batch, inner, left, right;
  for (const int l : a.labels) {
    if (!contains(b.labels, l)) left.push_back(l);
    else if (contains(wanted, l)) batch.push_back(l);
    else inner.push_back(l);
  }
  for (const int l : b.labels)
    if (!contains(a.labels, l)) right.push_back(l);
  const auto sizes = [](const Operand& x, const Labels& labels) {
    Dims d;
    for (const int l : labels) d.push_back(size_of(x, l));
    return d;
  };
  const auto joined = [](Labels x, const Labels& y, const Labels& z) {
    x.insert(x.end(), y.begin(), y.end());
    x.insert(x.end(), z.begin(), z.end());
    return x;
  };
  if (inner.empty()) {  // nothing to sum: an outer product, or one element by element
    Operand out;
    out.labels = joined(batch, left, right);
    Dims shape_a = sizes(a, joined(batch, left, {})), shape_b = sizes(b, batch);
    shape_a.resize(out.labels.size(), 1);
    shape_b.resize(batch.size() + left.size(), 1);
    for (const auto n : sizes(b, right)) shape_b.push_back(n);
    out.tensor = ops::mul(ops::reshape(ordered(a, joined(batch, left, {})), shape_a),
                          ops::reshape(ordered(b, joined(batch, right, {})), shape_b));
    return out;
  }
  const std::int64_t nb = product(sizes(a, batch)), nk = product(sizes(a, inner));
  const std::int64_t nl = product(sizes(a, left)), nr = product(sizes(b, right));
  const Tensor x = ops::reshape(ordered(a, joined(batch, left, inner)), Dims{nb, nl, nk});
  const Tensor y = ops::reshape(ordered(b, joined(batch, inner, right)), Dims{nb, nk, nr});
  Operand out;
  out.labels = joined(batch, left, right);
  Dims shape = sizes(a, batch);
  for (const auto n : sizes(a, left)) shape.push_back(n);
  for (const auto n : sizes(b, right)) shape.push_back(n);
  out.tensor = ops::view(ops::bmm(x, y), shape);
  return out;
}

struct Equation {
  std::vector<std::string> inputs;
  std::string output;
  bool has_arrow = false;
};

Equation read_equation(const std::string& text) {
  Equation e;
  std::string part;
  const auto finish = [&] {
    if (e.has_arrow) e.output = part;
    else e.inputs.push_back(part);
    part.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (std::isspace(static_cast<unsigned char>(c))) continue;
    if (c == ',') {
      check(!e.has_arrow, "einsum(): invalid subscript given at index ", i,
            " in the equation string, subscripts must be in [a-zA-Z]");
      finish();
    } else if (c == '-') {
      check(text.compare(i, 2, "->") == 0 && !e.has_arrow,
            "einsum(): found '-' not part of any '->' in the equation string");
      finish();
      e.has_arrow = true;
      ++i;
    } else if (c == '.') {
      check(text.compare(i, 3, "...") == 0 && part.find('.') == std::string::npos,
            "einsum(): found '.' for operand ", e.inputs.size(),
            " that is not part of any ellipsis");
      part += "...";
      i += 2;
    } else {
      check(letter_of(c) >= 0, "einsum(): invalid subscript given at index ", i,
            " in the equation string, subscripts must be in [a-zA-Z]");
      part += c;
    }
  }
  finish();
  return e;
}

Tensor einsum(const std::string& text, const TensorList& tensors) {
  check(!tensors.empty(), "einsum(): must provide at least one operand");
  const Equation e = read_equation(text);
  check(e.inputs.size() >= tensors.size(),
        "einsum(): more operands were provided than specified in the equation");
  check(e.inputs.size() <= tensors.size(),
        "einsum(): fewer operands were provided than specified in the equation");
  std::vector<std::size_t> dots(tensors.size(), 0);
  std::size_t max_dots = 0;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const bool open = e.inputs[i].find('.') != std::string::npos;
    const std::size_t letters = e.inputs[i].size() - (open ? 3 : 0);
    const auto n = static_cast<std::size_t>(tensors[i].dim());
    check(open || letters == n, "einsum(): the number of subscripts in the equation (", letters,
          ") does not match the number of dimensions (", n, ") for operand ", i,
          " and no ellipsis was given");
    check(letters <= n, "einsum(): the number of subscripts in the equation (", letters,
          ") is more than the number of dimensions (", n, ") for operand ", i);
    dots[i] = n - letters;
    max_dots = std::max(max_dots, dots[i]);
  }
  std::vector<Operand> operands;
  std::vector<std::int64_t> sizes(kLetters + max_dots, 1);
  std::array<int, kLetters> uses{};
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    Operand x{tensors[i], parse(e.inputs[i], dots[i], max_dots)};
    for (std::size_t d = 0; d < x.labels.size(); ++d) {
      const int l = x.labels[d];
      for (std::size_t before = 0; before < d; ++before)
        check(x.labels[before] != l || l >= kLetters ||
                  x.tensor.size(static_cast<std::int64_t>(before)) ==
                      x.tensor.size(static_cast<std::int64_t>(d)),
              "einsum(): subscript ", letter_text(l), " is repeated for operand ", i,
              " but the sizes don't match, ", x.tensor.size(static_cast<std::int64_t>(d)),
              " != ", x.tensor.size(static_cast<std::int64_t>(before)));
      const std::int64_t n = x.tensor.size(static_cast<std::int64_t>(d));
      auto& known = sizes[static_cast<std::size_t>(l)];
      if (l < kLetters) {
        ++uses[static_cast<std::size_t>(l)];
        check(n == known || n == 1 || known == 1, "einsum(): subscript ", letter_text(l),
              " has size ", n, " for operand ", i,
              " which does not broadcast with previously seen size ", known);
      } else {
        check(n == known || n == 1 || known == 1,
              "einsum(): operands do not broadcast with remapped "
              "shapes [original->remapped]: an ellipsis has sizes ",
              known, " and ", n);
      }
      if (n != 1) known = n;
    }
    operands.push_back(without_repeats(x));
  }
  Labels output;
  if (e.has_arrow) {
    output = parse(e.output, e.output.find('.') == std::string::npos ? 0 : max_dots, max_dots);
    for (const int l : output) {
      if (l >= kLetters) continue;
      check(uses[static_cast<std::size_t>(l)] > 0, "einsum(): output subscript ", letter_text(l),
            " does not appear in the equation for any input operand");
      check(std::count(output.begin(), output.end(), l) == 1, "einsum(): output subscript ",
            letter_text(l), " appears more than once in the output");
    }
  } else {
    for (std::size_t d = 0; d < max_dots; ++d) output.push_back(kLetters + static_cast<int>(d));
    for (int l = 0; l < kLetters; ++l)
      if (uses[static_cast<std::size_t>(l)] == 1) output.push_back(l);
  }
  Operand result = operands[0];
  for (std::size_t i = 1; i <= operands.size(); ++i) {
    Labels wanted = output;
    for (std::size_t j = i; j < operands.size(); ++j)
      if (j > i || i == operands.size())
        wanted.insert(wanted.end(), operands[j].labels.begin(), operands[j].labels.end());
    result = i < operands.size() ? contracted(result, operands[i], wanted) : summed(result, output);
  }
  const Tensor out = ordered(result, output);
  // With nothing to do the result is a view of the operand, never the operand itself.
  if (!out.is_same(tensors[0])) return out;
  IntList dims(static_cast<std::size_t>(out.dim()));
  std::iota(dims.begin(), dims.end(), 0);
  return ops::permute(out, dims);
}

}  // namespace

void register_einsum(Registry& r) {
  r.op("einsum(str equation, Tensor[] tensors) -> Tensor")
      .doc(
          "Sums products of elements as the subscripts say: 'ij,jk->ik' is a matrix product. "
          "torch.einsum")
      .in(kTorch)
      .composite([](const Args& a) { return einsum(a.string(0), a.tensors(1)); });
  const auto contract = [](const Tensor& x, const Tensor& y, IntList xs, IntList ys) -> Tensor {
    check(xs.size() == ys.size(), "both dimension lists should have same length");
    IntList x_order, y_order, shape;
    std::int64_t inner = 1;
    for (std::size_t i = 0; i < xs.size(); ++i) {
      xs[i] = wrap_dim(xs[i], x.dim());
      ys[i] = wrap_dim(ys[i], y.dim());
      check(x.size(xs[i]) == y.size(ys[i]),
            "contracted dimensions need to match, but first has size ", x.size(xs[i]), " in dim ",
            xs[i], " and second has size ", y.size(ys[i]), " in dim ", ys[i]);
      inner *= x.size(xs[i]);
    }
    const auto has = [](const IntList& list, std::int64_t d) {
      return std::find(list.begin(), list.end(), d) != list.end();
    };
    for (std::int64_t d = 0; d < x.dim(); ++d)
      if (!has(xs, d)) {
        x_order.push_back(d);
        shape.push_back(x.size(d));
      }
    const std::int64_t rows = product(Dims(shape.begin(), shape.end()));
    x_order.insert(x_order.end(), xs.begin(), xs.end());
    y_order = ys;
    std::int64_t columns = 1;
    for (std::int64_t d = 0; d < y.dim(); ++d)
      if (!has(ys, d)) {
        y_order.push_back(d);
        shape.push_back(y.size(d));
        columns *= y.size(d);
      }
    return ops::reshape(ops::mm(ops::reshape(ops::permute(x, x_order), Dims{rows, inner}),
                                ops::reshape(ops::permute(y, y_order), Dims{inner, columns})),
                        shape);
  };
  r.op("tensordot(Tensor self, Tensor other, int dims=2) -> Tensor")
      .doc("Sums products over the last dims of self and the first dims of other. torch.tensordot")
      .in(kTorch)
      .composite([contract](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        const std::int64_t n = a.integer(2);
        if (n < 0) fail(ErrorKind::Runtime, "tensordot expects dims >= 0, but got dims=", n);
        check(n <= x.dim() && n <= y.dim(),
              "tensordot expects dims < ndim_a or ndim_b, but got dims=", n);
        IntList xs, ys;
        for (std::int64_t i = 0; i < n; ++i) {
          xs.push_back(i - n);
          ys.push_back(i);
        }
        return contract(x, y, xs, ys);
      });
  r.op("tensordot.dims(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor")
      .doc("Sums products over the given dimensions of each. torch.tensordot")
      .in(kTorch)
      .composite([contract](const Args& a) {
        return contract(a.tensor(0), a.tensor(1), a.ints(2), a.ints(3));
      });
}

}  // namespace gradbox
