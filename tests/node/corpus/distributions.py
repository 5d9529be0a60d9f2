import torch
from torch import distributions as D
from torch.distributions import Normal, Categorical, Bernoulli, Uniform, Beta, Gamma, Exponential, Laplace, Poisson, Dirichlet, MultivariateNormal, Independent, kl_divergence
from torch.distributions.normal import Normal as N2
torch.manual_seed(0)
n = Normal(torch.tensor([0.0, 1.0]), torch.tensor([1.0, 2.0]))
print(n, n.batch_shape, n.event_shape)
print(n.sample(), n.sample((3,)), n.sample(torch.Size([2, 2])).shape)
print(n.log_prob(torch.tensor([0.5, 0.5])), n.cdf(torch.tensor([0.5, 0.5])), n.entropy(), n.icdf(torch.tensor([0.5, 0.9])))
mu = torch.tensor([0.3], requires_grad=True)
z = Normal(mu, 1.0).rsample()
z.backward()
print(mu.grad, z.shape)
print(Normal(0, 1), Normal(0., 1.).sample(), Normal(0.0, 1.0).log_prob(torch.tensor(0.0)))
c = Categorical(torch.tensor([0.25, 0.25, 0.25, 0.25]))
print(c.sample(), c.sample((5,)), c.entropy(), c.log_prob(torch.tensor(2)))
c = Categorical(logits=torch.randn(2, 3))
a = c.sample()
print(c, a, c.log_prob(a), c.probs, c.entropy())
print(c)
print(Bernoulli(torch.tensor([0.3, 0.9])).sample((4,)), Bernoulli(0.5).entropy(), Bernoulli(logits=torch.tensor(0.3)).probs)
print(Uniform(torch.tensor([0.0]), torch.tensor([5.0])).sample(), Uniform(0., 1.).log_prob(torch.tensor(0.5)), Uniform(0, 5))
print(Beta(torch.tensor([0.5]), torch.tensor([0.5])).sample(), Beta(2., 3.).log_prob(torch.tensor(0.4)), Beta(2., 3.).mean, Beta(2., 3.).entropy())
print(Gamma(torch.tensor([1.0]), torch.tensor([1.0])).sample((3,)), Gamma(2., 1.).log_prob(torch.tensor(1.5)), Gamma(2., 3.).entropy())
print(Exponential(torch.tensor([1.0])).sample((2,)), Exponential(2.).log_prob(torch.tensor(0.3)))
print(Laplace(torch.tensor([0.0]), torch.tensor([1.0])).sample(), Laplace(0., 1.).log_prob(torch.tensor(0.3)))
print(Poisson(torch.tensor([4., 40.])).sample((3,)), Poisson(torch.tensor([4.])).log_prob(torch.tensor([2.])))
print(Dirichlet(torch.tensor([0.5, 0.5, 2.])).sample(), Dirichlet(torch.tensor([0.5, 1.5])).log_prob(torch.tensor([0.4, 0.6])))
m = MultivariateNormal(torch.zeros(2), torch.tensor([[2., 0.5], [0.5, 1.]]))
print(m, m.sample(), m.log_prob(torch.tensor([0.3, -0.2])), m.entropy(), m.variance)
print(MultivariateNormal(torch.zeros(3), torch.eye(3)).sample((2,)).shape, m.scale_tril)
i = Independent(Normal(torch.zeros(3), torch.ones(3)), 1)
print(i, i.batch_shape, i.event_shape, i.log_prob(torch.ones(3)))
print(kl_divergence(Normal(0., 1.), Normal(1., 2.)), kl_divergence(Categorical(torch.tensor([.5, .5])), Categorical(torch.tensor([.9, .1]))))
print(kl_divergence(Beta(2., 3.), Beta(1., 1.)), kl_divergence(Gamma(2., 3.), Gamma(1., 1.)), kl_divergence(m, MultivariateNormal(torch.ones(2), torch.eye(2))))
print(D.kl_divergence(i, Independent(Normal(torch.ones(3), torch.ones(3)), 1)))
for f in [lambda: Normal(torch.tensor([0.]), torch.tensor([-1.])), lambda: Categorical(torch.tensor([-0.1, 0.3])),
          lambda: Bernoulli(torch.tensor(0.5)).log_prob(torch.tensor(2.)), lambda: Categorical(logits=torch.tensor([float('nan'), 1.])),
          lambda: Uniform(0., 1.).log_prob(torch.tensor(3.)), lambda: Categorical(), lambda: c.log_prob(torch.tensor([5, 1])), lambda: Normal(0., 1.).log_prob(0.5),
          lambda: Uniform(2., 1.)]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(D.OneHotCategorical(torch.tensor([0.1, 0.9])).sample(), D.Geometric(torch.tensor([0.3])).sample(), D.HalfNormal(1.).log_prob(torch.tensor(1.)), D.LogNormal(0., 1.).mean, D.Cauchy(0., 1.).log_prob(torch.tensor(1.)))
# REINFORCE
torch.manual_seed(1)
theta = torch.zeros(3, requires_grad=True)
opt = torch.optim.Adam([theta], lr=0.1)
rewards = torch.tensor([0.0, 1.0, 0.2])
for step in range(50):
    dist = Categorical(logits=theta)
    act = dist.sample()
    loss = -dist.log_prob(act) * rewards[act]
    opt.zero_grad(); loss.backward(); opt.step()
print(torch.softmax(theta, 0))
print(isinstance(n, D.Distribution), Normal is N2, type(n))
print(n.expand((3, 2)).sample().shape, n.mean, n.variance, n.stddev, c.mode if hasattr(c, 'mode') else None)
