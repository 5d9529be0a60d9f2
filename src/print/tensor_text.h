// Tensor text identical to PyTorch's print(tensor). Behaviour: torch/_tensor_str.py.
#pragma once

#include <optional>
#include <string>

#include "core/tensor.h"

namespace gradbox {

// torch.set_printoptions
struct PrintOptions {
  int precision = 4;
  double threshold = 1000;  // elements above which a tensor is summarised; infinity: never
  int edgeitems = 3;
  int linewidth = 80;
  std::optional<bool> sci_mode;
};
PrintOptions& print_options();

// "tensor([1., 2.], requires_grad=True)". `indent` is that of continuation lines; `prefix` stands
// for "tensor(".
std::string tensor_text(const Tensor& t, const std::string& prefix = "tensor(");
// One element as Python prints the number: 0.1, 1e-07, inf, True, 3. (repr of tensor.item())
std::string item_text(const Tensor& t);
// Shortest text that reads back as the same double, in Python's style (repr(float)).
std::string python_float(double v);

}  // namespace gradbox
