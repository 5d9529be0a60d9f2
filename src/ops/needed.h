// Which operators gradbox::inference keeps.
#pragma once

#include <cstddef>

#include "core/build.h"

#ifdef GRADBOX_INFERENCE
namespace gradbox {

// What the kernels of ONNX call (src/onnx/run), and what those operators are made of, as far as a
// literal declares them; small tables of operators are taken whole. A model that meets a missing
// one says "operator ... is not registered": the conformance suite and tests/node/inference.test.ts
// run this build.
// clang-format off
#define GRADBOX_NEEDED(X) \
  X(_constant_pad) X(_edge_pad) X(_reshape_alias) X(_unsafe_view) X(add) X(addmm) X(amax) X(amin) X(arange) \
  X(as_strided) X(as_strided_scatter) X(avg_pool) X(batch_norm) X(bernoulli) \
  X(bitwise_left_shift) X(bitwise_not) X(bitwise_right_shift) X(bmm) X(celu) X(clamp) X(clone) \
  X(constant_pad_nd) X(contiguous) X(convolution) X(convolution_transposed) X(copy_) X(cumsum) \
  X(diagonal) X(div) X(dot) X(dropout) X(einsum) X(elu) X(expand) X(flatten) X(flip) X(fmod) \
  X(full) X(gather) X(gelu) X(grid_sample) X(group_norm) X(hardswish) X(index_add) \
  X(index_select) X(instance_norm) X(isinf) X(isnan) X(isneginf) X(isposinf) X(layer_norm) \
  X(leaky_relu) X(linear) X(log_softmax) X(logical_not) X(logsumexp) X(masked_fill) X(max_pool) \
  X(maximum) X(mean) X(minimum) X(mish) X(mm) X(mul) X(multinomial) X(mv) X(nll_loss) \
  X(nonzero) X(pad) X(permute) X(pow) X(prod) X(rand) X(randn) X(relu) X(remainder) X(repeat) \
  X(repeat_interleave) X(reshape) X(round) X(rsub) X(scatter) X(scatter_add) X(scatter_reduce) \
  X(select) X(sigmoid) X(slice) X(softmax) X(softplus) X(softsign) X(split) X(square) \
  X(squeeze) X(stack) X(sub) X(sum) X(t) X(tanh) X(to) X(topk) X(transpose) X(unbind) X(unfold) \
  X(unsqueeze) X(view) X(where)
// clang-format on

// Whether `schema` declares one of them. A chain of comparisons of literals with literals: the
// compiler knows the answer.
[[gnu::always_inline]] inline bool is_needed(const char* schema) {
#define GRADBOX_IS(name)                                       \
  (__builtin_strncmp(schema, #name, sizeof(#name) - 1) == 0 && \
   (schema[sizeof(#name) - 1] == '(' || schema[sizeof(#name) - 1] == '.')) ||
  return GRADBOX_NEEDED(GRADBOX_IS) false;
#undef GRADBOX_IS
}

}  // namespace gradbox
#endif
