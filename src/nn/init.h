// torch.nn.init: filling tensors in place, outside the graph, from the default generator.
#pragma once

#include <optional>
#include <string>

#include "nn/layers.h"

namespace gradbox::init {

void uniform_(const Tensor& t, double a = 0, double b = 1);
void normal_(const Tensor& t, double mean = 0, double std = 1);
void constant_(const Tensor& t, double value);
inline void zeros_(const Tensor& t) { constant_(t, 0); }
inline void ones_(const Tensor& t) { constant_(t, 1); }
// Identity matrix; ValueError unless t has 2 dimensions.
void eye_(const Tensor& t);
// Glorot & Bengio 2010. ValueError below 2 dimensions, as with the kaiming functions.
void xavier_uniform_(const Tensor& t, double gain = 1);
void xavier_normal_(const Tensor& t, double gain = 1);
// He et al. 2015. mode: "fan_in" or "fan_out"; a: slope of the leaky_relu that follows.
void kaiming_uniform_(const Tensor& t, double a = 0, const std::string& mode = "fan_in",
                      const std::string& nonlinearity = "leaky_relu");
void kaiming_normal_(const Tensor& t, double a = 0, const std::string& mode = "fan_in",
                     const std::string& nonlinearity = "leaky_relu");
// ValueError on a nonlinearity that PyTorch doesn't list.
double calculate_gain(const std::string& nonlinearity, std::optional<double> param = {});

struct Fans {
  std::int64_t in, out;
};
Fans fans(const Tensor& t);

// The functions above by name ("kaiming_uniform_"), with arguments by PyTorch's names.
void apply(const std::string& name, const Tensor& t, const LayerConfig& arguments);

}  // namespace gradbox::init
