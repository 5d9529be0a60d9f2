// x[...] and x[...] = y with random indices (ints, slices with steps, None, masks, integer tensors,
// mixed) against a plain loop.
#include <algorithm>
#include <cstring>

#include "ops/ops.h"
#include "reference.h"

using namespace gradbox;
using namespace gradbox::property;

namespace {

// An index expression as the core is given it (views first, then tensors), and what it means: for
// every element of the result, the position in x.
struct Indexed {
  std::string text;
  Tensor view;         // after ints, slices and None
  TensorList tensors;  // masks and integers, by dimension of the view; empty when there are none
  Dims shape;          // of the result
  std::vector<Dims> at;
};

// A dimension of the view: one of x's, or a new one.
struct Axis {
  std::int64_t source = -1, first = 0, step = 1, length = 1;
};

std::string number(std::int64_t v) { return std::to_string(v); }

// An integer index tensor into a dimension of `size` elements, with negative ones among them.
Tensor draw_positions(Source& s, const Dims& shape, std::int64_t size) {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < count(shape); ++i) {
    const std::int64_t v = s.between(0, size - 1);
    values.push_back(s.once_in(3) ? v - size : v);
  }
  return Tensor::from_vector(values, shape);
}

Indexed draw_index(Source& s, const Tensor& x) {
  Indexed out;
  out.view = x;
  Dims fixed(x.shape().size(), 0);  // of dimensions that an int takes
  std::vector<Axis> axes;
  std::vector<std::vector<std::int64_t>> rows;  // one list of positions an indexed axis
  std::vector<std::size_t> indexed;             // those axes
  const Dims common = [&] {
    Dims shape(s.below(3));
    for (auto& d : shape) d = s.between(1, 3);
    return shape;
  }();
  // The positions of all index tensors, broadcast: masks have one dimension, so that they only mix
  // with integer tensors of theirs or one element.
  std::int64_t masked = -1;
  Dims broadcast;
  const auto note = [&](const Tensor& t) {
    out.tensors.resize(axes.size());
    out.tensors.push_back(t);
  };
  for (std::size_t d = 0; d < x.shape().size();) {
    const std::int64_t size = x.shape()[d];
    const auto dim = static_cast<std::int64_t>(axes.size());
    std::string text;
    switch (s.below(7)) {
      case 0:
        axes.push_back({static_cast<std::int64_t>(d), 0, 1, size});
        text = ":";
        ++d;
        break;
      case 1: {
        if (size == 0) return out;
        const std::int64_t v = s.between(0, size - 1), given = s.below(2) ? v - size : v;
        out.view = call("select", {out.view, dim, given}).get<Tensor>();
        fixed[d] = v;
        text = number(given);
        ++d;
        break;
      }
      case 2: {
        const std::int64_t first = s.between(0, size), last = s.between(0, size + 2),
                           step = s.between(1, 3);
        out.view = call("slice", {out.view, dim, first, last, step}).get<Tensor>();
        const std::int64_t end = std::min(last, size);
        axes.push_back({static_cast<std::int64_t>(d), first, step,
                        end > first ? (end - first + step - 1) / step : 0});
        text = number(first) + ":" + number(last) + ":" + number(step);
        ++d;
        break;
      }
      case 3:
        out.view = call("unsqueeze", {out.view, dim}).get<Tensor>();
        axes.push_back({});
        text = "None";
        break;
      case 4:
      case 5: {
        if (size == 0 || masked >= 0) return out;
        const bool one = s.once_in(4);
        const Tensor t = draw_positions(s, one ? Dims{} : common, size);
        note(t);
        if (broadcast.size() < t.shape().size()) broadcast = t.shape();
        indexed.push_back(axes.size());
        axes.push_back({static_cast<std::int64_t>(d), 0, 1, size});
        rows.emplace_back();
        for (std::int64_t i = 0; i < t.numel(); ++i) {
          const std::int64_t v = t.data<std::int64_t>()[i];
          rows.back().push_back(v < 0 ? v + size : v);
        }
        text = show(t);
        ++d;
        break;
      }
      default: {
        // A mask over one or two dimensions.
        if (!indexed.empty()) return out;
        const std::size_t covered = d + 1 < x.shape().size() ? 1 + s.below(2) : 1;
        const Dims shape(x.shape().begin() + static_cast<std::ptrdiff_t>(d),
                         x.shape().begin() + static_cast<std::ptrdiff_t>(d + covered));
        const Tensor mask = draw_tensor(s, shape, DType::Bool);
        note(mask);
        const std::size_t first = rows.size();
        rows.resize(first + covered);
        const Array m = read(mask);
        std::size_t next = 0;
        masked = 0;
        each_index(shape, [&](const Dims& i) {
          if (m.values[next++] == 0) return;
          ++masked;
          for (std::size_t k = 0; k < covered; ++k) rows[first + k].push_back(i[k]);
        });
        broadcast = {masked};
        for (std::size_t k = 0; k < covered; ++k, ++d) {
          indexed.push_back(axes.size());
          axes.push_back({static_cast<std::int64_t>(d), 0, 1, x.shape()[d]});
        }
        text = show(mask);
      }
    }
    out.text += (out.text.empty() ? "" : ", ") + text;
  }

  // Tensors next to each other put the common dimensions in their place, others in front.
  const bool adjacent = indexed.empty() || indexed.back() - indexed.front() + 1 == indexed.size();
  const std::size_t place = adjacent && !indexed.empty() ? indexed.front() : 0;
  std::vector<std::size_t> plain;
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (std::find(indexed.begin(), indexed.end(), i) == indexed.end()) plain.push_back(i);
  for (const auto i : plain) out.shape.push_back(axes[i].length);
  out.shape.insert(out.shape.begin() + static_cast<std::ptrdiff_t>(place), broadcast.begin(),
                   broadcast.end());
  each_index(out.shape, [&](const Dims& i) {
    Dims at = fixed;
    std::size_t row = 0;
    for (std::size_t k = 0; k < broadcast.size(); ++k)
      row = row * static_cast<std::size_t>(broadcast[k]) + static_cast<std::size_t>(i[place + k]);
    for (std::size_t k = 0; k < plain.size(); ++k) {
      const Axis& axis = axes[plain[k]];
      const std::int64_t step = i[k < place ? k : k + broadcast.size()];
      if (axis.source >= 0)
        at[static_cast<std::size_t>(axis.source)] = axis.first + step * axis.step;
    }
    for (std::size_t k = 0; k < indexed.size(); ++k) {
      const auto& positions = rows[k];
      at[static_cast<std::size_t>(axes[indexed[k]].source)] =
          positions[positions.size() == 1 ? 0 : row];
    }
    out.at.push_back(at);
  });
  return out;
}

// A mask takes one place in the list of tensors, however many dimensions it covers.
TensorList without_gaps(const TensorList& tensors) {
  TensorList list;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    list.push_back(tensors[i]);
    if (tensors[i].defined() && tensors[i].dtype() == DType::Bool)
      i += static_cast<std::size_t>(tensors[i].dim()) - 1;
  }
  return list;
}

std::string read_property(Source& s) {
  const Tensor x = draw_tensor(s, draw_shape(s, 4, 1), draw_dtype(s));
  const Indexed index = draw_index(s, x);
  s.about = show(x) + "[" + index.text + "]";
  const Tensor got = index.tensors.empty()
                         ? index.view
                         : call("index", {index.view, without_gaps(index.tensors)}).get<Tensor>();
  const Array a = read(x);
  Array expected{index.shape, x.dtype(), {}};
  if (index.shape.empty() && index.at.empty()) return "";  // given up: an empty dimension
  for (const Dims& at : index.at) expected.values.push_back(a.values[broadcast_at(a, at)]);
  return failure(s, got, expected);
}

std::string write_property(Source& s) {
  const Tensor x = draw_tensor(s, draw_shape(s, 4, 1), draw_dtype(s), false);
  const Indexed index = draw_index(s, x);
  if (index.shape.empty() && index.at.empty()) return "";
  const bool advanced = !index.tensors.empty(),
             accumulate = advanced && x.dtype() != DType::Bool && s.once_in(3);
  const Tensor y = draw_operand(s, index.shape, x.dtype());
  Array expected = read(x);
  const Array values = read(y);
  s.about = show(x) + "[" + index.text + (accumulate ? "] += " : "] = ") + show(y);
  std::size_t next = 0;
  each_index(index.shape, [&](const Dims& i) {
    double& slot = expected.values[broadcast_at(expected, index.at[next++])];
    const double v = values.values[broadcast_at(values, i)];
    slot = stored(accumulate ? slot + v : v, x.dtype());
  });
  if (advanced) call("index_put_", {index.view, without_gaps(index.tensors), y, accumulate});
  else call("copy_", {index.view, y});
  return failure(s, x, expected);
}

}  // namespace

TEST_CASE("indexing reads what a loop reads", "[property]") {
  check_property("x[index]", 4000, read_property);
}
TEST_CASE("indexing writes where a loop writes", "[property]") {
  check_property("x[index] = y", 4000, write_property);
}
