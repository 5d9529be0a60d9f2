// How the messages of bind() count: as for a function, torch.f(x, y), where y is the second
// argument, or as for a method, x.f(y), where it is the first.
#pragma once

namespace gradbox {

class FunctionStyle {
 public:
  explicit FunctionStyle(bool on);
  ~FunctionStyle();

 private:
  bool previous_;
};

}  // namespace gradbox
