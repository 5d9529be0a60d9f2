// Optimizers (torch.optim): parameter groups, state, and update rules that run as single loops over
// memory, outside the graph.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/value.h"

namespace gradbox {

class Optimizer : public RefCounted {
 public:
  // Hyperparameters by PyTorch's names, in PyTorch's order.
  using Options = std::vector<std::pair<std::string, Value>>;
  struct Group {
    TensorList params;
    Options options;
  };
  // What an optimizer remembers of one parameter.
  struct State {
    std::int64_t step = 0;
    std::vector<std::pair<std::string, Tensor>> tensors;
    // The tensor of that name, made of zeros on first use.
    Tensor& get(const char* name, const Tensor& like, double fill = 0);
    bool has(const char* name) const;
  };

  virtual const char* name() const = 0;

  // Options that aren't given take the defaults the optimizer was made with. Throws ValueError in
  // PyTorch's words: no parameters, a parameter twice or in two groups, a non-leaf, options out of
  // range; TypeError on an unknown option.
  void add_param_group(const TensorList& params, const Options& options = {});
  const std::vector<Group>& groups() const { return groups_; }
  // param_groups[group][option]; IndexError, KeyError.
  const Value& get(std::size_t group, const std::string& option) const;
  // param_groups[group][option] = value
  void set(std::size_t group, const std::string& option, const Value& value);

  // One update of every parameter that has a gradient. In place; bumps versions.
  void step();
  void zero_grad(bool set_to_none = false);

  // {"state":{"0":{"step":1,"exp_avg":{"dtype":"float32","shape":[2],"data":[...]}}},
  //  "param_groups":[{"lr":0.001,...,"params":[0,1]}]}: state_dict() as JSON. Numbers that JSON
  // lacks stand as "nan", "inf" and "-inf".
  std::string state_json() const;
  // Throws ValueError in PyTorch's words when groups don't fit.
  void load_json(const std::string& text);

 protected:
  explicit Optimizer(Options defaults) : defaults_(std::move(defaults)) {}
  // Throws ValueError on a value out of range.
  virtual void check_options(const Options& options) const = 0;
  virtual void init_state(State&, const Tensor& /*param*/, const Options&) {}
  virtual void update(const Tensor& param, const Tensor& grad, State& state, const Options& o) = 0;

 private:
  friend Ref<Optimizer> make_optimizer(const std::string&, const TensorList&, const Options&);
  std::vector<Tensor> ordered_params() const;
  Options defaults_;
  std::vector<Group> groups_;
  std::map<std::uint64_t, State> state_;  // by the parameter's uid
};

// torch.optim.<kind>(params, **options): SGD, Adam, AdamW, RMSprop, Adagrad, NAdam, RAdam,
// Adadelta, Adamax, ASGD, Rprop.
Ref<Optimizer> make_optimizer(const std::string& kind, const TensorList& params,
                              const Optimizer::Options& options);
// The same with options as JSON: {"lr":0.1,"betas":[0.9,0.999]}.
Ref<Optimizer> make_optimizer_json(const std::string& kind, const TensorList& params,
                                   const std::string& json);
// Options from JSON text, for add_param_group.
Optimizer::Options parse_optimizer_options(const std::string& json);
// [{"name":"SGD","args":[{"name":"lr","default":null},...]}]: defaults in PyTorch's order; an
// argument without "default" is required.
std::string optimizers_json();

}  // namespace gradbox
