// Shapes: reshaping, transposing, joining, repeating, moving blocks between depth and space.
#include <algorithm>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

void reshape(NodeRun& r) {
  const Tensor& x = r.in();
  IntList shape = r.opset() < 5 ? r.attr_ints("shape") : r.ints(1);
  if (r.attr("allowzero", std::int64_t{0}) == 0)
    for (std::size_t i = 0; i < shape.size(); ++i)
      if (shape[i] == 0) {
        if (static_cast<std::int64_t>(i) >= x.dim())
          r.fail("0 at position " + std::to_string(i) + " of the shape has no dimension to copy");
        shape[i] = x.shape()[i];
      }
  r.give(ops::reshape(x, shape));
}

void flatten(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t given = r.attr("axis", std::int64_t{1});
  const std::int64_t axis = given == x.dim() ? given : wrap_axis(r, given, x.dim());
  r.give(ops::reshape(x, Dims{elements_before(x, axis), elements_from(x, axis)}));
}

void squeeze(NodeRun& r) {
  const Tensor& x = r.in();
  const IntList axes = wrap_axes(r, axes_of(r, 1, 13), x.dim());
  for (const auto a : axes)
    if (x.dim() && x.size(a) != 1)
      r.fail("dimension " + std::to_string(a) + " has size " + std::to_string(x.size(a)) +
             ", not 1");
  Dims shape;
  for (std::int64_t d = 0; d < x.dim(); ++d) {
    const bool gone =
        axes.empty() ? x.size(d) == 1 : std::find(axes.begin(), axes.end(), d) != axes.end();
    if (!gone) shape.push_back(x.size(d));
  }
  r.give(ops::reshape(x, shape));
}

void unsqueeze(NodeRun& r) {
  const Tensor& x = r.in();
  IntList axes = axes_of(r, 1, 13);
  axes = wrap_axes(r, axes, x.dim() + static_cast<std::int64_t>(axes.size()));
  std::sort(axes.begin(), axes.end());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end()) r.fail("an axis is given twice");
  Dims shape = x.shape();
  for (const auto a : axes) shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(a), 1);
  r.give(ops::reshape(x, shape));
}

void transpose(NodeRun& r) {
  const Tensor& x = r.in();
  IntList perm;
  for (std::int64_t d = x.dim(); d-- > 0;) perm.push_back(d);
  r.give(ops::permute(x, r.attr_ints("perm", perm)));
}

void concat(NodeRun& r) {
  const TensorList list = r.rest();
  if (list.size() == 1) return r.give(list[0]);
  r.give(ops::cat(list, axis_of(r, 1, r.in().dim())));
}

void tile(NodeRun& r) {
  const Tensor& x = r.in();
  IntList repeats;
  if (r.opset() < 6 && x.dim() > 0) {
    repeats.assign(static_cast<std::size_t>(x.dim()), 1);
    repeats[static_cast<std::size_t>(wrap_axis(r, r.integer(2), x.dim()))] = r.integer(1);
  } else {
    repeats = r.ints(1);
  }
  if (static_cast<std::int64_t>(repeats.size()) != x.dim())
    r.fail("repeats has " + std::to_string(repeats.size()) + " elements for " +
           std::to_string(x.dim()) + " dimensions");
  r.give(op("repeat", x, repeats));
}

void expand(NodeRun& r) {
  const Tensor& x = r.in();
  r.give(ops::expand(x, broadcast_shapes(x.shape(), r.ints(1))));
}

void shape(NodeRun& r) {
  const Any& x = r.any(0);
  const Dims dims = x.is_strings() ? x.strings().shape : r.in().shape();
  const auto rank = static_cast<std::int64_t>(dims.size());
  const auto place = [&](const char* name, std::int64_t otherwise) {
    const std::int64_t i = r.attr(name, otherwise);
    return std::min(std::max<std::int64_t>(i < 0 ? i + rank : i, 0), rank);
  };
  const std::int64_t start = place("start", 0), end = std::max(start, place("end", rank));
  r.give(int_tensor(IntList(dims.begin() + static_cast<std::ptrdiff_t>(start),
                            dims.begin() + static_cast<std::ptrdiff_t>(end))));
}

void size(NodeRun& r) {
  const Any& x = r.any(0);
  r.give(Tensor::scalar_int(x.is_strings() ? product(x.strings().shape) : r.in().numel()));
}

constexpr std::int64_t kMostBlock = 1 << 15;  // whose square, times any size, doesn't overflow

void depth_to_space(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t b = r.attr("blocksize", std::int64_t{1});
  const bool dcr = word(r, "mode", "DCR", {"DCR", "CRD"}) == "DCR";
  if (x.dim() != 4 || b < 1 || b > kMostBlock || x.size(1) % (b * b))
    r.fail("blocksize doesn't divide the channels");
  const std::int64_t n = x.size(0), c = x.size(1) / (b * b), h = x.size(2), w = x.size(3);
  const Tensor split = ops::reshape(x, dcr ? Dims{n, b, b, c, h, w} : Dims{n, c, b, b, h, w});
  const IntList order = dcr ? IntList{0, 3, 4, 1, 5, 2} : IntList{0, 1, 4, 2, 5, 3};
  r.give(ops::reshape(ops::permute(split, order), Dims{n, c, h * b, w * b}));
}

void space_to_depth(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t b = r.attr("blocksize", std::int64_t{1});
  if (x.dim() != 4 || b < 1 || b > kMostBlock || x.size(2) % b || x.size(3) % b)
    r.fail("blocksize doesn't divide height and width");
  const std::int64_t n = x.size(0), c = x.size(1), h = x.size(2) / b, w = x.size(3) / b;
  const Tensor split = ops::reshape(x, Dims{n, c, h, b, w, b});
  r.give(ops::reshape(ops::permute(split, IntList{0, 3, 5, 1, 2, 4}), Dims{n, c * b * b, h, w}));
}

void trilu(NodeRun& r) {
  const std::int64_t k = r.has(1) ? r.integer(1) : 0;
  const Tensor& x = r.in();
  const std::int64_t rows = x.size(-2), columns = x.size(-1);
  // Diagonals beyond the matrix are all alike.
  const std::int64_t d = std::min(std::max(k, -rows - 1), columns + 1);
  r.give(op(r.attr("upper", std::int64_t{1}) ? "triu" : "tril", x, d));
}

const KernelRow kRows[] = {
    {"Reshape", 1, moves<reshape>},
    {"Flatten", 1, moves<flatten>},
    {"Squeeze", 1, moves<squeeze>},
    {"Unsqueeze", 1, moves<unsqueeze>},
    {"Transpose", 1, moves<transpose>},
    {"Concat", 1, moves<concat>},
    {"Tile", 1, moves<tile>},
    {"Expand", 8, moves<expand>},
    {"Shape", 1, shape},
    {"Size", 1, size},
    {"DepthToSpace", 1, depth_to_space},
    {"SpaceToDepth", 1, space_to_depth},
    {"Trilu", 14, trilu},
};

}  // namespace

void add_shape_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
