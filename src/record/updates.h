// What optimizers do to parameters: distributions of weights and gradients over time, and how large
// an update is next to the weight.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "core/tensor.h"

namespace gradbox::record {

// Watches one step of an optimizer if recording is on and the last step that was watched is some
// time ago; otherwise it costs a branch.
class StepWatch {
 public:
  StepWatch();
  ~StepWatch();
  StepWatch(const StepWatch&) = delete;
  StepWatch& operator=(const StepWatch&) = delete;
  explicit operator bool() const { return watches_; }
  void before(const Tensor& param);
  void after(const Tensor& param, const Tensor& grad);
  void learning_rate(double lr) { lr_ = lr; }

 private:
  bool watches_;
  double lr_ = 0;
  Tensor copy_;  // of the parameter before its update
  int count_ = 0;
  std::string params_;
  std::unordered_map<const TensorImpl*, std::string> names_;
};

// Steps since the last drain:
//   [{"step":5,"lr":0.01,"params":[{"name":"fc.weight","ratio":0.001,"weight":{"min":..,"mean":..,
//     "max":..,"std":..,"bins":[..]},"grad":{..}}]}]
// step counts from 1 over all optimizers; lr is the first group's; ratio is the norm of the update
// over the norm of the weight before, null when that was 0. A parameter in no module is called
// "param 0" by its place. At most 40 parameters of a step.
std::string drain_updates();

}  // namespace gradbox::record
