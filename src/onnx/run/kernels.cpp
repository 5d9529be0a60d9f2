#include "onnx/run/kernels.h"

#include "core/build.h"

namespace gradbox::onnx {

void add_operator_kernels() {
  add_pointwise_kernels();
  add_activation_kernels();
  add_cast_kernels();
  add_reduction_kernels();
  add_order_kernels();
  add_shape_kernels();
  add_cut_kernels();
  add_gather_kernels();
  add_scatter_kernels();
  add_creation_kernels();
  add_random_kernels();
  add_matrix_kernels();
  add_conv_kernels();
  add_pool_kernels();
  add_normalization_kernels();
  add_recurrent_kernels();
  add_loss_kernels();
  add_resize_kernels();
  add_grid_kernels();
  add_detection_kernels();
  add_signal_kernels();
  add_quantized_kernels();
  add_text_kernels();
  if constexpr (kTraining) add_optimizer_kernels();
  add_contrib_kernels();
  add_attention_kernels();
  add_learning_kernels();
  add_fused_kernels();
}

}  // namespace gradbox::onnx
