// The autograd half of Tensor: leaves, history, views, hooks.
#include "autograd/variable.h"

#include "autograd/engine.h"
#include "ops/ops.h"

namespace gradbox {

namespace {

bool g_grad_enabled = true;
std::uint64_t g_next_hook = 1;

// The gradient of a view is placed into a zero gradient of its base.
Tensor scatter_into_base(const Tensor& like_base, const Tensor& piece, const OutputMeta& base,
                         const Dims& base_strides, std::int64_t base_offset, const Dims& shape,
                         const Dims& strides, std::int64_t offset) {
  if (base_offset == 0 && base_strides == contiguous_strides(base.shape()))
    return ops::as_strided_scatter(like_base, piece, shape, strides, offset);
  // A base that isn't contiguous from offset 0: work in a buffer that spans its storage.
  std::int64_t extent = base_offset + 1;
  for (std::size_t i = 0; i < base.shape().size(); ++i)
    extent += (base.shape()[i] - 1) * base_strides[i];
  Tensor buffer = Tensor::full({extent}, 0, piece.dtype());
  buffer = ops::as_strided_scatter(buffer, like_base, base.shape(), base_strides, base_offset);
  buffer = ops::as_strided_scatter(buffer, piece, shape, strides, offset);
  return ops::as_strided(buffer, base.shape(), base_strides, base_offset);
}

// The history of a tensor part of which was overwritten through a view: outside the view the
// gradient passes to the old history, inside it goes through the in-place operator's own node.
class CopySlices : public Node {
 public:
  CopySlices(const Tensor& base, const Tensor& view, Ref<Node> fn)
      : fn_(std::move(fn)),
        base_(base),
        base_strides_(base.strides()),
        base_offset_(base.offset()),
        shape_(view.shape()),
        strides_(view.strides()),
        offset_(view.offset()) {
    next.push_back(gradient_edge(base));
    for (std::size_t i = 0; i < fn_->next.size(); ++i)
      next.push_back(i == self_edge() ? Edge{} : fn_->next[i]);
    add_output(base);
  }

  TensorList apply(TensorList grads) override {
    TensorList out(next.size());
    const Tensor& g = grads[0];
    if (!g.defined()) return out;
    const Tensor whole = ops::contiguous(g);
    Tensor slice;
    if (base_offset_ == 0 && base_strides_ == contiguous_strides(base_.shape())) {
      slice = ops::as_strided(whole, shape_, strides_, offset_);
    } else {
      std::int64_t extent = base_offset_ + 1;
      for (std::size_t i = 0; i < base_.shape().size(); ++i)
        extent += (base_.shape()[i] - 1) * base_strides_[i];
      const Tensor buffer = ops::as_strided_scatter(Tensor::full({extent}, 0, g.dtype()), whole,
                                                    base_.shape(), base_strides_, base_offset_);
      slice = ops::as_strided(buffer, shape_, strides_, offset_);
    }
    TensorList inner = fn_->apply({ops::contiguous(slice)});
    Tensor self_grad = self_edge() < inner.size() ? inner[self_edge()] : Tensor();
    if (!self_grad.defined()) self_grad = Tensor::full(shape_, 0, base_.dtype);
    if (next[0].node)
      out[0] = scatter_into_base(whole, self_grad, base_, base_strides_, base_offset_, shape_,
                                 strides_, offset_);
    for (std::size_t i = 0; i < inner.size(); ++i)
      if (i != self_edge()) out[i + 1] = inner[i];
    return out;
  }

  std::string name() const override { return "CopySlices"; }
  void release_saved() override { fn_->release_saved(); }

 private:
  // Which edge of the inner node is the overwritten tensor's own.
  std::size_t self_edge() const {
    const OpNode* op = fn_->as_op();
    if (!op || op->info.empty() || op->info[0].arg != 0 || op->info[0].edge < 0)
      return fn_->next.size();
    return static_cast<std::size_t>(op->info[0].edge);
  }

  Ref<Node> fn_;
  OutputMeta base_;
  Dims base_strides_;
  std::int64_t base_offset_;
  Dims shape_, strides_;
  std::int64_t offset_;
};

// A view's history after its base was modified in place: the view is taken anew from the base.
class AsStridedBackward : public Node {
 public:
  AsStridedBackward(const Tensor& base, const Tensor& view)
      : base_(base),
        base_strides_(base.strides()),
        base_offset_(base.offset()),
        shape_(view.shape()),
        strides_(view.strides()),
        offset_(view.offset()) {
    next.push_back(gradient_edge(base));
    add_output(view);
  }
  TensorList apply(TensorList grads) override {
    if (!grads[0].defined()) return TensorList(1);
    return {scatter_into_base(Tensor::full(base_.shape(), 0, base_.dtype), grads[0], base_,
                              base_strides_, base_offset_, shape_, strides_, offset_)};
  }
  std::string name() const override { return "AsStridedBackward0"; }

 private:
  OutputMeta base_;
  Dims base_strides_;
  std::int64_t base_offset_;
  Dims shape_, strides_;
  std::int64_t offset_;
};

}  // namespace

bool grad_enabled() { return g_grad_enabled; }
void set_grad_enabled(bool on) { g_grad_enabled = on; }
GradModeGuard::GradModeGuard(bool on) : previous_(g_grad_enabled) { g_grad_enabled = on; }
GradModeGuard::~GradModeGuard() { g_grad_enabled = previous_; }

AutogradMeta& autograd_meta(const Tensor& t) {
  auto& meta = t.impl()->meta;
  if (!meta) meta = std::make_unique<AutogradMeta>();
  return *meta;
}

Edge gradient_edge(const Tensor& t) {
  if (!t.defined() || !t.impl()->meta) return {};
  if (Ref<Node> fn = t.grad_fn()) return {fn, t.output_nr()};
  AutogradMeta& m = *t.impl()->meta;
  if (!m.requires_grad) return {};
  if (m.accumulator) return {Ref<Node>(m.accumulator), 0};
  auto node = make_ref<AccumulateGrad>(t);
  m.accumulator = node.get();
  return {node, 0};
}

void set_history(const Tensor& t, const Ref<Node>& node) {
  AutogradMeta& m = autograd_meta(t);
  m.grad_fn = node;
  m.output_nr = static_cast<std::uint32_t>(node->outputs.size());
  node->add_output(t);
}

void set_view(const Tensor& view, const Tensor& base) {
  AutogradMeta& m = autograd_meta(view);
  const auto& base_meta = base.impl()->meta;
  m.base = base_meta && base_meta->base.defined() ? base_meta->base : base;
  m.view_version = view.version();
}

void check_inplace(const Tensor& t) {
  check(!t.impl()->inference || inference_mode(),
        "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a "
        "clone to get "
        "a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 "
        "for more "
        "details.");
  if (!g_grad_enabled || !t.impl()->meta) return;
  const AutogradMeta& m = *t.impl()->meta;
  const OpNode* maker = m.base.defined() && m.grad_fn ? m.grad_fn->as_op() : nullptr;
  if (maker && maker->op.view && maker->op.schema.returns.at(0) == "Tensor[]")
    fail(ErrorKind::Runtime, "Output ", m.output_nr, " of ", m.grad_fn->name(),
         " is a view and is being modified inplace. This view is the output of a function that "
         "returns "
         "multiple views. Such functions do not allow the output views to be modified inplace. You "
         "should replace the inplace operation by an out-of-place one.");
  if (m.requires_grad && !m.grad_fn)
    fail(ErrorKind::Runtime,
         "a leaf Variable that requires grad is being used in an in-place operation.");
  if (m.base.defined() && m.base.is_leaf() && m.base.requires_grad())
    fail(ErrorKind::Runtime,
         "a view of a leaf Variable that requires grad is being used in an in-place operation.");
}

void rebase_history(const Tensor& t, const Ref<Node>& node) {
  AutogradMeta& m = autograd_meta(t);
  t.storage()->writer = std::make_unique<std::string>(
      m.base.defined() ? "torch::autograd::CopySlices" : node->name());
  node->outputs.clear();
  node->add_output(t);
  if (!m.base.defined()) {
    // A retained gradient follows the new value, as in PyTorch.
    if (m.retains_grad && m.grad_fn) {
      auto& old = m.grad_fn->retainers;
      for (std::size_t i = old.size(); i-- > 0;)
        if (old[i].second == t.impl()) old.erase(old.begin() + static_cast<std::ptrdiff_t>(i));
      node->retainers.emplace_back(0, t.impl());
    }
    m.grad_fn = node;
    m.output_nr = 0;
    return;
  }
  auto slices = make_ref<CopySlices>(m.base, t, node);
  AutogradMeta& base = autograd_meta(m.base);
  base.grad_fn = slices;
  base.output_nr = 0;
  m.grad_fn = make_ref<AsStridedBackward>(m.base, t);
  m.output_nr = 0;
  m.view_version = t.version();
}

// ---- Tensor ----

Ref<Node> Tensor::grad_fn() const {
  if (!impl_->meta) return nullptr;
  AutogradMeta& m = *impl_->meta;
  if (m.base.defined() && m.view_version != version()) {
    m.view_version = version();
    if (m.base.requires_grad() && (m.grad_fn || m.base.grad_fn())) {
      m.grad_fn = make_ref<AsStridedBackward>(m.base, *this);
      m.output_nr = 0;
    }
  }
  return m.grad_fn;
}

std::uint32_t Tensor::output_nr() const { return impl_->meta ? impl_->meta->output_nr : 0; }

bool Tensor::requires_grad() const {
  if (!impl_->meta) return false;
  return impl_->meta->requires_grad || static_cast<bool>(grad_fn());
}

bool Tensor::is_leaf() const { return !impl_->meta || !grad_fn(); }

void Tensor::set_requires_grad(bool on) const {
  if (!is_leaf()) {
    if (on) return;
    fail(ErrorKind::Runtime,
         "you can only change requires_grad flags of leaf variables. If you want to use a computed "
         "variable in a "
         "subgraph that doesn't require differentiation use var_no_grad = var.detach().");
  }
  if (on && impl_->inference && !inference_mode())
    fail(ErrorKind::Runtime,
         "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.");
  if (on && !is_floating(dtype()))
    fail(ErrorKind::Runtime,
         "only Tensors of floating point and complex dtype can require gradients");
  if (!on && !impl_->meta) return;
  autograd_meta(*this).requires_grad = on;
  if (on && graph_observer()) graph_observer()->on_leaf(*this);
}

Tensor Tensor::grad() const { return impl_->meta ? impl_->meta->grad : Tensor(); }

void Tensor::set_grad(const Tensor& g) const {
  if (g.defined()) {
    if (g.is_same(*this)) fail(ErrorKind::Runtime, "can't assign Variable as its own grad");
    if (g.dtype() != dtype())
      fail(ErrorKind::Runtime, "assigned grad has data of a different type");
    if (g.shape() != shape())
      fail(ErrorKind::Runtime, "assigned grad has data of a different size");
  } else if (!impl_->meta) {
    return;
  }
  autograd_meta(*this).grad = g;
}

bool Tensor::retains_grad() const { return impl_->meta && impl_->meta->retains_grad; }

void Tensor::retain_grad() const {
  if (!requires_grad())
    fail(ErrorKind::Runtime, "can't retain_grad on Tensor that has requires_grad=False");
  const Ref<Node> fn = grad_fn();
  AutogradMeta& m = *impl_->meta;
  if (!fn || m.retains_grad) return;
  m.retains_grad = true;
  fn->retainers.emplace_back(m.output_nr, impl_.get());
}

std::uint64_t Tensor::register_hook(TensorHook hook) const {
  if (!requires_grad())
    fail(ErrorKind::Runtime, "cannot register a hook on a tensor that doesn't require gradient");
  const Ref<Node> fn = grad_fn();
  AutogradMeta& m = *impl_->meta;
  if (!m.hooks) {
    m.hooks = make_ref<TensorHookList>();
    // A leaf's hooks are found through the leaf; a non-leaf's belong to its node.
    if (fn) fn->hooks.emplace_back(m.output_nr, m.hooks);
  }
  const std::uint64_t id = g_next_hook++;
  m.hooks->hooks.emplace_back(id, std::move(hook));
  return id;
}

void Tensor::remove_hook(std::uint64_t id) const {
  if (!impl_->meta || !impl_->meta->hooks) return;
  auto& hooks = impl_->meta->hooks->hooks;
  for (std::size_t i = 0; i < hooks.size(); ++i)
    if (hooks[i].first == id) {
      hooks.erase(hooks.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
}

Tensor Tensor::detach() const { return alias(); }

}  // namespace gradbox
