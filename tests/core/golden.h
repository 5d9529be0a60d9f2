// The golden values: what real PyTorch gave, made by tests/golden/make.py, a case a line of JSON.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"

namespace golden {

struct Case {
  std::size_t line;
  gradbox::Json json;
};

// All cases of a kind ("op", "layer", "optimizer"), read once. Throws when the file isn't there.
const std::vector<Case>& cases(const char* kind);

gradbox::Tensor tensor(const gradbox::Json& j);
// An argument or a result: numbers, lists, tensors, dtypes.
gradbox::Value value(const gradbox::Json& j);

// Throws RuntimeError with what differs, unless `got` is what PyTorch gave: dtype, shape and,
// within the defaults of torch.testing.assert_close (1e-7 for float64), values.
void compare(const std::string& what, const gradbox::Tensor& got, const gradbox::Json& want);
// The same for a list of results; null stands for None.
void compare_list(const std::string& what, const gradbox::TensorList& got,
                  const gradbox::Json& want);

// The gradient that is sent into output number k (`weights` in recorder.py).
gradbox::Tensor weights(const gradbox::Tensor& like, std::size_t k);
// Gradients of the differentiable outputs, weighted; undefined where there is none.
gradbox::TensorList gradients(const gradbox::TensorList& outputs,
                              const gradbox::TensorList& inputs);

// Adds up failed cases, so that one run shows them all.
class Report {
 public:
  // Runs a case and notes what it threw.
  void run(const Case& c, const std::string& name, const std::function<void()>& f);
  // Fails the test with the list, if there is one.
  void finish() const;

 private:
  std::size_t ran_ = 0, failed_ = 0;
  std::string text_;
};

}  // namespace golden
