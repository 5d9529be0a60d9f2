// The families of kernels, a file each; each function adds its rows to the table.
#pragma once

namespace gradbox::onnx {

void add_pointwise_kernels();
void add_activation_kernels();
void add_cast_kernels();
void add_reduction_kernels();
void add_order_kernels();
void add_shape_kernels();
void add_cut_kernels();
void add_gather_kernels();
void add_scatter_kernels();
void add_creation_kernels();
void add_random_kernels();
void add_matrix_kernels();
void add_conv_kernels();
void add_pool_kernels();
void add_normalization_kernels();
void add_recurrent_kernels();
void add_loss_kernels();
void add_resize_kernels();
void add_grid_kernels();
void add_detection_kernels();
void add_signal_kernels();
void add_quantized_kernels();
void add_text_kernels();
void add_optimizer_kernels();
void add_contrib_kernels();
void add_attention_kernels();
void add_learning_kernels();
void add_fused_kernels();

// All of them.
void add_operator_kernels();

}  // namespace gradbox::onnx
