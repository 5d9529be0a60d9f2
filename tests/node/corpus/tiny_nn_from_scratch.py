# A small layer library on plain tensors: backward passes by hand, checked against autograd.
import torch


class Linear:
    def __init__(self, n_in, n_out, g):
        self.w = torch.randn(n_in, n_out, generator=g) * (2.0 / n_in) ** 0.5
        self.b = torch.zeros(n_out)

    def __call__(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, grad):
        self.gw = self.x.t() @ grad
        self.gb = grad.sum(0)
        return grad @ self.w.t()


class Relu:
    def __call__(self, x):
        self.mask = x > 0
        return x.clamp_min(0.0)

    def backward(self, grad):
        return grad * self.mask.float()


class SoftmaxCE:
    def __call__(self, x, y):
        logp = x - x.exp().sum(-1, keepdim=True).log()
        self.p, self.y = logp.exp(), y
        return -logp[range(len(y)), y].mean()

    def backward(self):
        g = self.p.clone()
        g[range(len(self.y)), self.y] -= 1
        return g / len(self.y)


g = torch.Generator().manual_seed(0)
X = torch.randn(12, 3, generator=g)
Y = torch.randint(0, 2, (12,), generator=g)
layers = [Linear(3, 5, g), Relu(), Linear(5, 2, g)]
loss_fn = SoftmaxCE()
for epoch in range(5):
    h = X
    for layer in layers:
        h = layer(h)
    loss = loss_fn(h, Y)
    grad = loss_fn.backward()
    for layer in reversed(layers):
        grad = layer.backward(grad)
    if epoch == 0:
        w1, w2 = layers[0].w.clone().requires_grad_(), layers[2].w.clone().requires_grad_()
        out = torch.relu(X @ w1 + layers[0].b) @ w2 + layers[2].b
        torch.nn.functional.cross_entropy(out, Y).backward()
        print(torch.allclose(w1.grad, layers[0].gw, atol=1e-6), torch.allclose(w2.grad, layers[2].gw, atol=1e-6))
    for layer in layers:
        if isinstance(layer, Linear):
            layer.w -= 0.5 * layer.gw
            layer.b -= 0.5 * layer.gb
    print(epoch, f"{loss:.4f}", f"acc {(h.argmax(-1) == Y).float().mean():.2f}")
print(layers[0].w, layers[2].b)
means, stds = X.mean(0), X.std(0)
Z = (X - means) / stds
print(Z.mean(0).abs().max() < 1e-6, Z.std(0))
