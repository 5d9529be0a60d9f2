# torch.nn.functional, checked against the layers.
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)
x = torch.tensor([[-2.0, -0.5, 0.0, 0.5, 2.0]])
for name in ("relu", "sigmoid", "tanh", "gelu", "silu", "elu", "leaky_relu", "softplus", "hardtanh", "relu6", "softsign", "logsigmoid", "mish", ):
    print(name, getattr(F, name)(x))
print(F.softmax(x, dim=1), F.log_softmax(x, dim=1), F.normalize(x), F.normalize(x, p=1, dim=0))
print(F.leaky_relu(x, 0.3), F.elu(x, alpha=2.0))
w, b = torch.randn(3, 5), torch.randn(3)
print(F.linear(x, w), F.linear(x, w, b), torch.equal(F.linear(x, w, b), x @ w.t() + b) or torch.allclose(F.linear(x, w, b), x @ w.t() + b))
img = torch.arange(16.0).reshape(1, 1, 4, 4)
print(F.max_pool2d(img, 2), F.avg_pool2d(img, 2))
print(F.pad(torch.ones(2, 2), (1, 0)), F.pad(torch.ones(1, 1, 2), (1, 1), mode="reflect") if False else 0, F.pad(torch.ones(2), (1, 1), value=5.0))
print(F.conv1d(torch.arange(5.0).reshape(1, 1, 5), torch.ones(1, 1, 2)), F.conv2d(img, torch.ones(1, 1, 3, 3), padding=1).shape)
print(F.one_hot(torch.tensor([0, 2]), num_classes=3), F.embedding(torch.tensor([1, 0]), torch.arange(4.0).reshape(2, 2)))
print(F.cosine_similarity(torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 1.0]])), F.pairwise_distance(torch.zeros(1, 2), torch.ones(1, 2)))
print(F.layer_norm(x, (5,)), F.batch_norm(torch.arange(6.0).reshape(3, 2), None, None, training=True)[0])
print(F.mse_loss(torch.ones(2), torch.zeros(2)), F.l1_loss(torch.ones(2), torch.zeros(2)), F.smooth_l1_loss(torch.ones(2), torch.zeros(2)), F.cross_entropy(torch.zeros(1, 3), torch.tensor([1])))
print(F.binary_cross_entropy_with_logits(torch.zeros(2), torch.ones(2)), F.kl_div(torch.zeros(1, 2), torch.full((1, 2), 0.5), reduction="batchmean"), F.nll_loss(torch.zeros(1, 3), torch.tensor([0])))
d = F.dropout(torch.ones(10), 0.5, training=True)
print(d, F.dropout(torch.ones(3), training=False))
try:
    F.dropout(x, p=2.0)
except ValueError as e:
    print(e)
try:
    F.nosuch(x)
except AttributeError as e:
    print("AttributeError")
