// Autograd for gradbox::inference, which has none: no tensor has a history, and recording is off.
// It takes the place of the other files of this folder.
#include "core/build.h"

#ifdef GRADBOX_INFERENCE
#include "autograd/variable.h"

namespace gradbox {

bool grad_enabled() { return false; }
GradModeGuard::GradModeGuard(bool) : previous_(false) {}
GradModeGuard::~GradModeGuard() = default;

void check_inplace(const Tensor&) {}
bool Tensor::requires_grad() const { return false; }
void Tensor::set_requires_grad(bool on) const {
  if (on) fail(ErrorKind::Runtime, "this build of Gradbox runs models and keeps no gradients");
}
Tensor Tensor::detach() const { return alias(); }

}  // namespace gradbox
#endif
