// Writing at indices: Scatter, ScatterElements, ScatterND.
#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

std::string reduction_of(NodeRun& r) {
  return word(r, "reduction", "none", {"none", "add", "mul", "max", "min"});
}

// Elements of src met at the places that index names along a dimension.
Tensor scattered(const Tensor& x, std::int64_t d, const Tensor& index, const Tensor& src,
                 const std::string& how) {
  if (how == "none") return op("scatter", x, d, index, src);
  if (how == "add") return ops::scatter_add(x, d, index, src);
  const char* name = how == "mul" ? "prod" : how == "max" ? "amax" : "amin";
  return op("scatter_reduce", x, d, index, src, name);
}

void scatter_elements(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t d = axis_of(r, 0, x.dim());
  r.give(scattered(x, d, wrap_indices(r, r.in(1), x.size(d)), r.in(2), reduction_of(r)));
}

void scatter_nd(NodeRun& r) {
  const Tensor& x = r.in();
  const Places p = places_of(r, x.shape(), r.in(1), 0);
  const std::int64_t count = p.rows.numel();
  Dims rows = p.flat;
  rows[0] = count;
  const Tensor flat = ops::reshape(x, p.flat), src = ops::reshape(r.in(2), rows);
  Dims one(rows.size(), 1);
  one[0] = count;
  const Tensor index = ops::expand(ops::reshape(p.rows, one), rows);
  r.give(ops::reshape(scattered(flat, 0, ops::contiguous(index), src, reduction_of(r)), x.shape()));
}

const KernelRow kRows[] = {
    {"Scatter", 9, moves<scatter_elements>},
    {"ScatterElements", 11, moves<scatter_elements>},
    {"ScatterND", 11, moves<scatter_nd>},
};

}  // namespace

void add_scatter_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
