// Handles to registered operators, for C++ code that calls them by name (backward formulas,
// modules, losses). A handle costs one line; it exists for the operators that C++ code uses.
#pragma once

#include "ops/registry.h"

namespace gradbox {
namespace ops {

#define GRADBOX_OP(name) inline const OpHandle name{#name};
// pointwise
GRADBOX_OP(add)
GRADBOX_OP(sub) GRADBOX_OP(mul) GRADBOX_OP(div) GRADBOX_OP(pow) GRADBOX_OP(neg) GRADBOX_OP(abs)
    GRADBOX_OP(exp) GRADBOX_OP(log) GRADBOX_OP(log1p) GRADBOX_OP(sqrt) GRADBOX_OP(rsqrt)
        GRADBOX_OP(sin) GRADBOX_OP(cos) GRADBOX_OP(tanh) GRADBOX_OP(sigmoid) GRADBOX_OP(relu)
            GRADBOX_OP(sign) GRADBOX_OP(reciprocal) GRADBOX_OP(square) GRADBOX_OP(clamp)
                GRADBOX_OP(maximum) GRADBOX_OP(minimum) GRADBOX_OP(where) GRADBOX_OP(eq)
                    GRADBOX_OP(ne) GRADBOX_OP(lt) GRADBOX_OP(le) GRADBOX_OP(gt) GRADBOX_OP(ge)
                        GRADBOX_OP(logical_and) GRADBOX_OP(logical_or) GRADBOX_OP(logical_not)
                            GRADBOX_OP(masked_fill)
    // reductions
    GRADBOX_OP(sum) GRADBOX_OP(mean) GRADBOX_OP(prod) GRADBOX_OP(amax) GRADBOX_OP(amin)
        GRADBOX_OP(argmax) GRADBOX_OP(argmin) GRADBOX_OP(var) GRADBOX_OP(cumsum) GRADBOX_OP(softmax)
            GRADBOX_OP(log_softmax)
    // creation and copies
    GRADBOX_OP(zeros) GRADBOX_OP(ones) GRADBOX_OP(full) GRADBOX_OP(arange) GRADBOX_OP(zeros_like)
        GRADBOX_OP(ones_like) GRADBOX_OP(clone) GRADBOX_OP(to) GRADBOX_OP(rand) GRADBOX_OP(randn)
            GRADBOX_OP(bernoulli) GRADBOX_OP(dropout)
    // shapes
    GRADBOX_OP(reshape) GRADBOX_OP(view) GRADBOX_OP(flatten) GRADBOX_OP(squeeze)
        GRADBOX_OP(unsqueeze) GRADBOX_OP(transpose) GRADBOX_OP(t) GRADBOX_OP(permute)
            GRADBOX_OP(expand) GRADBOX_OP(select) GRADBOX_OP(slice) GRADBOX_OP(cat)
                GRADBOX_OP(stack) GRADBOX_OP(contiguous) GRADBOX_OP(as_strided)
                    GRADBOX_OP(as_strided_scatter)
    // indexing
    GRADBOX_OP(gather) GRADBOX_OP(scatter_add) GRADBOX_OP(index_select)
    // linear algebra and neural networks
    GRADBOX_OP(mm) GRADBOX_OP(bmm) GRADBOX_OP(matmul) GRADBOX_OP(addmm) GRADBOX_OP(linear)
        GRADBOX_OP(conv2d) GRADBOX_OP(max_pool2d) GRADBOX_OP(mse_loss) GRADBOX_OP(l1_loss)
            GRADBOX_OP(nll_loss) GRADBOX_OP(cross_entropy) GRADBOX_OP(binary_cross_entropy)
                GRADBOX_OP(binary_cross_entropy_with_logits)
#undef GRADBOX_OP

    // Sums t down to `shape`, which broadcasts to t's shape (the transpose of broadcasting);
    // differentiable. at::sum_to
    Tensor sum_to(const Tensor& t, const Dims& shape);

}  // namespace ops

// The backward of fused operators (replay.cpp).
TensorList replay_backward(BackwardContext& c, const TensorList& g);

// Families; each lives in its own file and declares its operators (see registry.cpp).
void register_pointwise(Registry& r);
void register_activations(Registry& r);
void register_compare(Registry& r);
void register_special(Registry& r);
void register_binary_functions(Registry& r);
void register_reduce(Registry& r);
void register_sort(Registry& r);
void register_order(Registry& r);
void register_scans_and_calculus(Registry& r);
void register_statistics(Registry& r);
void register_creation(Registry& r);
void register_random(Registry& r);
void register_shape(Registry& r);
void register_join(Registry& r);
void register_index(Registry& r);
void register_linalg(Registry& r);
void register_conv(Registry& r);
void register_pool(Registry& r);
void register_norm(Registry& r);
void register_loss(Registry& r);
void register_attention(Registry& r);

}  // namespace gradbox
